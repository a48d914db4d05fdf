"""The schemas that there are, and which one a database has; known without Alembic, which is slow to load."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path

from sqlalchemy import Connection, inspect

from storage.errors import NewerDatabase


@contextmanager
def migrations() -> Iterator[Path]:
    """The folder of the migrations."""
    with as_file(files("storage") / "migrations") as folder:
        yield folder


def is_current(connection: Connection) -> bool:
    """Whether a database is at the newest schema. Raises ``NewerDatabase`` for one of a newer program."""
    current = revisions_of(connection)
    for revision in current:
        if not knows(revision):
            raise NewerDatabase(
                f"The database has the schema '{revision}' of a newer Tagshot than this one. Nothing was changed. "
                "Install the newer one, or restore a backup of this one."
            )
    return current == (max(revisions()),)


def revisions_of(connection: Connection) -> tuple[str, ...]:
    """What Alembic has noted: one revision, or none where no schema was made yet."""
    if not inspect(connection).has_table("alembic_version"):
        return ()
    return tuple(
        revision for (revision,) in connection.exec_driver_sql("SELECT version_num FROM alembic_version")
    )


def knows(revision: str) -> bool:
    """Whether this program knows a schema; those of newer programs it does not."""
    return revision in revisions()


def revisions() -> set[str]:
    """All schemas that there are. Migrations are named by theirs, so none has to be read at a start without any."""
    with migrations() as folder:
        return {file.name.partition("_")[0] for file in (folder / "versions").glob("[0-9]*.py")}
