"""Workers: what becomes of a snapshot, whatever its capture does. Real database and files, no browser."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.capture.chance import Chance
from bot.capture.options import Options
from bot.capture.result import Capture
from bot.errors import BrowserError, StorageError
from bot.work import worker as working
from storage.artifacts import Artifacts, open_artifacts
from storage.database import Database
from storage.kinds import SnapshotStatus, Verdict
from storage.library import Library
from storage.models import Snapshot, now
from storage.queue import MAX_DEATHS
from tests.storing import MAX_ATTEMPTS, MINUTE, another, pass_time, queued, snapshot
from tests.workbench import PDF, Bench, gives

DOWN = "example.org did not answer within 90 seconds."


def raises(error: BaseException) -> Callable[[str, Options], Awaitable[Capture]]:
    async def capture(url: str, _: Options) -> Capture:
        raise error

    return capture


@pytest.fixture
def artifacts(tmp_path: Path) -> Artifacts:
    return open_artifacts(str(tmp_path / "artifacts"))


@pytest.fixture
def bench(database: Database, artifacts: Artifacts) -> Bench:
    return Bench(database, artifacts)


async def with_artifacts(database: Database, snapshot_id: int) -> Snapshot:
    found = await Library(database, 1).snapshot(snapshot_id)
    assert found is not None
    return found


async def test_a_kept_page_is_done_with_its_files_and_its_title(bench: Bench) -> None:
    snapshot_id = await queued(bench.database)
    assert await bench.worker(gives(Verdict.OK)).work_once()
    done = await with_artifacts(bench.database, snapshot_id)
    assert (done.status, done.verdict, done.http_status, done.link.title) == ("done", "ok", 200, "Adam")
    [pdf] = done.artifacts
    assert (pdf.kind, pdf.content_type, pdf.size_bytes) == ("pdf", "application/pdf", len(PDF.content))
    assert await bench.artifacts.get(pdf.sha256) == PDF.content
    assert bench.finished == ["finished"]


async def test_a_page_that_is_not_there_has_failed_for_good(bench: Bench) -> None:
    snapshot_id = await queued(bench.database)
    await bench.worker(gives(Verdict.NOT_FOUND, "There is no such page.")).work_once()
    row = await snapshot(bench.database, snapshot_id)
    assert (row.status, row.error, row.attempts) == (SnapshotStatus.FAILED, "There is no such page.", 1)


async def test_what_may_pass_is_tried_five_times_and_then_given_up_in_a_sentence(bench: Bench) -> None:
    snapshot_id = await queued(bench.database)
    worker = bench.worker(gives(Verdict.UNREACHABLE, DOWN))
    for attempt in range(1, MAX_ATTEMPTS):
        assert await worker.work_once()
        row = await snapshot(bench.database, snapshot_id)
        assert (row.status, row.error, row.attempts) == (SnapshotStatus.QUEUED, DOWN, attempt)
        assert row.run_after > now()
        assert not await worker.work_once(), "it did not wait"
        await pass_time(bench.database, 90 * MINUTE)
    assert await worker.work_once()
    row = await snapshot(bench.database, snapshot_id)
    given_up = f"{DOWN} I have tried 5 times and give up now; Again starts over."
    assert (row.status, row.error) == (SnapshotStatus.FAILED, given_up)
    assert len(bench.finished) == MAX_ATTEMPTS


async def test_a_page_that_went_down_with_another_has_all_its_tries_when_it_is_alone(bench: Bench) -> None:
    snapshot_id = await queued(bench.database)
    await bench.worker(gives(Verdict.UNREACHABLE, DOWN, Chance.ALONE)).work_once()
    tries = 0
    while (await snapshot(bench.database, snapshot_id)).status == SnapshotStatus.QUEUED:
        await pass_time(bench.database, 90 * MINUTE)
        assert await bench.worker(gives(Verdict.UNREACHABLE, DOWN)).work_once()
        tries += 1
    assert tries == MAX_ATTEMPTS


async def test_a_page_that_breaks_the_browser_is_tried_three_times(bench: Bench) -> None:
    snapshot_id = await queued(bench.database)
    worker = bench.worker(gives(Verdict.UNREACHABLE, DOWN, Chance.ALONE))
    for _ in range(MAX_DEATHS):
        assert await worker.work_once()
        await pass_time(bench.database, MINUTE)
    assert (await snapshot(bench.database, snapshot_id)).status == SnapshotStatus.FAILED


async def test_a_mistake_in_the_capture_is_a_failed_try_with_a_sentence(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    snapshot_id = await queued(bench.database)
    assert await bench.worker(raises(KeyError("x"))).work_once()
    row = await snapshot(bench.database, snapshot_id)
    assert row.status == SnapshotStatus.QUEUED
    assert row.error == "Something went wrong on my side while capturing example.org. The log says what."
    assert "KeyError" in caplog.text


async def test_without_a_browser_or_room_the_page_is_not_to_blame(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot_id = await queued(bench.database)
    with pytest.raises(BrowserError):
        await bench.worker(raises(BrowserError("No browser."))).work_once()
    assert await bench.is_back(snapshot_id)

    async def full(content: bytes) -> str:
        raise StorageError("The disk is full.")

    monkeypatch.setattr(bench.artifacts, "put", full)
    with pytest.raises(StorageError):
        await bench.worker(gives(Verdict.OK)).work_once()
    assert await bench.is_back(snapshot_id)
    assert bench.finished == []


@pytest.mark.parametrize("answer", [Verdict.OK, Verdict.UNREACHABLE])
async def test_what_came_of_a_try_and_could_not_be_noted_is_tried_again_uncharged(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, answer: Verdict
) -> None:
    async def full(*_: object, **__: object) -> bool:
        raise StorageError("The disk is full.")

    one = await queued(bench.database)
    with monkeypatch.context() as patched:
        for name in ("finish", "retry"):
            patched.setattr(bench.queue, name, full)
        for _ in range(MAX_ATTEMPTS + 1):
            with pytest.raises(StorageError):
                await bench.worker(gives(answer)).work_once()
    assert await bench.is_back(one)
    assert (await snapshot(bench.database, one)).deaths == 0
    assert await bench.worker(gives(Verdict.OK)).work_once()
    assert (await snapshot(bench.database, one)).status == SnapshotStatus.DONE


async def test_a_worker_that_was_believed_dead_changes_nothing(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    snapshot_id = await queued(bench.database)

    async def slow(url: str, _: Options) -> Capture:
        await pass_time(bench.database, 3 * MINUTE)
        await bench.queue.sweep()
        await bench.worker(gives(Verdict.OK)).work_once()
        return Capture(url, Verdict.NOT_FOUND, error="Too late.")

    await bench.worker(slow).work_once()
    row = await snapshot(bench.database, snapshot_id)
    assert (row.status, row.error, row.attempts) == (SnapshotStatus.DONE, None, 2)
    assert "the claim was lost" in caplog.text


async def test_a_worker_may_be_kept_to_some_snapshots(bench: Bench) -> None:
    first, second = await queued(bench.database, "a"), await queued(bench.database, "b")
    worker = bench.worker(gives(Verdict.OK))
    assert await worker.work_once(only=[second])
    assert not await worker.work_once(only=[second])
    assert not await worker.work_once(only=[])
    assert await bench.is_back(first)


async def test_a_ring_wakes_an_idle_worker_and_trouble_only_pauses_it(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "LOOK_EVERY_SECONDS", 1000)
    monkeypatch.setattr(working, "TROUBLE_SECONDS", 0.01)
    troubles = iter([BrowserError("No browser."), BrowserError("Still none.")])

    async def capture(url: str, options: Options) -> Capture:
        for trouble in troubles:
            raise trouble
        return await gives(Verdict.OK)(url, options)

    task = asyncio.create_task(bench.worker(capture).run())
    await asyncio.sleep(0)
    snapshot_id = await queued(bench.database)
    bench.bell.ring()

    async with asyncio.timeout(5):
        await bench.has_finished.wait()
    assert (await snapshot(bench.database, snapshot_id)).status == SnapshotStatus.DONE
    task.cancel()
    await asyncio.wait([task], timeout=5)


async def test_a_worker_with_nothing_to_do_does_not_wait_for_whoever_writes(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_idle = asyncio.Event()

    async def heard(_: asyncio.Event, within_seconds: float) -> None:
        assert within_seconds == working.LOOK_EVERY_SECONDS
        is_idle.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(working, "heard", heard)
    async with another(tmp_path) as second, second.write() as session:
        await (await session.connection()).execute(text("SELECT 1"))
        task = asyncio.create_task(bench.worker(gives(Verdict.OK)).run())
        async with asyncio.timeout(20):
            await is_idle.wait()
    task.cancel()
    await asyncio.wait([task], timeout=5)
