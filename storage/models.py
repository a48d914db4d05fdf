"""The tables, and the words that rows and code share. Statements are next door: library, queue, inbox."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Dialect, Index, UniqueConstraint, text
from sqlalchemy import Enum as SqlEnum
from sqlalchemy.types import DateTime, TypeDecorator
from sqlmodel import Field, Relationship, SQLModel


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
    PDF = "pdf"
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

    @property
    def is_worth_retrying(self) -> bool:
        """Whether the same address may give another answer a little later."""
        return self in {Verdict.SERVER_ERROR, Verdict.UNREACHABLE}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime. SQLite has no time zones, so they are stored without and given back with."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database; a naive datetime is a mistake in the code."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime can't be stored: give it a time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database."""
        return value.replace(tzinfo=UTC) if value else None


def now() -> datetime:
    """The time, aware, in UTC."""
    return datetime.now(UTC)


def _words(enum: type[StrEnum]) -> Any:
    """A column type that stores an enum's values (the default stores member names)."""
    return SqlEnum(
        enum,
        native_enum=False,
        create_constraint=False,
        length=24,
        values_callable=lambda e: [m.value for m in e],
    )
