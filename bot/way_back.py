"""The way back from a damaged database: what there is to put in its place."""

import asyncio
import shlex

from bot.errors import DamagedDatabase, StorageError
from bot.settings import Settings
from storage.backup.manifest import generations
from storage.backup.vault import open_vault, shown
from storage.copies import upgrade_copies
from storage.database import Database

LOOK_SECONDS = 20


async def with_way_back(error: DamagedDatabase, settings: Settings, database: Database) -> DamagedDatabase:
    """What is wrong with the database, and the way to its newest good copy."""
    if settings.backup_url and (newest := await _newest(settings.backup_url)):
        way = (
            f"Move {settings.data_dir} away and restore the backup of {newest}: "
            f"tagshot restore {shlex.quote(shown(settings.backup_url))}"
        )
    elif database.path and (copies := upgrade_copies(database.path)):
        way = f"There is a copy from before the last upgrade: put {copies[0]} in its place."
    else:
        way = "Put a backup in its place, if you have one: tagshot restore (into an empty DATA_DIR)."
    return DamagedDatabase(f"{error} It was left as it is. {way}")


async def _newest(url: str) -> str | None:
    """When the newest backup was made; None when there is none, or the place can't be reached now."""
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            made = await generations(open_vault(url))
    except (StorageError, TimeoutError):
        return None
    return f"{made[0].at:%Y-%m-%d %H:%M} UTC" if made else None
