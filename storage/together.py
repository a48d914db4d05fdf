"""The same for many files, some at the same time."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

AT_ONCE = 8


async def each_of(names: Iterable[str], act: Callable[[str], Awaitable[None]]) -> None:
    """Act on each. The first error ends it, once those that are under way have been stopped, and is raised."""
    left = iter(names)

    async def work() -> None:
        for name in left:
            await act(name)

    workers = [asyncio.ensure_future(work()) for _ in range(AT_ONCE)]
    try:
        await asyncio.gather(*workers)
    finally:
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
