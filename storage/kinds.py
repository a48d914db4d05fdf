"""The words that rows and code share: how a snapshot stands, what a page was, what a file is, how a page is taken."""

from enum import StrEnum


class SnapshotStatus(StrEnum):
    """Where a snapshot stands; a queued snapshot is the job."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class ArtifactKind(StrEnum):
    """What a stored file of a snapshot is."""

    SCREEN = "screen"
    FULLPAGE = "fullpage"
    SLICES = "slices"
    PDF = "pdf"
    HTML = "html"
    TEXT = "text"
    ORIGINAL = "original"


class Verdict(StrEnum):
    """What the page turned out to be."""

    OK = "ok"
    PARTIAL = "partial"
    FILE = "file"
    NOT_FOUND = "not-found"
    GONE = "gone"
    LOGIN_REQUIRED = "login-required"
    PAYWALL = "paywall"
    BOT_WALL = "bot-wall"
    BLANK = "blank"
    SERVER_ERROR = "server-error"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    TOO_LARGE = "too-large"

    @property
    def is_done(self) -> bool:
        """Whether the page was kept."""
        return self in {Verdict.OK, Verdict.PARTIAL, Verdict.FILE}


class Viewport(StrEnum):
    """The screen that a page is shown on."""

    DESKTOP = "desktop"
    PHONE = "phone"


class Sheet(StrEnum):
    """The sheets of the PDF: A4, or as wide as a phone so that it is read without zooming."""

    A4 = "a4"
    PHONE = "phone"
