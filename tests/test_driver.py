"""Statements reach SQLite in one step each, and give what SQLAlchemy wants to know of them."""

import asyncio
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from storage import driver
from storage.database import Database
from tests.storing import another


async def _made(database: Database) -> None:
    async with database.write() as session:
        connection = await session.connection()
        await connection.execute(
            text("CREATE TABLE step (number INTEGER PRIMARY KEY, word TEXT NOT NULL UNIQUE)")
        )


async def test_rows_counts_and_numbers_are_those_of_the_statement(database: Database) -> None:
    await _made(database)
    async with database.write() as session:
        connection = await session.connection()
        many = [{"word": word} for word in ("一", "two", "3")]
        assert (await connection.execute(text("INSERT INTO step (word) VALUES (:word)"), many)).rowcount == 3
        one = await connection.execute(text("INSERT INTO step (word) VALUES ('four')"))
        assert (one.rowcount, one.lastrowid, one.returns_rows) == (1, 4, False)
        changed = text("UPDATE step SET word = word || '!' WHERE number > 1 RETURNING number, word")
        result = await connection.execute(changed)
        assert [tuple(row) for row in result] == [(2, "two!"), (3, "3!"), (4, "four!")]
        assert tuple(result.keys()) == ("number", "word")
        nothing = await connection.execute(text("SELECT word FROM step WHERE number = 9"))
        assert (nothing.all(), list(nothing.keys())) == ([], ["word"])


async def test_a_statement_is_one_step(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[str] = []
    step = driver.Connection._step

    async def counted(self: driver.Connection, work: object) -> None:
        steps.append(threading.current_thread().name)
        await step(self, work)  # type: ignore[arg-type]

    async with database.read() as session:
        connection = await session.connection()
        monkeypatch.setattr(driver.Connection, "_step", counted)
        assert (await connection.execute(text("SELECT 1 UNION SELECT 2"))).all() == [(1,), (2,)]
    assert len(steps) == 1


async def test_what_sqlite_refuses_is_raised_and_leaves_the_connection_usable(database: Database) -> None:
    await _made(database)
    async with database.write() as session:
        connection = await session.connection()
        with pytest.raises(IntegrityError):
            await connection.execute(text("INSERT INTO step (word) VALUES (NULL)"))
        with pytest.raises(OperationalError):
            await connection.execute(text("SELECT nothing FROM nowhere"))
        await connection.execute(text("INSERT INTO step (word) VALUES ('after')"))
    async with database.read() as session:
        rows = await (await session.connection()).execute(text("SELECT word FROM step"))
        assert rows.all() == [("after",)]


async def test_a_transaction_takes_a_step_for_each_statement_and_one_for_its_end(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[object] = []
    execute = driver.Connection._execute

    async def counted(self: driver.Connection, *what: object) -> object:
        steps.append(what)
        return await execute(self, *what)  # type: ignore[no-untyped-call]

    async with database.read() as session:
        await session.connection()
    monkeypatch.setattr(driver.Connection, "_execute", counted)
    async with database.read() as session:
        await session.connection()
    assert steps == []
    for transaction in (database.read, database.write):
        steps.clear()
        async with transaction() as session:
            for _ in range(2):
                await (await session.connection()).execute(text("SELECT 1"))
        assert len(steps) == 3


async def test_a_write_transaction_has_its_turn_from_its_first_statement_on(
    database: Database, tmp_path: Path
) -> None:
    async with another(tmp_path) as second, database.write() as session:
        await (await session.connection()).execute(text("SELECT 1"))
        waiting = asyncio.create_task(_made(second))
        assert not (await asyncio.wait([waiting], timeout=0.1))[0]
        await session.rollback()
        await waiting


async def test_a_transaction_that_was_cancelled_while_it_waited_for_its_turn_holds_nobody_up(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "PRAGMAS", ("PRAGMA busy_timeout = 2000",))
    async with another(tmp_path) as second:
        async with database.write() as session:
            await (await session.connection()).execute(text("SELECT 1"))
            waiting = asyncio.create_task(_made(second))
            assert not (await asyncio.wait([waiting], timeout=0.1))[0]
            waiting.cancel()
            await asyncio.wait([waiting], timeout=0.1)
        await asyncio.wait([waiting])
        assert waiting.cancelled()
        await _made(database)


async def test_a_step_that_nobody_waits_for_any_more_takes_nothing_from_the_next_transaction(
    tmp_path: Path,
) -> None:
    path = str(tmp_path / "steps.db")
    connection = driver.connect(path)
    await connection
    await connection.cursor().execute("CREATE TABLE step (word TEXT)")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        connection.begin("BEGIN IMMEDIATE")
        insert = asyncio.ensure_future(connection.cursor().execute("INSERT INTO step VALUES ('lost')"))
        await asyncio.sleep(0.05)
        rollback = asyncio.ensure_future(connection.rollback())
        await asyncio.sleep(0)
        insert.cancel()
        rollback.cancel()
        await asyncio.wait([insert, rollback])
        connection.begin("BEGIN IMMEDIATE")
        following = asyncio.ensure_future(connection.cursor().execute("INSERT INTO step VALUES ('undone')"))
        await asyncio.sleep(0)
        other.execute("ROLLBACK")
        await following
        await connection.rollback()
        assert other.execute("SELECT word FROM step").fetchall() == []
    await connection.close()
