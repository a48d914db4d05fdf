"""Transactions on a real SQLite file: they take turns, see one state, and end whole or not at all."""

import asyncio
import os
import sqlite3
import stat
import threading
from pathlib import Path
from unittest.mock import Mock

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import func, select

from storage import driver
from storage.database import Database
from storage.errors import DiskFull, StorageError
from storage.kinds import ArtifactKind
from storage.models import Artifact, Chat, Link, Snapshot, Tag
from tests.storing import another, queued, snapshot


async def _chats(database: Database) -> int:
    async with database.read() as session:
        return (await session.exec(select(func.count()).select_from(Chat))).one()


async def _add_chat(database: Database, chat_id: int) -> None:
    async with database.write() as session:
        session.add(Chat(id=chat_id))


async def _driver_has_ended() -> None:
    """Each connection has a thread, which may take a moment to end; one that was left open stays for ever."""
    for thread in threading.enumerate():
        if "_connection_worker" in thread.name:
            await asyncio.to_thread(thread.join, 5)
            assert not thread.is_alive()


async def test_writers_of_two_processes_lose_no_update(database: Database, tmp_path: Path) -> None:
    counter = await queued(database)

    async def count(via: Database) -> None:
        async with via.write() as session:
            row = await session.get_one(Snapshot, counter)
            seen = row.attempts
            await asyncio.sleep(0)
            row.attempts = seen + 1

    async with another(tmp_path) as second, asyncio.TaskGroup() as tasks:
        for _ in range(40):
            tasks.create_task(count(database))
            tasks.create_task(count(second))
    assert (await snapshot(database, counter)).attempts == 80


async def test_an_exception_takes_the_whole_transaction_back(database: Database) -> None:
    async def fail() -> None:
        async with database.write() as session:
            session.add(Chat(id=1))
            await session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await _chats(database) == 0


async def test_a_cancelled_writer_takes_its_transaction_back_and_leaves_the_turn(database: Database) -> None:
    is_writing = asyncio.Event()

    async def write() -> None:
        async with database.write() as session:
            session.add(Chat(id=1))
            await session.flush()
            is_writing.set()
            await asyncio.Event().wait()

    writer = asyncio.create_task(write())
    await is_writing.wait()
    writer.cancel()
    await asyncio.wait([writer])
    async with asyncio.timeout(2):
        await _add_chat(database, 2)
    assert await _chats(database) == 1


async def test_a_writer_that_is_cancelled_while_it_waits_for_another_process_does_no_harm(
    database: Database, tmp_path: Path
) -> None:
    async with another(tmp_path) as second:
        async with second.write() as session:
            session.add(Chat(id=1))
            await session.flush()
            waiting = asyncio.create_task(_add_chat(database, 2))
            await asyncio.wait([waiting], timeout=0.05)
            waiting.cancel()
        await asyncio.wait([waiting])
        async with asyncio.timeout(2):
            await _add_chat(database, 3)
    assert waiting.cancelled()
    assert await _chats(database) == 2


async def test_a_reader_sees_one_state_while_others_write(database: Database, tmp_path: Path) -> None:
    await _add_chat(database, 1)
    async with another(tmp_path) as second, database.read() as session:
        before = (await session.exec(select(func.count()).select_from(Chat))).one()
        await _add_chat(second, 2)
        after = (await session.exec(select(func.count()).select_from(Chat))).one()
    assert (before, after) == (1, 1)
    assert await _chats(database) == 2


