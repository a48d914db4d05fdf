"""How tasks are ended that should not be cut off in the middle of a step."""

import asyncio
from collections.abc import Iterable

LAST_WORDS_SECONDS = 3


async def last_words(tasks: Iterable[asyncio.Task[None]]) -> None:
    """Let the tasks end by themselves for a moment, then cancel those that have not."""
    tasks = list(tasks)
    if tasks:
        await asyncio.wait(tasks, timeout=LAST_WORDS_SECONDS)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
