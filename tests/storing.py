"""What the tests of ``storage`` share: a second process on the same file, links to save, and time that passes."""

import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from sqlmodel import select

from storage.database import Database
from storage.library import Library
from storage.models import Snapshot
from storage.remarks import Remark, Remarked, Remarks
from storage.saving import NewLink, Origin

MAX_ATTEMPTS = 5
MINUTE = timedelta(minutes=1)


@asynccontextmanager
async def another(folder: Path) -> AsyncIterator[Database]:
    """The ``database`` of the fixture, opened once more, with connections and a lock of its own."""
    database = Database(f"sqlite:///{folder / 'tagshot.db'}")
    try:
        yield database
    finally:
        await database.close()


def link(name: str, *tags: str, host: str = "example.org") -> NewLink:
    return NewLink(f"https://{host}/{name}", f"{host}/{name}", tags)


async def queued(
    database: Database,
    name: str = "page",
    *,
    chat_id: int = 1,
    message_id: int = 7,
    host: str = "example.org",
) -> int:
    """Save a link from a message, and give the id of its queued snapshot."""
    [saved] = await Library(database, chat_id).add([link(name, host=host)], Origin(message_id))
    assert saved.snapshot_id is not None
    return saved.snapshot_id


async def queued_many(database: Database, count: int) -> list[int]:
    """Save many links, each of a host of its own, from one message, in one transaction."""
    links = [link(str(number), host=f"site{number}.org") for number in range(count)]
    saved = await Library(database, 1).add(links, Origin(7))
    return [each.snapshot_id for each in saved if each.snapshot_id is not None]


async def remarked(database: Database, chat_id: int, link_id: int, remark: Remark) -> Remarked | None:
    """Say something of one link; None: the chat has none like that."""
    done = await Remarks(database, chat_id).make([link_id], remark)
    return done[0] if done else None


async def snapshots(database: Database) -> Sequence[Snapshot]:
    async with database.read() as session:
        return (await session.exec(select(Snapshot).order_by(Snapshot.id))).all()  # type: ignore[arg-type]


async def snapshot(database: Database, snapshot_id: int) -> Snapshot:
    async with database.read() as session:
        return await session.get_one(Snapshot, snapshot_id)


async def pass_time(database: Database, passed: timedelta) -> None:
    """Let time pass for the queue: everything that it waits for comes nearer."""
    async with database.write() as session:
        for each in await session.exec(select(Snapshot)):
            each.run_after -= passed
            if each.lease_until is not None:
                each.lease_until -= passed
            if each.captured_at is not None:
                each.captured_at -= passed


def lost_worker() -> str:
    """The name of a worker of this host whose process has ended."""
    process = subprocess.Popen([sys.executable, "-S", "-c", ""])
    process.wait()
    return f"{socket.gethostname()}/{process.pid}/word"
