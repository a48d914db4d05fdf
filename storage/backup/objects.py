"""Object storage through obstore, with its errors as ours."""

import asyncio
import time
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import from_url

from storage.artifacts import reason
from storage.errors import DamagedFile, StorageError

if TYPE_CHECKING:
    from obstore.store import RetryConfig

RETRIES: "RetryConfig" = {"max_retries": 5, "retry_timeout": timedelta(seconds=60)}
REMOVED_AT_ONCE = 500
CLAIM_SECONDS = 3600
RENEWED_AFTER_SECONDS = 600


class Objects:
    """Objects by name. Every method raises ``StorageError``."""

    def __init__(self, url: str) -> None:
        try:
            self._store = from_url(url, retry_config=RETRIES)
        except (BaseError, ValueError, OSError) as error:
            raise StorageError(
                f"The place of the backup can't be used: {reason(error)}. It takes a folder, s3://…, gs://… or az://…"
            ) from error
        self._claim: tuple[str, float] | None = None

    async def put(self, name: str, content: bytes | Path) -> None:
        """Keep an object."""
        await self._renew()
        with _errors(name, "written"):
            await obstore.put_async(self._store, name, content)

    async def chunks(self, name: str) -> AsyncIterator[bytes]:
        """The content of an object, piece by piece."""
        with _errors(name, "read"):
            result = await obstore.get_async(self._store, name)
            async for chunk in result.stream():
                yield bytes(chunk)

    async def sizes(self, folder: str) -> dict[str, int]:
        """The objects below a folder. In a thread: reading the list with asyncio ends the process badly (0.12.1)."""

        def listed() -> dict[str, int]:
            return {each["path"]: each["size"] for some in obstore.list(self._store, folder) for each in some}

        with _errors(folder, "read"):
            return await asyncio.to_thread(listed)

    async def remove(self, names: Collection[str]) -> None:
        """Remove objects."""
        left = list(names)
        with _errors("A part", "removed"):
            for first in range(0, len(left), REMOVED_AT_ONCE):
                await self._renew()
                await obstore.delete_async(self._store, left[first : first + REMOVED_AT_ONCE])

    @asynccontextmanager
    async def claimed(self, name: str) -> AsyncIterator[None]:
        """Have something alone as long as this lasts, by an object of that name."""
        with _errors(name, "written"):
            try:
                await obstore.put_async(self._store, name, b"", mode="create")
            except AlreadyExistsError:
                if await self._age(name) < timedelta(seconds=CLAIM_SECONDS):
                    raise StorageError(
                        "Another backup is being made or thinned out there, or was cut off within the last hour. "
                        "Try again later."
                    ) from None
                await obstore.put_async(self._store, name, b"")
        self._claim = (name, time.monotonic())
        try:
            yield
        finally:
            self._claim = None
            with _errors(name, "removed"):
                await obstore.delete_async(self._store, [name])

    async def _age(self, name: str) -> timedelta:
        try:
            return datetime.now(UTC) - (await obstore.head_async(self._store, name))["last_modified"]
        except FileNotFoundError:
            return timedelta.max

    async def _renew(self) -> None:
        if self._claim and time.monotonic() - self._claim[1] > RENEWED_AFTER_SECONDS:
            name = self._claim[0]
            self._claim = (name, time.monotonic())
            with _errors(name, "written"):
                await obstore.put_async(self._store, name, b"")


@contextmanager
def _errors(name: str, done: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise DamagedFile(f"{name} of the backup is not there.") from error
    except (BaseError, OSError) as error:
        raise StorageError(f"{name} of the backup could not be {done}: {reason(error)}.") from error
