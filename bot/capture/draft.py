"""A capture while it is being made."""

from dataclasses import dataclass, field

from bot.capture.result import Capture, CapturedFile
from bot.capture.timings import Timings
from bot.capture.verdict import Judgement
from storage.kinds import ArtifactKind, Verdict
from storage.metadata import Metadata


class NotMade(Exception):  # noqa: N818 - it says what became of the file
    """A file could not be made; the sentence says why. Stays inside this room."""


@dataclass(slots=True)
class Draft:
    """What is known so far; whatever happens to the browser, a capture can be made of it."""

    url: str
    timings: Timings
    final_url: str | None = None
    http_status: int | None = None
    metadata: Metadata = field(default_factory=Metadata)
    judgement: Judgement | None = None
    failed_step: str | None = None
    retry_after_seconds: float | None = None
    files: list[CapturedFile] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def finish(self, otherwise: Judgement) -> Capture:
        """The capture, judged ``otherwise`` if it never came to a judgement."""
        if self.judgement is None:
            self.failed_step = self._broken_off()
        judgement = self.judgement or otherwise
        verdict = judgement.verdict
        if verdict in {Verdict.OK, Verdict.FILE} and self.problems:
            verdict = Verdict.PARTIAL
        if verdict is Verdict.PARTIAL and not self.files:
            verdict, judgement = otherwise.verdict, otherwise
            self.failed_step = self.failed_step or self._broken_off()
        return Capture(
            url=self.url,
            verdict=verdict,
            final_url=self.final_url,
            http_status=self.http_status,
            metadata=self.metadata,
            error=None if verdict.is_done else judgement.sentence,
            failed_step=None if verdict.is_done else self.failed_step,
            chance=None if verdict.is_done else judgement.chance,
            retry_after_seconds=None if verdict.is_done else self.retry_after_seconds,
            files=tuple(sorted(self.files, key=lambda file: list(ArtifactKind).index(file.kind))),
            problems=tuple(self.problems),
            timings_ms=self.timings.so_far(),
        )

    def _broken_off(self) -> str | None:
        return self.timings.broken_off or self.timings.latest
