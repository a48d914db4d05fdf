"""The composition root: opens everything that the settings name and hands it to those who need it."""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from bot.addresses import AddressRule
from bot.alone import refuse_beside_a_bot
from bot.backups import make as make_backup
from bot.backups import vault_of, with_way_back
from bot.capture.browser import Browser
from bot.capture.files.given import Given
from bot.conversation.answer import Conversation
from bot.conversation.giving import Giving
from bot.conversation.members import Members
from bot.conversation.wishes import Wishes
from bot.errors import DamagedDatabase
from bot.health.gathering import gather
from bot.health.metrics import Captures, Metrics
from bot.health.serving import Health
from bot.private import how_to_close, opened_to_others
from bot.settings import Settings
from bot.telegram.run import run_telegram
from bot.terminal import LIBRARY
from bot.work.bell import Bell
from bot.work.news import News
from bot.work.nightly import Nightly
from bot.work.schedule import Schedule
from bot.work.vital import vital
from bot.work.worker import Worker
from storage.access import Access
from storage.announcements import Announcements
from storage.artifacts import Artifacts, LocalArtifacts, open_artifacts
from storage.backup.making import Made
from storage.backup.vault import shown
from storage.database import Database
from storage.inbox import Inbox
from storage.models import now
from storage.queue import Queue
from storage.quota import Quota

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept, opened: the database at its newest schema, the artifacts, and the rule on addresses."""

    settings: Settings
    database: Database
    artifacts: Artifacts
    queue: Queue
    announcements: Announcements
    members: Members
    wishes: Wishes
    rule: AddressRule
    opened_at: datetime = field(default_factory=now)

    def conversation(self, to_capture: Bell) -> Conversation:
        """The conversation on these; it rings when there is something to capture."""
        return Conversation(
            self.database,
            Giving(self.artifacts, Given().looked_at),
            self.members,
            self.wishes,
            self.rule,
            to_capture.ring,
            partial(gather, self.settings, self.database, self.opened_at),
            quota=self.quota,
        )

    @property
    def quota(self) -> Quota:
        """What one chat may have."""
        return Quota(self.settings.max_queued_per_chat, self.settings.max_bytes_per_chat)

    def workers(self, capture: Captures, to_capture: Bell, captured: Bell) -> list[Worker]:
        """As many workers as the settings say."""
        return [
            Worker(
                self.queue,
                self.artifacts,
                capture,
                timeout_seconds=self.settings.capture_timeout_seconds,
                bell=to_capture,
                finished=captured.ring,
            )
            for _ in range(self.settings.capture_workers)
        ]


@asynccontextmanager
async def opened(
    settings: Settings,
    *,
    also_allowed: Sequence[str] = (),
    language: str | None = None,
    is_the_bot: bool = False,
) -> AsyncIterator[Kept]:
    """Open what is kept, bringing the database to the newest schema; but only ``is_the_bot`` does so beside a bot.

    ``also_allowed`` adds to EGRESS_ALLOW; ``language`` is that of the terminal, for library 0.
    Raises ``StorageError``, ``SettingsError`` or ``AlreadyRunning``.
    """
    rule = AddressRule((*settings.egress_allow, *also_allowed))
    database = Database(settings.database)
    artifacts = open_artifacts(settings.artifacts, spare_bytes=settings.spare_mb * 1_000_000)
    try:
        may_upgrade = None if is_the_bot else partial(refuse_beside_a_bot, settings.data_dir, language)
        await _migrate(settings, database, artifacts, may_upgrade)
        members = Members(Access(database), settings.allowed_chats)
        await members.load()
        wishes = Wishes(database)
        if language is not None:
            await wishes.languages.of(LIBRARY, language)
        yield Kept(
            settings,
            database,
            artifacts,
            Queue(database, pause=timedelta(seconds=settings.host_delay_seconds)),
            Announcements(database),
            members,
            wishes,
            rule,
        )
    finally:
        await database.close()


async def _migrate(
    settings: Settings, database: Database, artifacts: Artifacts, before_upgrade: Callable[[], None] | None
) -> None:
    """Make the database or bring it to the newest schema, and say what looks as if something were lost."""
    is_new = database.path is not None and not (database.path.exists() and database.path.stat().st_size)
    try:
        await database.migrate(before_upgrade)
    except DamagedDatabase as error:
        raise await with_way_back(error, settings, database) from error
    if is_new and isinstance(artifacts, LocalArtifacts) and await _has_some(artifacts):
        log.warning(
            "%s was missing or empty, so a new one was made, though there are files of an older one in %s. If it "
            "was lost, stop, move %s away, and type: tagshot restore",
            database.path,
            artifacts.folder,
            settings.data_dir,
        )


async def _has_some(artifacts: Artifacts) -> bool:
    async for _ in artifacts.put_before(now()):
        return True
    return False


async def run_bot(settings: Settings) -> None:
    """Receive, capture and announce until the process is told to stop."""
    to_capture, captured, metrics = Bell(), Bell(), Metrics()
    if trouble := opened_to_others(settings.data_dir):
        log.warning("%s %s", trouble, how_to_close(settings.data_dir))
    async with (
        opened(settings, is_the_bot=True) as kept,
        Browser.from_settings(settings, kept.rule) as browser,
    ):
        news = News()
        nightly = _nightly(kept, news)
        schedule = Schedule(
            kept.database, kept.artifacts, kept.queue, Inbox(kept.database), to_capture, nightly
        )
        await schedule.sweep()
        schedule.start()
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(_warn(browser.unconfined, news))
                at_work = [
                    tasks.create_task(vital("worker", worker.run()))
                    for worker in kept.workers(metrics.counted(browser.capture), to_capture, captured)
                ]
                if settings.health_address is not None:
                    health = Health(settings, kept.database, metrics, at_work)
                    tasks.create_task(vital("health server", health.run(settings.health_address)))
                front_end = run_telegram(
                    settings,
                    database=kept.database,
                    artifacts=kept.artifacts,
                    members=kept.members,
                    conversation=kept.conversation(to_capture),
                    captured=captured,
                    news=news,
                    metrics=metrics,
                )
                tasks.create_task(vital("connection to Telegram", front_end))
        finally:
            await schedule.stop()


async def _warn(unconfined: asyncio.Event, news: News) -> None:
    """Tell the owner, once, that the browser runs without its sandbox; the log has it in any case."""
    await unconfined.wait()
    news.tell("no-sandbox")


def _nightly(kept: Kept, news: News) -> Nightly | None:
    """The backup of every night, if there is a place for it. Raises ``SettingsError`` when that can't be one."""
    settings, url = kept.settings, kept.settings.backup_url
    if url is None:
        return None
    vault_of(settings, url)

    def make() -> Coroutine[Any, Any, Made]:
        return make_backup(settings, kept.database, kept.artifacts, url, keep=settings.backup_keep)

    return Nightly(kept.database, shown(url), make, news)


async def until_stopped(work: Coroutine[Any, Any, None]) -> None:
    """Run ``work`` until it ends, or SIGTERM or SIGINT cancels it."""
    task = asyncio.ensure_future(work)
    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, task.cancel)
    try:
        await task
    except asyncio.CancelledError:
        log.info("stopped")
