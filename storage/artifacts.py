"""Stored files, named by the sha-256 of their content: a folder of ours, or object storage through obstore.

obstore's own folder store is not used: it never calls fsync (measured with strace on 0.12.1), so a file that
the database knows could be empty after a power cut.
"""

import asyncio
import errno
import hashlib
import re
import shutil
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

import obstore
from obstore.exceptions import BaseError
from obstore.store import from_url

from storage.durable import UNFINISHED, forget_unfinished, older, remove_older, renewed, sync, write_whole
from storage.errors import DamagedFile, DiskFull, MissingFile, StorageError
from storage.faults import of_file

if TYPE_CHECKING:
    from obstore.store import RetryConfig

LISTED_AT_ONCE = 500
FULL_SECONDS = 60
"""How long a disk that was full is believed to be so: quotas and the like can't be seen from outside."""
# A worker's lease leaves a minute for storing; obstore by itself would try for three.
RETRIES: "RetryConfig" = {"max_retries": 5, "retry_timeout": timedelta(seconds=20)}


class Artifacts(ABC):
    """A place of immutable files. ``put`` returns only when the file will survive a power cut."""

    def has_room(self) -> bool:
        """Whether there is room for the files of another capture."""
        return True

    async def put(self, content: bytes) -> str:
        """Keep ``content`` and return its sha-256 in hex. Raises ``StorageError``."""
        sha256 = digest(content)
        await self._write(sha256, content)
        return sha256

    @abstractmethod
    async def get(self, sha256: str) -> bytes:
        """The content. Raises ``MissingFile``, else ``StorageError`` when it can't be read."""

    async def whole(self, sha256: str) -> bytes:
        """The content, looked at to the last byte. Raises ``MissingFile``, ``DamagedFile``, else ``StorageError``."""
        content = await self.get(sha256)
        if await asyncio.to_thread(digest, content) != sha256:
            raise DamagedFile("A stored file is damaged: it is not what its name says.")
        return content

    @abstractmethod
    async def mend(self, sha256: str, content: bytes) -> None:
        """Put the content, which must be the right one, in the place of what is there. Raises ``StorageError``."""

    @abstractmethod
    def path(self, sha256: str) -> Path | None:
        """Where the file is on this machine; None for object storage."""

    @abstractmethod
    def put_before(self, at: datetime) -> AsyncIterator[Sequence[str]]:
        """The sha-256 of the files that nobody has put since then, some at a time. Raises ``StorageError``."""

    @abstractmethod
    async def remove(self, sha256s: Collection[str], *, put_before: datetime) -> set[str]:
        """Remove files, and give those that somebody has put since then, which stay. Raises ``StorageError``."""

    @abstractmethod
    async def _write(self, sha256: str, content: bytes) -> None: ...


def open_artifacts(url: str, *, spare_bytes: int = 0) -> Artifacts:
    """The artifacts at ``url``: a folder, ``file://…``, or what obstore knows (s3, gs, az …).

    ``spare_bytes`` of a folder's disk are left to others. Raises ``StorageError`` when the address makes no sense.
    """
    if url.startswith("file://"):
        return LocalArtifacts(Path(unquote(url.removeprefix("file://"))), spare_bytes)
    if "://" not in url:
        return LocalArtifacts(Path(url), spare_bytes)
    return RemoteArtifacts(url)


def digest(content: bytes) -> str:
    """The name of a file with that content."""
    return hashlib.sha256(content).hexdigest()


_KEY = re.compile(r"(?:.*/)?([0-9a-f]{2})/(\1[0-9a-f]{62})")


def _key(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256}"


def _sha256(key: str) -> str | None:
    """The hash that a key is of; None for what is not ours."""
    found = _KEY.fullmatch(key)
    return found[2] if found else None


