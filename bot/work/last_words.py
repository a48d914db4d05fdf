"""How work is ended that should not be cut off in the middle of a step."""

import asyncio
import logging
from collections.abc import Coroutine, Iterable
from typing import Any

log = logging.getLogger(__name__)

LAST_WORDS_SECONDS = 3


async def last_words(tasks: Iterable[asyncio.Task[None]]) -> None:
    """Let the tasks end by themselves for a moment, then cancel those that have not."""
    tasks = list(tasks)
    if tasks:
        await asyncio.wait(tasks, timeout=LAST_WORDS_SECONDS)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def to_its_end(step: Coroutine[Any, Any, object]) -> None:
    """Take a step to its end even when we are cancelled meanwhile, and be cancelled then."""
    task = asyncio.ensure_future(step)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        if not task.cancelled() and (error := task.exception()):
            log.error("cut off at the end: %s", error)
        raise
