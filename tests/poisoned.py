"""Pages that raise, hang, end the browser or kill the whole process, captured beside good ones by a stub.

``python -m tests.poisoned FILE`` works on what waits in the database file, in a process that is started anew as often
as it is killed, as a system that watches over the bot does; it prints how often that was.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from sqlmodel import col, func, select

from bot.capture import failures
from bot.capture.options import Options
from bot.capture.result import Capture
from bot.work import worker as working
from bot.work.bell import Bell
from bot.work.worker import Worker
from storage.artifacts import open_artifacts
from storage.database import Database
from storage.kinds import SnapshotStatus, Verdict
from storage.models import Snapshot
from storage.queue import Queue
from storage.saving import OPEN
from tests.storing import pass_time

POISONS = ("raises", "hangs", "crashes", "kills")
WORKERS = 2
TIMEOUT_SECONDS = HANG_SECONDS = 0.05
LONGEST_RETRY = timedelta(minutes=90)


async def capture(url: str, _: Options) -> Capture:
    """Do what the page is named after."""
    name = url.rpartition("/")[2]
    await asyncio.sleep(0)  # so that another is in the middle of it when the process is killed
    match name:
        case "raises":
            raise RuntimeError(name)
        case "hangs":
            await asyncio.Event().wait()
        case "crashes":
            judged = failures.crashed("example.org")
            return Capture(url, judged.verdict, error=judged.sentence, chance=judged.chance)
        case "kills":
            os.kill(os.getpid(), signal.SIGKILL)
    return Capture(url, Verdict.OK, url, 200)


async def ended(database: Database) -> Sequence[Snapshot]:
    """All snapshots, once none is open any more. Whatever waits for its next try has it at once."""
    queue = Queue(database)
    while True:
        async with database.read() as session:
            is_open = col(Snapshot.status).in_(OPEN)
            if not (await session.exec(select(func.count()).where(is_open))).one():
                return (await session.exec(select(Snapshot).order_by(col(Snapshot.id)))).all()
            running = select(func.count()).where(Snapshot.status == SnapshotStatus.RUNNING)
            is_idle = not (await session.exec(running)).one()
        if is_idle and not await queue.is_due():
            await pass_time(database, LONGEST_RETRY)
        await asyncio.sleep(0.1)


async def _work(path: Path) -> None:
    """Two workers of a process that has just started, until all is done."""
    working.HANG_SECONDS, working.HELD_BACK_SECONDS, working.LOOK_EVERY_SECONDS = HANG_SECONDS, 1, 1
    database = Database(f"sqlite:///{path}")
    queue, bell = Queue(database), Bell()
    await queue.sweep()
    workers = [
        asyncio.create_task(
            Worker(
                queue, open_artifacts("memory:///"), capture, timeout_seconds=TIMEOUT_SECONDS, bell=bell
            ).run()
        )
        for _ in range(WORKERS)
    ]
    await ended(database)
    for each in workers:
        each.cancel()
    await asyncio.gather(*workers, return_exceptions=True)
    await database.close()


def restarted_until_done(path: Path) -> int:
    """How often the process was killed until one came to its end."""
    deaths = 0
    while True:
        child = os.fork()
        if not child:
            asyncio.run(_work(path))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if os.WIFEXITED(status):
            return deaths
        deaths += 1


if __name__ == "__main__":
    sys.stdout.write(f"{restarted_until_done(Path(sys.argv[1]))}\n")
