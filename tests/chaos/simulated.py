"""Time that is skipped: the program's clock and the schedule's, in the process that is watched.

The monotonic clock, which limits waits for the network and for pages, goes on as it does.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from unittest.mock import patch

from bot.work.schedule import Schedule
from tests.chaos.shared import SKIPPED


def begin(skipped: Callable[[], float]) -> None:
    """From now on the time is the real one and so many seconds more."""

    class Later(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) + timedelta(seconds=skipped())

    for module in ("storage.models", "bot.conversation.wishes", "apscheduler.schedulers.base"):
        patch(f"{module}.datetime", Later).start()
    start = Schedule.start

    def started(schedule: Schedule) -> None:
        start(schedule)
        asyncio.get_running_loop().add_signal_handler(SKIPPED, schedule._scheduler.wakeup)

    patch.object(Schedule, "start", started).start()
