"""When things happen: APScheduler decides only that. Each tick is one statement that can be repeated."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.errors import StorageError
from bot.memory import give_back
from bot.work.bell import Bell
from bot.work.indexing import index_missing
from bot.work.last_words import last_words
from bot.work.nightly import Nightly
from storage.artifacts import Artifacts
from storage.database import Database
from storage.forgetting import wipe
from storage.inbox import Inbox
from storage.leftovers import remove_leftovers
from storage.models import now
from storage.nobody import forget_expired
from storage.queue import Queue
from storage.saved_queries import forget_old_queries

log = logging.getLogger(__name__)

Act = Callable[[], Coroutine[Any, Any, None]]

SWEEP_SECONDS = 15
INDEX_SECONDS = 60
FIRST_INDEX_SECONDS = 1
FORGET_SECONDS = 3600
FIRST_FORGET_SECONDS = 60
INBOX_HOURS = 24
TIDY_SECONDS = 60
BACKUP_LOOK_SECONDS = 600


async def tidy_memory() -> None:
    """Give back what captures and lists have left between what stays."""
    await asyncio.to_thread(give_back)


class Schedule:
    """The ticks of the bot's process; they start with ``start`` and end with ``stop``."""

    def __init__(
        self,
        database: Database,
        artifacts: Artifacts,
        queue: Queue,
        inbox: Inbox,
        bell: Bell,
        nightly: Nightly | None = None,
    ) -> None:
        self._database = database
        self._artifacts = artifacts
        self._queue = queue
        self._inbox = inbox
        self._bell = bell
        self._nightly = nightly
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._ticks: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Begin to tick."""
        self._every(self.sweep, seconds=SWEEP_SECONDS)
        self._every(self.index, seconds=INDEX_SECONDS, first_after_seconds=FIRST_INDEX_SECONDS)
        self._every(self.forget, seconds=FORGET_SECONDS, first_after_seconds=FIRST_FORGET_SECONDS)
        self._every(tidy_memory, seconds=TIDY_SECONDS)
        if self._nightly is not None:
            self._every(self._nightly.back_up, seconds=BACKUP_LOOK_SECONDS)
        self._scheduler.start()

    async def stop(self) -> None:
        """Tick no more, once a tick that runs has come to its end: it uses the database, which is closed next."""
        self._scheduler.shutdown(wait=False)
        await last_words(self._ticks)

    async def sweep(self) -> None:
        """Take back snapshots whose worker is lost, and wake the workers for those and for due retries."""
        await self._queue.sweep()
        if await self._queue.is_due():
            self._bell.ring()

    async def index(self) -> None:
        """Bring into the full-text index what it lacks."""
        while await index_missing(self._database, self._artifacts):
            log.info("the full-text index is catching up")

    async def forget(self) -> None:
        """Drop handled updates of yesterday from the inbox, what was removed and can't be taken back, old queries.

        Then drop the files that no row speaks of any more.
        """
        await self._inbox.sweep(keep=timedelta(hours=INBOX_HOURS))
        await forget_old_queries(self._database)
        if await forget_expired(self._database, now()):
            await wipe(self._database)
        if removed := await remove_leftovers(self._database, self._artifacts):
            log.info("%d files that nothing speaks of any more were removed", removed)

    def _every(self, act: Act, *, seconds: int, first_after_seconds: int | None = None) -> None:
        """A tick that comes late is made all the same, and only once."""
        self._scheduler.add_job(
            self._tick,
            "interval",
            (act,),
            seconds=seconds,
            next_run_time=now() + timedelta(seconds=first_after_seconds or seconds),
            coalesce=True,
            misfire_grace_time=None,
        )

    async def _tick(self, act: Act) -> None:
        """What the database can't do now it may at the next tick. The scheduler's own stop does not cut it off."""
        tick = asyncio.ensure_future(act())
        self._ticks.add(tick)
        tick.add_done_callback(self._ticks.discard)
        try:
            await asyncio.shield(tick)
        except StorageError as error:
            log.error("a tick was lost: %s", error)
        except asyncio.CancelledError:
            log.debug("stopped in the middle of a tick")
