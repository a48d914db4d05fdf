"""The composition root: hands what is kept, which ``kept`` opens, to those who need it, and runs them."""

import asyncio
import logging
import signal
from collections.abc import Coroutine
from functools import partial
from typing import Any

from bot.backups import make as make_backup
from bot.backups import vault_of
from bot.capture.browser import Browser
from bot.capture.files.given import Given
from bot.conversation.answer import Conversation
from bot.conversation.giving import Giving
from bot.health.gathering import gather
from bot.health.metrics import Captures, Metrics
from bot.health.serving import Health
from bot.kept import Kept, opened
from bot.private import how_to_close, opened_to_others
from bot.settings import Settings
from bot.telegram.run import run_telegram
from bot.work.bell import Bell
from bot.work.news import News
from bot.work.nightly import Nightly
from bot.work.schedule import Schedule
from bot.work.vital import vital
from bot.work.worker import Worker
from storage.backup.making import Made
from storage.backup.vault import shown
from storage.inbox import Inbox

log = logging.getLogger(__name__)


def conversation(kept: Kept, to_capture: Bell) -> Conversation:
    """The conversation on what is kept; it rings when there is something to capture."""
    return Conversation(
        kept.database,
        Giving(kept.artifacts, Given().looked_at),
        kept.members,
        kept.wishes,
        kept.rule,
        to_capture.ring,
        partial(gather, kept.settings, kept.database, kept.opened_at),
        quota=kept.quota,
    )


def workers(kept: Kept, capture: Captures, to_capture: Bell, captured: Bell) -> list[Worker]:
    """As many workers as the settings say."""
    return [
        Worker(
            kept.queue,
            kept.artifacts,
            capture,
            timeout_seconds=kept.settings.capture_timeout_seconds,
            bell=to_capture,
            finished=captured.ring,
        )
        for _ in range(kept.settings.capture_workers)
    ]


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
                    for worker in workers(kept, metrics.counted(browser.capture), to_capture, captured)
                ]
                if settings.health_address is not None:
                    health = Health(settings, kept.database, metrics, at_work)
                    tasks.create_task(vital("health server", health.run(settings.health_address)))
                front_end = run_telegram(
                    settings,
                    database=kept.database,
                    artifacts=kept.artifacts,
                    members=kept.members,
                    conversation=conversation(kept, to_capture),
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
