"""Copies of a SQLite database while it is in use, by SQLite's own backup API; also those made before an upgrade."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from storage.durable import make_folder, sync
from storage.faults import of_database, of_file

FOLDER = "backups"
KEPT_COPIES = 3
PAGES_AT_ONCE = 2_000
STAMP = "%Y%m%dT%H%M%SZ"


def copy(source: Path, target: Path, step: Callable[[], None] = lambda: None) -> None:
    """Copy the database as it is at this moment, whoever writes to it meanwhile; ``target`` is then on the disk.

    ``step`` is called now and then and may raise to give up. Raises ``StorageError``.
    """
    try:
        with of_database(), closing(_reading(source)) as reading, closing(sqlite3.connect(target)) as writing:
            reading.backup(writing, pages=PAGES_AT_ONCE, progress=lambda *_: step(), sleep=0)
            writing.execute("PRAGMA journal_mode = DELETE")  # one file, whole by itself
        _settle(target)
    except BaseException as error:
        target.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise of_file(error, f"{target} could not be written") from error
        raise


def copy_before_upgrade(source: Path, revision: str) -> Path:
    """Copy a database that is about to be changed, and forget all such copies but the newest few."""
    folder = source.parent / FOLDER
    target = folder / f"{source.stem}-{revision}-before-upgrade-{datetime.now(UTC).strftime(STAMP)}.db"
    unfinished = target.with_suffix(".unfinished")
    try:
        make_folder(folder)
        unfinished.unlink(missing_ok=True)
        copy(source, unfinished)
        unfinished.rename(target)
        sync(folder)
    except OSError as error:
        raise of_file(error, f"The copy before the upgrade, {target}, could not be made") from error
    for old in upgrade_copies(source)[KEPT_COPIES:]:
        with suppress(OSError):
            old.unlink()
    return target


def upgrade_copies(source: Path) -> list[Path]:
    """The copies that were made before upgrades of this database, the newest first."""
    found = (source.parent / FOLDER).glob(f"{source.stem}-*-before-upgrade-*.db")
    return sorted(found, key=lambda path: path.stem.rpartition("-")[2], reverse=True)


def _reading(source: Path) -> sqlite3.Connection:
    """A connection that has begun to read: so the copy needs no second start when others write."""
    connection = sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
    connection.execute("BEGIN")
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return connection


def _settle(target: Path) -> None:
    handle = os.open(target, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
