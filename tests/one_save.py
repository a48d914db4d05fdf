"""One link saved and captured, with a real database and real files, for those who watch what reaches the disk.

A program of its own too: ``python -m tests.one_save FOLDER``.
"""

import asyncio
import sys
from pathlib import Path

from bot.capture.options import Options
from bot.capture.result import Capture
from bot.work.bell import Bell
from bot.work.worker import Worker
from storage.artifacts import Artifacts, open_artifacts
from storage.database import Database
from storage.queue import Queue
from tests.chaos.stub import stub_capture
from tests.storing import queued


async def save_once(database: Database, artifacts: Artifacts) -> None:
    """Save a link and capture its page, which has several files."""
    await queued(database)

    async def capture(url: str, _: Options) -> Capture:
        return await stub_capture(url)

    assert await Worker(Queue(database), artifacts, capture, timeout_seconds=5, bell=Bell()).work_once()


async def _main(folder: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{folder / 'tagshot.db'}")
    try:
        await save_once(database, open_artifacts(str(folder / "artifacts")))
    finally:
        await database.close()


if __name__ == "__main__":
    asyncio.run(_main(Path(sys.argv[1])))