async def test_readers_wait_for_no_writer(database: Database) -> None:
    async with database.write() as session:
        session.add(Chat(id=1))
        await session.flush()
        async with asyncio.timeout(1):
            assert await _chats(database) == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("busy_timeout", 5000),
        ("journal_size_limit", 4 * 1024 * 1024),
    ],
)
async def test_every_connection_has_the_pragmas(database: Database, name: str, value: object) -> None:
    async with database.read() as one, database.read() as other, database.write() as writer:
        for session in (one, other, writer):
            connection = await session.connection()
            assert (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar_one() == value


async def test_a_row_without_its_parent_is_refused_as_the_mistake_that_it_is(database: Database) -> None:
    with pytest.raises(IntegrityError):
        async with database.write() as session:
            session.add(
                Artifact(
                    snapshot_id=99, kind=ArtifactKind.PDF, sha256="0", size_bytes=1, content_type="text/plain"
                )
            )


async def test_a_database_that_can_not_be_opened_is_a_sentence(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}")
    with pytest.raises(StorageError, match="could not be read or written: unable to open database file"):
        await database.migrate()
    await database.close()
    await _driver_has_ended()


async def test_the_sentence_shows_nothing_of_the_statement(database: Database) -> None:
    with pytest.raises(StorageError) as caught:
        async with database.read() as session:
            await session.exec(text("SELECT 'secret' FROM nowhere"))  # type: ignore[call-overload]
    assert str(caught.value) == "The database could not be read or written: no such table: nowhere."


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("nonsense", "Could not parse"),
        ("postgres://u:secret@host/name", "Can't load plugin"),
        ("mysql://u:secret@host/name", "No module named"),
        ("sqlite+pysqlite:///name", "requires an async driver"),
        ("sqlite://u:p:secret@host:secret/name", "not the address of a database"),
        ("sqlite:////dev/null/folder/name", "Not a directory"),
    ],
)
def test_a_mistake_in_database_url_is_a_sentence_that_shows_no_password(url: str, words: str) -> None:
    with pytest.raises(StorageError, match=words) as caught:
        Database(url)
    assert str(caught.value).startswith("DATABASE_URL can't be used: ")
    assert "secret" not in str(caught.value)


async def test_the_folder_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "made" / "data"
    database = Database(f"sqlite:///{folder / 'tagshot.db'}")
    await database.migrate()
    await database.close()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


async def test_closing_leaves_one_whole_file(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'tagshot.db'}")
    await database.migrate()
    await _add_chat(database, 1)
    await database.close()
    assert [path.name for path in tmp_path.iterdir()] == ["tagshot.db"]


async def test_a_full_disk_is_said_and_takes_the_whole_transaction_back(database: Database) -> None:
    """SQLite itself says that the disk is full when a database may not grow."""

    async def grow() -> None:
        async with database.write() as session:
            await (await session.connection()).exec_driver_sql("PRAGMA max_page_count = 1")
            session.add(Link(chat_id=1, url="x" * 1_000_000, url_key="x"))

    await _add_chat(database, 1)
    with pytest.raises(DiskFull, match=r"^The disk is full: .*What was stored is kept\.$"):
        await grow()
    assert await _chats(database) == 1


async def test_a_database_that_others_hold_is_waited_for_then_said(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _add_chat(database, 1)
    async with another(tmp_path) as second:
        async with second.write() as session:
            session.add(Chat(id=2))
            await session.flush()
            monkeypatch.setattr(driver, "PRAGMAS", ("PRAGMA busy_timeout = 50",))
            async with another(tmp_path) as third:
                with pytest.raises(StorageError, match="busy: another program writes to it"):
                    await _add_chat(third, 3)
            waiting = asyncio.create_task(_add_chat(database, 3))
            await asyncio.wait([waiting], timeout=0.1)
            assert not waiting.done()
        await waiting
    assert await _chats(database) == 3


def test_where_sqlite_refuses_one_of_several_that_open_a_new_file_it_is_asked_again() -> None:
    refused = sqlite3.OperationalError("database is locked")
    refused.sqlite_errorcode = sqlite3.SQLITE_BUSY
    connection = Mock()
    connection.execute.side_effect = [refused, refused, Mock()]
    driver._set(connection, "PRAGMA journal_mode = WAL")
    assert connection.execute.call_count == 3


async def test_nobody_else_can_read_the_files_of_a_new_database(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        database = Database(f"sqlite:///{tmp_path / 'data' / 'tagshot.db'}")
        await database.migrate()
        files = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "data").iterdir()}
        await database.close()
    finally:
        os.umask(before)
    assert files == {"tagshot.db": 0o600, "tagshot.db-wal": 0o600, "tagshot.db-shm": 0o600}
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700


async def test_a_database_in_memory_makes_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    await Database("sqlite:///:memory:").close()
    assert list(tmp_path.iterdir()) == []


async def test_an_error_never_shows_the_values_of_a_statement(database: Database) -> None:
    async def add_twice() -> None:
        async with database.write() as session:
            session.add_all(Tag(chat_id=1, key="k", name="canary") for _ in range(2))

    with pytest.raises(IntegrityError) as raised:
        await add_twice()
    assert "canary" not in str(raised.value)
