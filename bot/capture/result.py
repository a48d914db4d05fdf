"""What a capture gives. No browser in here, so that everybody may read it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.capture.chance import Chance
from storage.kinds import ArtifactKind, Verdict
from storage.metadata import Metadata


@dataclass(frozen=True, slots=True)
class CapturedFile:
    """One file of a capture, whole and in memory.

    ``name`` is what the host called a file that was kept as it is. It is foreign text: never a path.
    ``pages`` is how many a PDF has, where that could be told.
    """

    kind: ArtifactKind
    content_type: str
    content: bytes
    name: str | None = None
    pages: int | None = None


@dataclass(frozen=True, slots=True)
class Capture:
    """What came of capturing ``url``.

    ``error`` is a sentence for the person when ``verdict`` is not a done one; ``problems`` are sentences
    about single files that could not be made while the rest was kept. ``failed_step`` is the step that was not
    come to the end of, if the capture failed in one and was not merely judged. Several ``files`` may be of one kind:
    the slices from top to bottom, and a full page that is too high for one picture.
    ``chance`` is that of another try where it is not usual for the verdict, ``retry_after_seconds`` what the host
    itself asked to be left alone for.
    ``timings_ms`` has the milliseconds of each step by name, and ``total``.
    """

    url: str
    verdict: Verdict
    final_url: str | None = None
    http_status: int | None = None
    metadata: Metadata = field(default_factory=Metadata)
    error: str | None = None
    failed_step: str | None = None
    chance: Chance | None = None
    retry_after_seconds: float | None = None
    files: tuple[CapturedFile, ...] = ()
    problems: tuple[str, ...] = ()
    timings_ms: Mapping[str, float] = field(default_factory=dict)

    @property
    def title(self) -> str | None:
        """What the page or the file is called."""
        return self.metadata.title
