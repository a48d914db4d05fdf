"""Makes the README's pictures from real runs: ``python -m tests.readme.pictures``."""

import asyncio

from tests.readme.conversation import draw_conversation
from tests.readme.snapshot import draw_snapshot


async def main() -> None:
    """Make all of them anew."""
    await draw_conversation()
    await draw_snapshot()


if __name__ == "__main__":
    asyncio.run(main())