class LocalArtifacts(Artifacts):
    """Files in a folder, each whole or absent: unfinished file, fsync, rename, fsync of the folder."""

    def __init__(self, folder: Path, spare_bytes: int = 0) -> None:
        self.folder = folder.absolute()
        self._spare_bytes = spare_bytes
        self._full_until = 0.0
        forget_unfinished(self.folder / UNFINISHED)

    def has_room(self) -> bool:
        """Whether enough of the disk is free, and it has not just turned out to be full all the same."""
        if time.monotonic() < self._full_until:
            return False
        there = next(each for each in (self.folder, *self.folder.parents) if each.is_dir())
        return shutil.disk_usage(there).free >= self._spare_bytes

    async def get(self, sha256: str) -> bytes:
        """The content."""
        try:
            return await asyncio.to_thread(self.path(sha256).read_bytes)
        except FileNotFoundError as error:
            raise MissingFile(f"A stored file could not be read: {error.strerror}.") from error
        except OSError as error:
            if error.errno == errno.EIO:
                raise DamagedFile("A stored file is damaged: the disk can't read it.") from error
            raise of_file(error, "A stored file could not be read") from error

    def path(self, sha256: str) -> Path:
        """Where the file is."""
        return self.folder / _key(sha256)

    async def mend(self, sha256: str, content: bytes) -> None:
        """Put the right content in its place."""
        path = self.path(sha256)
        try:
            await asyncio.to_thread(write_whole, path, content, self.folder / UNFINISHED)
            await asyncio.to_thread(sync, path.parent)
        except OSError as error:
            raise of_file(error, "A file could not be stored") from error

    async def put_before(self, at: datetime) -> AsyncIterator[Sequence[str]]:
        """The files that are older, one folder of 256 at a time."""
        try:
            for shelf in await asyncio.to_thread(_shelves, self.folder):
                names = await asyncio.to_thread(older, shelf, at)
                if found := [each for each in names if _sha256(f"{shelf.name}/{each}")]:
                    yield found
        except OSError as error:
            raise of_file(error, "The stored files can't be listed") from error

    async def remove(self, sha256s: Collection[str], *, put_before: datetime) -> set[str]:
        """Remove files."""
        paths = [self.path(each) for each in sha256s]
        try:
            younger = await asyncio.to_thread(remove_older, paths, put_before, self.folder)
            return {path.name for path in younger}
        except OSError as error:
            raise of_file(error, "A stored file could not be removed") from error

    async def _write(self, sha256: str, content: bytes) -> None:
        try:
            await asyncio.to_thread(_write_durably, self.path(sha256), content)
        except OSError as error:
            told = of_file(error, "A file could not be stored")
            if isinstance(told, DiskFull):
                self._full_until = time.monotonic() + FULL_SECONDS
            raise told from error


def _shelves(folder: Path) -> list[Path]:
    return sorted(each for each in folder.glob("??") if each.is_dir())


def _write_durably(path: Path, content: bytes) -> None:
    if not renewed(path, path.parent.parent):
        write_whole(path, content, path.parent.parent / UNFINISHED)
    # Also when they were there before: who has made them may not have come to this yet.
    sync(path.parent)
    sync(path.parent.parent)


class RemoteArtifacts(Artifacts):
    """Objects in S3, Google Cloud Storage, Azure or the like, where a confirmed upload is durable.

    Credentials come from where each provider's own tools look for them.
    """

    def __init__(self, url: str) -> None:
        try:
            self._store = from_url(url, retry_config=RETRIES)
        except (BaseError, ValueError, OSError) as error:
            raise StorageError(
                f"ARTIFACTS_URL can't be used: {reason(error)}. It takes a folder, s3://…, gs://… or az://…"
            ) from error

    async def get(self, sha256: str) -> bytes:
        """The content."""
        try:
            result = await obstore.get_async(self._store, _key(sha256))
            return bytes(await result.bytes_async())
        except FileNotFoundError as error:
            raise MissingFile(f"A stored file could not be read: {reason(error)}.") from error
        except (BaseError, OSError) as error:
            raise StorageError(f"A stored file could not be read: {reason(error)}.") from error

    def path(self, sha256: str) -> None:
        """None: it is not on this machine."""

    async def put_before(self, at: datetime) -> AsyncIterator[Sequence[str]]:
        """The objects that are older; what else is in the same place is left alone."""
        try:
            # In a thread: after its list for asyncio the interpreter aborts at its end (measured on 0.12.1).
            listed = obstore.list(self._store, chunk_size=LISTED_AT_ONCE)
            while some := await asyncio.to_thread(next, listed, None):
                old = [_sha256(each["path"]) for each in some if each["last_modified"] < at]
                if found := [each for each in old if each is not None]:
                    yield found
        except (BaseError, OSError) as error:
            raise StorageError(f"The stored files can't be listed: {reason(error)}.") from error

    async def remove(self, sha256s: Collection[str], *, put_before: datetime) -> set[str]:
        """Remove objects. A store has no lock, so each is looked at once more directly before its end."""
        try:
            found = {each: await self._put_at(each) for each in sha256s}
            keys = [_key(each) for each, at in found.items() if at is not None and at < put_before]
            if keys:
                await obstore.delete_async(self._store, keys)
        except (BaseError, OSError) as error:
            raise StorageError(f"A stored file could not be removed: {reason(error)}.") from error
        return {each for each, at in found.items() if at is not None and at >= put_before}

    async def _put_at(self, sha256: str) -> datetime | None:
        """When an object was put last; None where there is none."""
        with suppress(FileNotFoundError):
            return (await obstore.head_async(self._store, _key(sha256)))["last_modified"]
        return None

    async def mend(self, sha256: str, content: bytes) -> None:
        """Put the right content in its place."""
        await self._write(sha256, content)

    async def _write(self, sha256: str, content: bytes) -> None:
        try:
            await obstore.put_async(self._store, _key(sha256), content)
        except (BaseError, OSError) as error:
            raise StorageError(f"A file could not be stored: {reason(error)}.") from error


def reason(error: Exception) -> str:
    """What obstore says first; below that it shows its innards."""
    return str(error).partition("\n")[0]
