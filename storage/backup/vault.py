"""A vault: the place where backups are kept, a folder or object storage. Names in it are ours, never foreign."""

import asyncio
import fcntl
import os
import stat
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from shutil import copyfileobj
from urllib.parse import unquote, urlsplit

from storage.backup.objects import Objects
from storage.durable import UNFINISHED, fill_whole, forget_unfinished, make_folder, sync, write_whole
from storage.errors import DamagedFile, StorageError
from storage.faults import of_file

LOCK = "in-progress"
CHUNK_BYTES = 1 << 20


class Vault(ABC):
    """Files by name. What ``write`` and ``write_file`` took is durable once ``settle`` returns."""

    @abstractmethod
    async def write(self, name: str, content: bytes) -> None:
        """Keep a file, whole or not at all. Raises ``StorageError``."""

    @abstractmethod
    async def write_file(self, name: str, path: Path) -> None:
        """Keep a copy of a file of this machine. Raises ``StorageError``."""

    @abstractmethod
    async def settle(self) -> None:
        """Make sure of what was written. Raises ``StorageError``."""

    @abstractmethod
    async def read(self, name: str, *, most_bytes: int) -> bytes:
        """A file's content. Raises ``StorageError``, also when it is larger than ``most_bytes``."""

    @abstractmethod
    async def fetch(self, name: str, path: Path, *, most_bytes: int) -> None:
        """The same into a file of this machine."""

    @abstractmethod
    async def sizes(self, folder: str) -> dict[str, int]:
        """The files of a folder and below it, with their sizes in bytes; a name begins with the folder's."""

    @abstractmethod
    async def remove(self, names: Collection[str]) -> None:
        """Remove files. Raises ``StorageError``."""

    @abstractmethod
    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Have the vault alone, for changing it. Raises ``StorageError`` when another has it."""
        yield


def open_vault(url: str) -> Vault:
    """The vault at ``url``: a folder, ``file://…``, or what obstore knows (s3, gs, az …). Raises ``StorageError``."""
    if url.startswith("file://"):
        return FolderVault(Path(unquote(url.removeprefix("file://"))))
    if "://" not in url:
        return FolderVault(Path(url).expanduser())
    return ObjectVault(Objects(url))


