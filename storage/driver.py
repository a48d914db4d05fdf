"""How a statement reaches SQLite: in one step of the thread that its connection has, where the driver takes four.

The driver makes a cursor, executes, reads and closes each in a step of its own, and a step costs more than most
statements do. SQLAlchemy reads all rows at once in any case. A transaction begins in the step of its first statement,
and a connection is set up in the step that opens it.
"""

import sqlite3
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from functools import partial
from typing import Any, Self

import aiosqlite

BUSY_MILLISECONDS = 5_000
"""For how long a statement waits for the writer of another process."""

LOG_BYTES = 4 * 1024 * 1024
"""SQLite writes its log back about that often; one that was longer meanwhile is cut to it."""
MOMENT_SECONDS = 0.01
TOGETHER_SECONDS = 1.0
PRAGMAS = (
    f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    f"PRAGMA journal_size_limit = {LOG_BYTES}",
    "PRAGMA secure_delete = ON",
)
Step = Callable[[Callable[[sqlite3.Cursor], None]], Awaitable[None]]


def connect(database: str, **options: Any) -> "Connection":
    """A connection that is opened when it is awaited."""
    return Connection(partial(_opened, database, **options))


def _opened(database: str, **options: Any) -> sqlite3.Connection:
    """Set up with what SQLite keeps per connection; BEGIN is left to us, it would come late, and deferred."""
    connection: sqlite3.Connection = sqlite3.connect(database, isolation_level=None, **options)
    try:
        for pragma in PRAGMAS:
            _set(connection, pragma)
    except BaseException:
        connection.close()
        raise
    return connection


def _set(connection: sqlite3.Connection, pragma: str) -> None:
    """Set a pragma. Of several that open a new file together SQLite refuses one at once, whatever its timeout."""
    deadline = time.monotonic() + TOGETHER_SECONDS
    while True:
        try:
            connection.execute(pragma).close()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(MOMENT_SECONDS)
        else:
            return


class Transaction:
    """What is done between two ends of transactions: nothing, until its first step."""

    def __init__(self, begin: str | None = None) -> None:
        self.is_used = False
        self._begin = begin

    def step(self, work: Callable[[sqlite3.Cursor], None], connection: sqlite3.Connection) -> None:
        """Do something in it, in the connection's thread. Where it could not begin, the next step tries again."""
        with closing(connection.cursor()) as cursor:
            if self._begin is not None:
                cursor.execute(self._begin)
                self._begin = None
            work(cursor)


class Connection(aiosqlite.Connection):
    """The driver's connection. Its thread ends with the process, which may have left it open.

    A step that nobody waits for any more is made all the same, in the transaction that it was for, and those after it
    follow it. So a transaction in which there was any step is ended in a step, too.
    """

    def __init__(self, connector: Callable[[], sqlite3.Connection]) -> None:
        super().__init__(connector, iter_chunk_size=64)
        self._thread.daemon = True
        self._transaction = Transaction()

    def begin(self, statement: str) -> None:
        """Begin a transaction with this statement, just before the next one."""
        self._transaction = Transaction(statement)

    async def commit(self) -> None:
        """Commit the transaction, if anything was done in it."""
        await self._end(super().commit)

    async def rollback(self) -> None:
        """Roll the transaction back, if anything was done in it."""
        await self._end(super().rollback)

    async def _end(self, end: Callable[[], Awaitable[None]]) -> None:
        if self._transaction.is_used:
            await end()
        self._transaction = Transaction()

    def cursor(self) -> "Cursor":  # type: ignore[override]
        """A cursor, for which nothing is done yet."""
        return Cursor(self._step)

    async def _step(self, work: Callable[[sqlite3.Cursor], None]) -> None:
        self._transaction.is_used = True
        await self._execute(self._transaction.step, work, self._conn)  # type: ignore[no-untyped-call]


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
