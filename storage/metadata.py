"""What a page says of itself: columns of a snapshot, and the value that a capture gives."""

from dataclasses import asdict, dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Metadata:
    """All of it is foreign text, and any of it may be missing.

    ``language`` is a BCP 47 tag such as ``zh-CN``; the two addresses are absolute, http or https. ``medium`` is
    ``video`` or ``audio`` where the page is there to play one: the page is kept then, what it plays is not.
    """

    title: str | None = None
    author: str | None = None
    site: str | None = None
    published_on: date | None = None
    language: str | None = None
    description: str | None = None
    image_url: str | None = None
    canonical_url: str | None = None
    medium: str | None = None

    def record(self) -> dict[str, str | None]:
        """As plain values for JSON."""
        return {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in asdict(self).items()
        }
