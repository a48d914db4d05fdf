"""The database: how it is opened, its transactions, and its migrations."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.errors import StorageError

SQLITE_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA busy_timeout = 5000",
    "PRAGMA journal_size_limit = 67108864",
)


class Database:
    """Transactions on one database; safe to share among tasks.

    ``write()`` is one write transaction and commits at its end; on SQLite it begins IMMEDIATE and takes turns
    with the other writers of this process. ``read()`` sees one consistent state. Neither may be held across
    a network call.
    """

    def __init__(self, url: str) -> None:
        self._engine = _engine(url)
        self._is_sqlite = self._engine.dialect.name == "sqlite"
        self._writing = asyncio.Lock()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A session for reading. Raises ``StorageError``."""
        with _translated():
            async with AsyncSession(self._engine, expire_on_commit=False) as session:
                yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """A session for one write transaction; an exception rolls it back. Raises ``StorageError``."""
        engine = self._engine.execution_options(begins_immediate=True)
        with _translated():
            async with (
                self._writing,
                AsyncSession(engine, expire_on_commit=False) as session,
                session.begin(),
            ):
                yield session

    async def migrate(self) -> None:
        """Bring the schema to the newest revision. Raises ``StorageError``."""
        with _translated():
            async with self._engine.connect() as connection:
                await connection.run_sync(_upgrade)
                await connection.commit()

    async def is_current(self) -> bool:
        """Whether the schema is at the newest revision. Raises ``StorageError``."""
        with _translated():
            async with self._engine.connect() as connection:
                return await connection.run_sync(_is_current)

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()


def _engine(url: str) -> AsyncEngine:
    """An engine for ``url``; makes the folder of a SQLite file."""
    try:
        parsed = make_url(url)
        if parsed.drivername == "sqlite":
            parsed = parsed.set(drivername="sqlite+aiosqlite")
        if parsed.get_backend_name() == "sqlite" and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        engine = create_async_engine(parsed)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError, OSError) as error:
        raise StorageError(
            f"DATABASE_URL can't be used: {error}. Leave it empty for a SQLite file in DATA_DIR."
        ) from error
    if engine.dialect.name == "sqlite":
        event.listen(engine.sync_engine, "connect", _set_up_sqlite)
        event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: Any, _record: object) -> None:
    """Leave BEGIN to us (the driver would begin late, and deferred), and set what SQLite keeps per connection."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in SQLITE_PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("begins_immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _upgrade(connection: Connection) -> None:
    with as_file(files("storage") / "migrations") as folder:
        config = _alembic(folder)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _is_current(connection: Connection) -> bool:
    with as_file(files("storage") / "migrations") as folder:
        heads = set(ScriptDirectory.from_config(_alembic(folder)).get_heads())
    return set(MigrationContext.configure(connection).get_current_heads()) == heads


def _alembic(folder: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(folder))
    return config


@contextmanager
def _translated() -> Iterator[None]:
    """Errors of the library as ours: in the driver's own words, without the statement and its values."""
    try:
        yield
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise StorageError(f"The database could not be read or written: {reason}.") from error
