"""Capturing in this process what the command line has saved."""

import asyncio
from collections.abc import Sequence

from bot.capture.browser import Browser
from bot.kept import Kept
from bot.work.bell import Bell
from bot.work.worker import Worker

LOOK_EVERY_SECONDS = 0.5


async def capture(kept: Kept, snapshot_ids: Sequence[int]) -> None:
    """Work on these snapshots until each has ended or failed a try; a running bot may take some of them.

    Raises ``BrowserError`` when there is no browser.
    """
    async with Browser.from_settings(kept.settings, kept.rule) as browser:
        worker = Worker(
            kept.queue,
            kept.artifacts,
            browser.capture,
            timeout_seconds=kept.settings.capture_timeout_seconds,
            bell=Bell(),
        )
        while await kept.queue.is_untried(snapshot_ids):
            if not await worker.work_once(only=snapshot_ids):
                await asyncio.sleep(LOOK_EVERY_SECONDS)
