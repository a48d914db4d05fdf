"""Statements reach SQLite in one step each, and give what SQLAlchemy wants to know of them."""

import threading

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from storage import driver
from storage.database import Database


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
