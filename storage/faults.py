"""What databases and operating systems say when they can't, as sentences of ours."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    NotSupportedError,
    ProgrammingError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from storage.errors import DamagedDatabase, DiskFull, StorageError

DISK_FULL = "The disk is full: nothing more can be stored until there is room. What was stored is kept."
DAMAGED = "The database file is damaged"
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


@contextmanager
def of_database() -> Iterator[None]:
    """Errors of the database as ours, without the statement and its values; mistakes in our code as they are."""
    try:
        yield
    except (DataError, IntegrityError, NotSupportedError, ProgrammingError):
        raise
    except (DBAPIError, PoolTimeoutError) as error:
        raise _told(getattr(error, "orig", None) or error) from error
    except sqlite3.Error as error:
        raise _told(error) from error


def of_file(error: OSError, what: str) -> StorageError:
    """An error of the operating system about a file; ``what`` is what could not be done."""
    if error.errno in _FULL:
        return DiskFull(DISK_FULL)
    return StorageError(f"{what}: {error.strerror or error}.")


def _told(error: BaseException) -> StorageError:
    reason = str(error).splitlines()[0]
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # above that SQLite says more exactly where
    if code == sqlite3.SQLITE_FULL:
        return DiskFull(DISK_FULL)
    if code in _BUSY:
        return StorageError("The database is busy: another program writes to it. It has to be tried again.")
    if code in _DAMAGED:
        return DamagedDatabase(f"{DAMAGED}: {reason}.")
    return StorageError(f"The database could not be read or written: {reason}.")
