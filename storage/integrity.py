"""Whether the file of a SQLite database can be trusted, found out without changing it."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from storage.errors import DamagedDatabase
from storage.faults import DAMAGED, of_database

CHECK_SECONDS = 10.0
"""How long a start may be held up by the check; 100,000 links take 0.15 s."""
STEPS_BETWEEN_LOOKS = 100_000
MOST_FINDINGS = 20


def check(path: Path, *, seconds: float = CHECK_SECONDS) -> bool:
    """Look through the file, quickly. False: it was not all seen in this time, and what was seen is good.

    Raises ``DamagedDatabase``, or ``StorageError`` when it can't be read.
    """
    if _size(path) == 0:
        _look_beside(path)
        return True
    with of_database(), _opened(path) as connection:
        until = time.monotonic() + seconds
        connection.set_progress_handler(lambda: time.monotonic() > until, STEPS_BETWEEN_LOOKS)
        try:
            [[found]] = connection.execute("PRAGMA quick_check(1)")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
                return False
            raise
    if found != "ok":
        raise DamagedDatabase(f"{DAMAGED}: {_one_line(found)}.")
    return True


def findings(path: Path) -> list[str]:
    """All that is wrong with a database, by its own thorough check, which reads everything. Nothing: it is whole."""
    try:
        with of_database(), _opened(path) as connection:
            said = [row[0] for row in connection.execute(f"PRAGMA integrity_check({MOST_FINDINGS})")]
            orphans = connection.execute("PRAGMA foreign_key_check").fetchmany(MOST_FINDINGS)
    except DamagedDatabase as error:
        return [str(error).removeprefix(f"{DAMAGED}: ")]
    rows = [
        f"row {row} of {table} refers to a row of {parent} that is missing"
        for table, row, parent, _ in orphans
    ]
    return [*(_one_line(each) for each in said if each != "ok"), *rows]


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        yield connection


def _look_beside(path: Path) -> None:
    """Refuse where the newest part of a database is left without the rest: SQLite would throw it away."""
    left = path.with_name(f"{path.name}-wal")
    if _size(left):
        raise DamagedDatabase(
            f"{path} is missing or empty, but {left.name}, the newest part of it, is there."
        )


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _one_line(said: str) -> str:
    """What SQLite says, without the asterisks that it puts around the names of databases."""
    return " ".join(said.replace("*** in database main ***", "").split())
