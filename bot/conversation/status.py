"""/status: how the bot as a whole is doing, in words. What is told is gathered next door, in ``bot/health``."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.conversation.foreign import escaped
from bot.wording import Words
from storage.standing import Standing

VERSION_LENGTH = 80


@dataclass(frozen=True, slots=True)
class Status:
    """How the bot is doing. ``started_at`` is known in its own process alone; ``browser`` is its version."""

    version: str
    standing: Standing
    free_bytes: int
    database_bytes: int | None
    browser: str | None
    last_backup_at: datetime | None = None
    started_at: datetime | None = None


Gather = Callable[[], Awaitable[Status]]
"""Gives the status as it is now. Raises ``StorageError``."""


def told(words: Words, status: Status) -> str:
    """The status as a text."""
    stands = status.standing
    lines = [
        f"<b>{words('status', version=status.version)}</b>",
        words("status-queue", waiting=stands.waiting, running=stands.running, later=stands.later),
        *_oldest(words, stands),
        words("status-lately", kept=stands.kept_lately, failed=stands.failed_lately),
        *(
            words("status-failures", verdict=verdict, count=count)
            for verdict, count in stands.failures_lately.items()
        ),
        words("status-disk", free=words.size(status.free_bytes), files=words.size(stands.stored_bytes)),
        *_database(words, status),
        *_browser(words, status),
        *_times(words, status),
    ]
    return "\n".join(lines)


def _oldest(words: Words, stands: Standing) -> list[str]:
    if stands.oldest_waiting_at is None:
        return []
    waited = (datetime.now(UTC) - stands.oldest_waiting_at).total_seconds()
    return [words("status-oldest", wait=words.wait(max(0, waited)), retries=stands.due_retries)]


def _database(words: Words, status: Status) -> list[str]:
    size = status.database_bytes
    return [] if size is None else [words("status-database", size=words.size(size))]


def _browser(words: Words, status: Status) -> list[str]:
    if status.browser is None:
        return [words("status-no-browser")]
    return [words("status-browser", browser=escaped(status.browser, VERSION_LENGTH))]


def _times(words: Words, status: Status) -> list[str]:
    backup, started = status.last_backup_at, status.started_at
    lines = [words("status-backup", at=_at(words, backup)) if backup else words("status-no-backup")]
    return [*lines, words("status-started", at=_at(words, started))] if started else lines


def _at(words: Words, at: datetime) -> str:
    return f"{words.date(at)} {at.astimezone(words.zone):%H:%M}"
