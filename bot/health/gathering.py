"""The status of the bot, gathered from the database, the disk and the browser; whether a bot runs does not matter."""

import asyncio
import shutil
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from bot import __version__
from bot.capture.setup.provision import find_browser
from bot.conversation.status import Status
from bot.errors import BrowserError, StorageError
from bot.file_types import Record
from bot.settings import Settings
from storage.backup.runs import last_backup
from storage.database import Database
from storage.standing import standing


async def gather(settings: Settings, database: Database, started_at: datetime | None = None) -> Status:
    """The status as it is now. Raises ``StorageError``."""
    backup = await last_backup(database)
    return Status(
        __version__,
        await standing(database),
        await asyncio.to_thread(free_bytes, settings.data_dir),
        await asyncio.to_thread(_size, database.path) if database.path else None,
        await asyncio.to_thread(_browser, settings),
        last_backup_at=backup.ended_at if backup else None,
        started_at=started_at,
    )


async def gather_from_outside(settings: Settings) -> Status:
    """The status for another process than the bot; nothing is made or changed. Raises ``StorageError``."""
    database = Database(settings.database)
    try:
        if database.path and not database.path.exists():
            raise StorageError(f"There is nothing at {database.path} yet. Type: tagshot run")
        if not await database.is_current():
            raise StorageError(
                "The database is not at the schema of this Tagshot. Type: tagshot migrate (tagshot run does it too)"
            )
        return await gather(settings, database)
    finally:
        await database.close()


def record(status: Status) -> Record:
    """The status for programs."""
    waiting_since = status.standing.oldest_waiting_at
    waited = (datetime.now(UTC) - waiting_since).total_seconds() if waiting_since else None
    values = {**asdict(status.standing), **asdict(status), "oldest_waiting_seconds": waited}
    del values["standing"]
    return {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()
    }


def free_bytes(folder: Path) -> int:
    """The room on the disk where a folder is, or will be."""
    folder = folder.absolute()
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


def _size(path: Path) -> int:
    """How large the database is, with its log."""
    files = (path, path.with_name(f"{path.name}-wal"))
    return sum(each.stat().st_size for each in files if each.exists())


def _browser(settings: Settings) -> str | None:
    try:
        found = find_browser(settings.chromium_path)
    except BrowserError:
        return None
    return found.version if found else None
