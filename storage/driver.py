"""How a statement reaches SQLite: in one step of the thread that its connection has, where the driver takes four.

The driver makes a cursor, executes, reads and closes each in a step of its own, and a step costs more than most
statements do. SQLAlchemy reads all rows at once in any case.
"""

import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from functools import partial
from typing import Any, Self

import aiosqlite

BUSY_MILLISECONDS = 5_000
"""For how long a statement waits for the writer of another process."""

Step = Callable[[Callable[[sqlite3.Cursor], None]], Awaitable[None]]


def connect(database: str, **options: Any) -> "Connection":
    """A connection that is opened when it is awaited."""
    return Connection(partial(sqlite3.connect, database, **options))


class Connection(aiosqlite.Connection):
    """The driver's connection. Its thread ends with the process, which may have left it open."""

    def __init__(self, connector: Callable[[], sqlite3.Connection]) -> None:
        super().__init__(connector, iter_chunk_size=64)
        self._thread.daemon = True

    def cursor(self) -> "Cursor":  # type: ignore[override]
        """A cursor, for which nothing is done yet."""
        return Cursor(self._step)

    async def _step(self, work: Callable[[sqlite3.Cursor], None]) -> None:
        await self._execute(self._work, work)  # type: ignore[no-untyped-call]

    def _work(self, work: Callable[[sqlite3.Cursor], None]) -> None:
        with closing(self._conn.cursor()) as cursor:
            work(cursor)


class Cursor:
    """What SQLAlchemy uses of a cursor."""

    def __init__(self, step: Step) -> None:
        self._step = step
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, statement: str, values: Sequence[Any] = ()) -> None:
        """Execute a statement and read what it gives."""
        await self._step(lambda cursor: self._keep(cursor.execute(statement, values)))

    async def executemany(self, statement: str, values: Sequence[Sequence[Any]]) -> None:
        """Execute a statement with each of the values."""
        await self._step(lambda cursor: self._keep(cursor.executemany(statement, values)))

    def _keep(self, cursor: sqlite3.Cursor) -> None:
        self.description = cursor.description
        self._rows = cursor.fetchall()
        self.rowcount, self.lastrowid = cursor.rowcount, cursor.lastrowid

    async def fetchall(self) -> list[Any]:
        """The rows that were read."""
        return self._rows

    async def close(self) -> None:
        """It is closed already."""
