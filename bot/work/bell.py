"""A hint between tasks that there may be something to do. The rows are the truth: a missed hint only costs time."""

import asyncio
from contextlib import suppress


class Bell:
    """Rung by whoever makes work, heard by everybody who listens."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake everybody who listens now."""
        rung, self._rung = self._rung, asyncio.Event()
        rung.set()

    def listen(self) -> asyncio.Event:
        """What the next ring will set. Listen first, then look for work, then wait: so no ring is missed."""
        return self._rung


async def heard(rung: asyncio.Event, within_seconds: float) -> None:
    """Wait for a ring, but no longer than that."""
    with suppress(TimeoutError):
        async with asyncio.timeout(within_seconds):
            await rung.wait()
