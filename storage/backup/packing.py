"""The copy of the database in a backup: made while the database is used, packed, and unpacked with suspicion."""

import asyncio
import fcntl
import hashlib
import os
import shutil
import sqlite3
import tempfile
import threading
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from storage.backup.manifest import DatabaseCopy
from storage.copies import copy
from storage.errors import StorageError
from storage.faults import of_database, of_file
from storage.integrity import findings
from storage.upgrading import triggers_of

T = TypeVar("T")

CHUNK_BYTES = 1 << 20
LEVEL = 1
"""Of gzip: three times as fast as its usual 6, for a tenth more bytes."""
GZIP = 31
WORK_FOLDER = ".tagshot-backup-"


class GivenUp(Exception):  # noqa: N818 - nobody is told
    """Whoever wanted the work does not any more."""


@dataclass(frozen=True, slots=True)
class Packed:
    """A packed copy in a file, and what it holds: the files that its rows name, with sizes."""

    path: Path
    copy: DatabaseCopy
    files: dict[str, int]


@asynccontextmanager
async def packed(database: Path) -> AsyncIterator[Packed]:
    """A packed copy of the database as it is now; it takes room beside it for as long as this lasts."""
    with work_folder(database.parent) as folder:
        yield await in_thread(lambda give_up: _pack(database, folder, give_up))


@contextmanager
def work_folder(beside: Path) -> Iterator[Path]:
    """A folder for a while. Those that killed processes have left are removed."""
    try:
        for left in beside.glob(f"{WORK_FOLDER}*"):
            with suppress(BlockingIOError), _held(left):
                shutil.rmtree(left, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(prefix=WORK_FOLDER, dir=beside))
    except OSError as error:
        raise of_file(error, f"{beside} could not be written") from error
    try:
        with _held(folder):
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Hold a folder, which a killed process does no longer. Raises ``BlockingIOError`` when another does."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)


async def in_thread(work: Callable[[Callable[[], None]], T]) -> T:
    """What ``work`` gives, in a thread; when we are cancelled, the function that it is given raises ``GivenUp``."""
    is_over = threading.Event()

    def give_up() -> None:
        if is_over.is_set():
            raise GivenUp

    try:
        return await asyncio.to_thread(work, give_up)
    except asyncio.CancelledError:
        is_over.set()
        raise


def unpack(source: Path, target: Path, said: DatabaseCopy, give_up: Callable[[], None]) -> None:
    """Unpack a copy that is to be what ``said`` says. Raises ``StorageError`` as soon as it is not."""
    unpacker, hashes, left = (
        zlib.decompressobj(GZIP),
        (hashlib.sha256(), hashlib.sha256()),
        said.unpacked_bytes,
    )
    try:
        with source.open("rb") as packed_file, target.open("xb") as file:
            while chunk := packed_file.read(CHUNK_BYTES):
                hashes[0].update(chunk)
                while chunk and not unpacker.eof:
                    give_up()
                    plain = unpacker.decompress(chunk, CHUNK_BYTES)
                    chunk = unpacker.unconsumed_tail
                    left -= len(plain)
                    if left < 0:
                        raise _suspicious("it unpacks to more than its manifest says")
                    hashes[1].update(plain)
                    file.write(plain)
    except zlib.error as error:
        raise _suspicious("it can't be unpacked") from error
    except OSError as error:
        raise of_file(error, f"{target} could not be written") from error
    is_whole = left == 0 and unpacker.eof
    if not is_whole or [each.hexdigest() for each in hashes] != [said.sha256, said.unpacked_sha256]:
        raise _suspicious("it is not the one that its manifest names")


def files_in(database: Path) -> dict[str, int]:
    """The stored files that the rows of a database name, with their sizes. Raises ``StorageError``."""
    with of_database(), closing(sqlite3.connect(database)) as connection:
        rows = connection.execute("SELECT sha256, max(size_bytes) FROM artifact GROUP BY sha256").fetchall()
    return dict(rows)


def revision_of(database: Path) -> str:
    """The revision of a database's schema. Raises ``StorageError``."""
    with of_database(), closing(sqlite3.connect(database)) as connection:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else ""


def look_through(database: Path, revision: str) -> None:
    """Refuse a database from a backup that is damaged, or brings code that runs by itself and is not its schema's."""
    if found := findings(database):
        raise _suspicious(found[0])
    with of_database(), closing(sqlite3.connect(database)) as connection:
        code = connection.execute("SELECT name, sql FROM sqlite_master WHERE type IN ('trigger', 'view')")
        if not set(code) <= triggers_of(revision):
            raise _suspicious("it holds triggers or views that are not Tagshot's")


def _pack(database: Path, folder: Path, give_up: Callable[[], None]) -> Packed:
    plain, target = folder / "tagshot.db", folder / "tagshot.db.gz"
    copy(database, plain, give_up)
    packer, hashes, sizes = (
        zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP),
        (hashlib.sha256(), hashlib.sha256()),
        [0, 0],
    )
    try:
        with plain.open("rb") as source, target.open("xb") as file:
            while True:
                give_up()
                chunk = source.read(CHUNK_BYTES)
                small = packer.compress(chunk) if chunk else packer.flush()
                for index, part in enumerate((small, chunk)):
                    hashes[index].update(part)
                    sizes[index] += len(part)
                file.write(small)
                if not chunk:
                    break
        digests = [each.hexdigest() for each in hashes]
        said = DatabaseCopy(
            revision=revision_of(plain),
            sha256=digests[0],
            size_bytes=sizes[0],
            unpacked_sha256=digests[1],
            unpacked_bytes=sizes[1],
        )
        return Packed(target, said, files_in(plain))
    except OSError as error:
        raise of_file(error, f"{target} could not be written") from error


def _suspicious(why: str) -> StorageError:
    return StorageError(
        f"The copy of the database in this backup is damaged or forged: {why}. Try an older backup."
    )
