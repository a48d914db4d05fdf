"""The backup of every night: whether it is due, and who hears of one that failed."""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.errors import OldBackupsStay, SettingsError, StorageError
from bot.work.news import News
from storage.backup.making import Made
from storage.backup.runs import last_backup, last_run
from storage.database import Database

log = logging.getLogger(__name__)

NIGHT_HOUR = 3
"""By this machine's clock."""
TRY_AGAIN_AFTER = timedelta(hours=1)


class Nightly:
    """Makes a backup with ``make`` at ``place`` once a night; a night that was missed is made up for."""

    def __init__(
        self, database: Database, place: str, make: Callable[[], Awaitable[Made]], news: News
    ) -> None:
        self._database = database
        self._place = place
        self._make = make
        self._news = news

    async def back_up(self, at: datetime | None = None) -> None:
        """Make the backup if it is due at this time, an aware one; a failure is told once until one is made again.

        Raises ``StorageError`` when the database can't say.
        """
        at = at or datetime.now().astimezone()
        tried = await last_run(self._database, self._place)
        has_failed = tried is not None and tried.error is not None
        if has_failed and tried and tried.ended_at > at - TRY_AGAIN_AFTER:
            return
        made = await last_backup(self._database, self._place)
        if made is not None and made.ended_at >= last_night(at):
            return
        try:
            done = await self._make()
        except OldBackupsStay as error:
            log.error("%s: %s", self._place, error)
            self._news.tell("backups-not-removed", reason=str(error))
            return
        except (SettingsError, StorageError) as error:
            log.error("no backup at %s: %s", self._place, error)
            if not has_failed:
                self._news.tell("backup-failed", reason=str(error))
            return
        log.info("backup %s at %s: %d files, %d new", done.stamp, self._place, done.files, done.new_files)
        if lost := len(done.damaged) + len(done.missing):
            log.error("%d files are damaged or missing and not in the backup: tagshot verify", lost)
            self._news.tell("backup-not-whole", count=lost)


def last_night(at: datetime) -> datetime:
    """The newest moment before ``at`` that a backup is due at."""
    night = at.replace(hour=NIGHT_HOUR, minute=0, second=0, microsecond=0)
    return night if night <= at else night - timedelta(days=1)
