"""The database: how it is opened, and its transactions. How it is upgraded is next door in ``upgrading``."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, InvalidRequestError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

from storage import derived  # noqa: F401 - its triggers and listeners keep columns of the tables
from storage.driver import connect
from storage.errors import StorageError
from storage.faults import of_database
from storage.integrity import check
from storage.schemas import is_current

log = logging.getLogger(__name__)

Upgrade = Callable[[Connection, Path | None, Callable[[], None] | None], None]


class Database:
    """Transactions on one database; safe to share among tasks.

    ``write()`` is one write transaction and commits at its end; on SQLite it begins IMMEDIATE and takes turns
    with the other writers of this process. ``read()`` sees one consistent state. Neither may be held across
    a network call. What the database can't do is raised as ``StorageError``; a statement or a value that it
    refuses is a mistake in the code, and is raised as it is.
    """

    def __init__(self, url: str) -> None:
        self._engine = _engine(url)
        self.path = _path(self._engine.url)
        """The file; None where the database is none."""
        self._writer = self._engine.execution_options(begins_immediate=True)
        self._writing = asyncio.Lock()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A session for reading. Raises ``StorageError``."""
        with of_database():
            async with AsyncSession(self._engine, expire_on_commit=False) as session:
                yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """A session for one write transaction; an exception rolls it back. Raises ``StorageError``."""
        with of_database():
            async with (
                self._writing,
                AsyncSession(self._writer, expire_on_commit=False) as session,
                session.begin(),
            ):
                yield session

    async def migrate(self, before_upgrade: Callable[[], None] | None = None) -> None:
        """Bring the schema to the newest revision, in one transaction, and copy the database before that.

        ``before_upgrade`` is called inside the transaction when there is a schema to upgrade, and may raise to leave
        it as it is. Of several processes that migrate at the same time, one does and the others find it done.

        Raises ``DamagedDatabase`` for a file that writing would damage further, else ``StorageError``.
        """
        if self.path and not await asyncio.to_thread(check, self.path):
            log.warning("%s is too large to be checked at each start; tagshot verify does it", self.path)
        if await self.is_current():
            return
        # Loaded here because what it builds on takes as long as the rest, and a schema is seldom upgraded.
        upgrade: Upgrade = import_module("storage.upgrading").upgrade
        with of_database():
            async with self._writer.connect() as connection:
                await connection.run_sync(upgrade, self.path, before_upgrade)

    async def is_current(self) -> bool:
        """Whether the schema is at the newest revision. Raises ``StorageError``, also for one of a newer program."""
        with of_database():
            async with self._engine.connect() as connection:
                return await connection.run_sync(is_current)

    async def empty_log(self) -> None:
        """Leave nothing in SQLite's write-ahead log, where what was deleted may stand for long; unless it is read now.

        Raises ``StorageError``.
        """
        with of_database():
            async with self._writing, self._engine.connect() as connection:
                await connection.run_sync(_empty_log)

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()


def _engine(url: str) -> AsyncEngine:
    """An engine for ``url``; makes the folder of a SQLite file."""
    try:
        parsed = make_url(url)
        if parsed.drivername == "sqlite":
            parsed = parsed.set(drivername="sqlite+aiosqlite")
        is_sqlite = parsed.get_backend_name() == "sqlite"
        if is_sqlite and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        driving = {"async_creator_fn": connect} if is_sqlite else {}
        # The connection used last is used next: what it has cached is of use, and the others need not cache it too.
        pooling = {"pool_use_lifo": True} if _path(parsed) else {}
        engine = create_async_engine(parsed, hide_parameters=True, connect_args=driving, **pooling)
    except ValueError:  # of the port; the error would show the part of the address that may be a password
        raise _unusable("it is not the address of a database") from None
    except (ArgumentError, InvalidRequestError, ModuleNotFoundError, OSError) as error:
        raise _unusable(str(error)) from error
    if engine.dialect.name == "sqlite":
        event.listen(engine.sync_engine, "do_connect", _make_private)
        event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _make_private(_dialect: object, _record: object, arguments: Sequence[str], _options: object) -> None:
    """Where there is no file yet, make one that nobody else may read; SQLite's log and index take after it."""
    path = Path(arguments[0])
    if not path.exists() and not path.name.startswith((":", "file:")):
        path.touch(mode=0o600)


def _unusable(reason: str) -> StorageError:
    return StorageError(
        f"DATABASE_URL can't be used: {reason}. Leave it empty for a SQLite file in DATA_DIR."
    )


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("begins_immediate", False)
    driven: Any = connection.connection.driver_connection
    driven.begin("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _path(url: URL) -> Path | None:
    name = url.database
    is_file = (
        url.get_backend_name() == "sqlite" and name and name != ":memory:" and not name.startswith("file:")
    )
    return Path(name).absolute() if is_file and name else None


def _empty_log(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    cursor = connection.connection.cursor()  # outside of any transaction, where it would wait for itself
    cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    cursor.close()