def shown(url: str) -> str:
    """The address of a vault without what may be secret in it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}" if "://" in url else url


class FolderVault(Vault):
    """A folder. Each file is whole or absent, and only regular files are read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self._unfinished = self.folder / UNFINISHED
        self._touched: set[Path] = set()

    async def write(self, name: str, content: bytes) -> None:
        """Keep a file."""
        with _file_errors(name, "written"):
            await asyncio.to_thread(write_whole, self._path(name), content, self._unfinished)

    async def write_file(self, name: str, path: Path) -> None:
        """Keep a copy of a file."""

        def copy() -> None:
            with path.open("rb") as source:
                fill_whole(self._path(name), lambda target: copyfileobj(source, target), self._unfinished)

        with _file_errors(name, "written"):
            await asyncio.to_thread(copy)

    async def settle(self) -> None:
        """Have all names on the disk, from the folders that were written to up to the vault's own."""
        touched, self._touched = self._touched, set()
        with _file_errors(str(self.folder), "written"):
            for folder in sorted(touched):
                await asyncio.to_thread(sync, folder)

    async def read(self, name: str, *, most_bytes: int) -> bytes:
        """A file's content."""

        def read() -> bytes:
            with _regular(self._path(name)) as handle:
                return os.fdopen(handle, "rb", closefd=False).read(most_bytes + 1)

        with _file_errors(name, "read"):
            content = await asyncio.to_thread(read)
        if len(content) > most_bytes:
            raise _too_large(name)
        return content

    async def fetch(self, name: str, path: Path, *, most_bytes: int) -> None:
        """A file's content into another file."""

        def fetch() -> None:
            with _regular(self._path(name)) as handle, path.open("xb") as target:
                source, left = os.fdopen(handle, "rb", closefd=False), most_bytes
                while chunk := source.read(CHUNK_BYTES):
                    left -= len(chunk)
                    if left < 0:
                        raise _too_large(name)
                    target.write(chunk)

        with _file_errors(name, "read"):
            await asyncio.to_thread(fetch)

    async def sizes(self, folder: str) -> dict[str, int]:
        """The regular files of a folder and below it."""
        with _file_errors(folder, "read"):
            return await asyncio.to_thread(lambda: dict(_sizes(self.folder, self.folder / folder)))

    async def remove(self, names: Collection[str]) -> None:
        """Remove files."""

        def remove() -> None:
            for name in names:
                self._path(name).unlink(missing_ok=True)

        with _file_errors(str(self.folder), "changed"):
            await asyncio.to_thread(remove)

    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Have the folder alone; the operating system gives it back when we are killed."""
        with _file_errors(str(self.folder), "written"):
            make_folder(self.folder)
            handle = os.open(self.folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise in_use(str(self.folder)) from None
            forget_unfinished(self._unfinished)
            yield
        finally:
            os.close(handle)

    def _path(self, name: str) -> Path:
        path = self.folder / name
        self._touched |= {each for each in path.parents if each.is_relative_to(self.folder)}
        return path


class ObjectVault(Vault):
    """Objects in S3, Google Cloud Storage, Azure or the like."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects

    async def write(self, name: str, content: bytes) -> None:
        """Keep an object; a confirmed upload is durable."""
        await self._objects.put(name, content)

    async def write_file(self, name: str, path: Path) -> None:
        """Keep a file as an object, uploaded in parts."""
        await self._objects.put(name, path)

    async def settle(self) -> None:
        """Nothing is left to do."""

    async def read(self, name: str, *, most_bytes: int) -> bytes:
        """An object's content."""
        content = bytearray()
        async for chunk in self._objects.chunks(name):
            content += chunk
            if len(content) > most_bytes:
                raise _too_large(name)
        return bytes(content)

    async def fetch(self, name: str, path: Path, *, most_bytes: int) -> None:
        """An object's content into a file."""
        left = most_bytes
        with _file_errors(str(path), "written"), path.open("xb") as target:
            async for chunk in self._objects.chunks(name):
                left -= len(chunk)
                if left < 0:
                    raise _too_large(name)
                await asyncio.to_thread(target.write, chunk)

    async def sizes(self, folder: str) -> dict[str, int]:
        """The objects whose names begin with the folder's."""
        return await self._objects.sizes(folder)

    async def remove(self, names: Collection[str]) -> None:
        """Remove objects."""
        await self._objects.remove(names)

    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Have the objects alone, by one of them; it is renewed, and one that is not for an hour is nobody's."""
        async with self._objects.claimed(LOCK):
            yield


def in_use(place: str) -> StorageError:
    """Another backup is at work there."""
    return StorageError(
        f"Another backup is being made or thinned out in {place}. Try again when it has ended."
    )


def _too_large(name: str) -> DamagedFile:
    return DamagedFile(f"{name} in the backup is larger than it may be.")


@contextmanager
def _file_errors(name: str, done: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if done == "read" and isinstance(error, FileNotFoundError):
            raise DamagedFile(f"{name} of the backup is not there.") from error
        raise of_file(error, f"{name} of the backup could not be {done}") from error


@contextmanager
def _regular(path: Path) -> Iterator[int]:
    """An open regular file: no link that leads elsewhere, no pipe that never ends."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise StorageError(f"{path.name} in the backup is not a file.")
        yield handle
    finally:
        os.close(handle)


def _sizes(root: Path, folder: Path) -> Iterator[tuple[str, int]]:
    if not folder.is_dir():
        return
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _sizes(root, Path(entry.path))
            elif entry.is_file(follow_symlinks=False):
                yield str(Path(entry.path).relative_to(root)), entry.stat(follow_symlinks=False).st_size
