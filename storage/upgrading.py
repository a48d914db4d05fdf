"""Making a schema or bringing it to the newest revision, by Alembic. Loaded only where that is needed."""

import logging
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, create_engine

from storage.copies import copy_before_upgrade
from storage.driver import BUSY_MILLISECONDS
from storage.errors import StorageError
from storage.schemas import migrations, revisions, revisions_of

log = logging.getLogger(__name__)

# Another process may be migrating a large database meanwhile, and is waited for.
MIGRATION_MILLISECONDS = 120_000


def upgrade(connection: Connection, path: Path | None, before_upgrade: Callable[[], None] | None) -> None:
    """Bring the schema to the newest revision, as ``Database.migrate`` says. Raises ``StorageError``."""
    with _told(), migrations() as folder, _set_for_migrating(connection):
        config = _alembic(folder)
        config.attributes["connection"] = connection
        with connection.begin():
            revision = _to_be_upgraded(connection, folder)
            if revision and before_upgrade:
                before_upgrade()
            if path and revision:
                kept = copy_before_upgrade(path, revision)
                log.info(
                    "the database is upgraded from revision %s; as it was it is kept as %s", revision, kept
                )
            command.upgrade(config, "head")


def _to_be_upgraded(connection: Connection, folder: Path) -> str | None:
    """The revision of a database that an upgrade would change; None for a new one, and for one that we don't know."""
    script = ScriptDirectory.from_config(_alembic(folder))
    known = revisions() - set(script.get_heads())
    return next((revision for revision in revisions_of(connection) if revision in known), None)


@contextmanager
def _set_for_migrating(connection: Connection) -> Iterator[None]:
    """For a migration, which may have to wait for another process's.

    Alembic changes a SQLite table by copying and dropping it, which would delete all that refers to its rows, and
    renames the copy, which SQLite would refuse because triggers speak of a table that is not there meanwhile.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    cursor = connection.connection.cursor()  # outside of any transaction: inside, SQLite ignores the pragma
    cursor.execute("PRAGMA foreign_keys = OFF")
    cursor.execute("PRAGMA legacy_alter_table = ON")
    cursor.execute(f"PRAGMA busy_timeout = {MIGRATION_MILLISECONDS}")
    try:
        yield
    finally:
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA legacy_alter_table = OFF")
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
        cursor.close()


@contextmanager
def _told() -> Iterator[None]:
    """Alembic's errors as ours."""
    try:
        yield
    except CommandError as error:
        raise StorageError(
            f"The database can't be brought to the newest schema: {error}. "
            "It may be of a newer Tagshot than this one: install that, or restore a backup."
        ) from error


def triggers_of(revision: str) -> set[tuple[str, str]]:
    """The triggers of a schema that this program knows, by name and statement, as its migrations make them."""
    with (
        _told(),
        migrations() as folder,
        closing(create_engine("sqlite://").connect()) as connection,
    ):
        config = _alembic(folder)
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        return {(name, statement) for name, statement in rows}


def _alembic(folder: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(folder))
    return config
