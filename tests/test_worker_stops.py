"""A worker that is stopped, whatever it does at that moment, loses nothing and charges nobody. No browser."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from bot.capture.options import Options
from bot.capture.result import Capture
from bot.errors import StorageError
from storage.artifacts import Artifacts, open_artifacts
from storage.database import Database
from storage.kinds import SnapshotStatus, Verdict
from tests.storing import queued, snapshot
from tests.workbench import Bench, gives


class Hanging:
    """A capture that does not end by itself."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()

    async def __call__(self, url: str, _: Options) -> Capture:
        self.begun.set()
        await asyncio.Event().wait()
        raise AssertionError


@pytest.fixture
def artifacts(tmp_path: Path) -> Artifacts:
    return open_artifacts(str(tmp_path / "artifacts"))


@pytest.fixture
def bench(database: Database, artifacts: Artifacts) -> Bench:
    return Bench(database, artifacts)


async def test_a_cancelled_capture_goes_back_uncharged(bench: Bench) -> None:
    snapshot_id = await queued(bench.database)
    capture = Hanging()
    task = asyncio.create_task(bench.worker(capture).work_once())
    await capture.begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await bench.is_back(snapshot_id)


async def test_a_cancel_while_a_claim_is_committed_puts_it_back(bench: Bench) -> None:
    snapshot_id = await queued(bench.database)
    engine = bench.database._engine.sync_engine
    task = asyncio.create_task(bench.worker(Hanging()).work_once())
    event.listen(engine, "commit", lambda _: task.cancel(), once=True)
    await asyncio.wait([task], timeout=5)
    assert task.cancelled()
    async with asyncio.timeout(1), bench.database.write():
        pass
    assert await bench.is_back(snapshot_id)


async def test_a_cancel_is_not_lost_when_the_database_fails_with_it(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    await queued(bench.database)

    async def locked(claim: Any) -> bool:
        raise StorageError("The database is locked.")

    monkeypatch.setattr(bench.queue, "release", locked)
    capture = Hanging()
    task = asyncio.create_task(bench.worker(capture).run())
    await capture.begun.wait()
    task.cancel()
    await asyncio.wait([task], timeout=5)
    assert task.cancelled()


async def test_a_stop_while_the_outcome_is_written_loses_nothing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot_id = await queued(bench.database)
    begun, may_end, finish = asyncio.Event(), asyncio.Event(), bench.queue.finish

    async def slow(*arguments: Any) -> bool:
        begun.set()
        await may_end.wait()
        return await finish(*arguments)

    monkeypatch.setattr(bench.queue, "finish", slow)
    task = asyncio.create_task(bench.worker(gives(Verdict.OK)).run())
    await begun.wait()
    task.cancel()
    may_end.set()
    await asyncio.wait([task], timeout=5)
    assert task.cancelled()
    assert (await snapshot(bench.database, snapshot_id)).status == SnapshotStatus.DONE
