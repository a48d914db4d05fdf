"""What backing up, bringing back and looking through 10,000 files costs, and 100,000 links beside them."""

import asyncio
import os
import shutil
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from storage.artifacts import digest, open_artifacts
from storage.backup.making import Made, back_up
from storage.backup.restoring import restore
from storage.backup.vault import FolderVault
from storage.database import Database
from storage.verifying import look
from tests.benchmarks.test_library_benchmark import FILL

FILES = 10_000
FILE_BYTES = 50_000
ARTIFACT = (
    "INSERT INTO artifact (snapshot_id, kind, position, sha256, size_bytes, content_type)"
    " VALUES (?, 'pdf', 0, ?, ?, 'application/pdf')"
)


class Kept:
    """A library of that size with a vault, and a loop to use it in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._loop = asyncio.Runner()
        self.database = Database(f"sqlite:///{folder / 'data' / 'tagshot.db'}")
        self.artifacts = open_artifacts(str(folder / "data" / "artifacts"))
        self.vault = FolderVault(folder / "vault")
        self.run(self._fill)

    def run(self, work: Callable[[], Awaitable[object]]) -> None:
        async def do() -> None:
            await work()

        self._loop.run(do())

    async def back_up(self) -> Made:
        return await back_up(self.database, self.artifacts, self.vault, version="1")

    async def restore(self) -> None:
        shutil.rmtree(self.folder / "new", ignore_errors=True)
        await restore(self.vault, self.folder / "new" / "tagshot.db", str(self.folder / "new" / "artifacts"))

    async def verify(self) -> None:
        looked = await look(self.database, self.artifacts, lambda _: None)
        assert looked.is_good
        assert looked.files == FILES

    def close(self) -> None:
        self.run(self.database.close)
        self._loop.close()

    async def _fill(self) -> None:
        await self.database.migrate()
        async with self.database.write() as session:
            connection = await session.connection()
            for statement in FILL:
                await connection.exec_driver_sql(statement)
            await connection.exec_driver_sql(ARTIFACT, [self._file(number) for number in range(1, FILES + 1)])

    def _file(self, snapshot_id: int) -> tuple[object, ...]:
        content = os.urandom(FILE_BYTES)
        path = self.artifacts.path(digest(content))
        assert path is not None
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return snapshot_id, path.name, FILE_BYTES


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    kept = Kept(tmp_path_factory.mktemp("kept"))
    yield kept
    kept.close()
    shutil.rmtree(kept.folder)


def test_the_first_backup(benchmark: BenchmarkFixture, kept: Kept) -> None:
    def again() -> None:
        shutil.rmtree(kept.folder / "vault", ignore_errors=True)

    benchmark.pedantic(lambda: kept.run(kept.back_up), setup=again, rounds=2)  # type: ignore[no-untyped-call]


def test_a_backup_with_nothing_new(benchmark: BenchmarkFixture, kept: Kept) -> None:
    benchmark.pedantic(lambda: kept.run(kept.back_up), rounds=3)  # type: ignore[no-untyped-call]


def test_restoring(benchmark: BenchmarkFixture, kept: Kept) -> None:
    benchmark.pedantic(lambda: kept.run(kept.restore), rounds=2)  # type: ignore[no-untyped-call]


def test_verifying(benchmark: BenchmarkFixture, kept: Kept) -> None:
    benchmark.pedantic(lambda: kept.run(kept.verify), rounds=2)  # type: ignore[no-untyped-call]
