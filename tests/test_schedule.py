"""The schedule: which ticks there are and what each does; when they come is APScheduler's affair."""

import asyncio
import logging
from datetime import timedelta

import pytest

from bot.errors import StorageError
from bot.work.bell import Bell, heard
from bot.work.news import News
from bot.work.nightly import Nightly
from bot.work.schedule import INDEX_SECONDS, SWEEP_SECONDS, Schedule, tidy_memory
from storage.artifacts import open_artifacts
from storage.backup.making import Made
from storage.database import Database
from storage.inbox import Inbox, Received
from storage.kinds import SnapshotStatus, Verdict
from storage.models import Inbox as InboxRow
from storage.models import now
from storage.queue import Outcome, Queue
from tests.storing import MINUTE, pass_time, queued, snapshot

FAILED = Outcome(Verdict.UNREACHABLE, error="It is down.")


@pytest.fixture
def bell() -> Bell:
    return Bell()


@pytest.fixture
async def schedule(database: Database, bell: Bell) -> Schedule:
    return Schedule(database, open_artifacts("memory:///"), Queue(database), Inbox(database), bell)


async def test_it_sweeps_four_times_a_minute_and_forgets_once_an_hour(schedule: Schedule) -> None:
    schedule.start()
    try:
        ticks = {job.args[0]: job.trigger.interval for job in schedule._scheduler.get_jobs()}
    finally:
        await schedule.stop()
    assert ticks == {
        schedule.sweep: timedelta(seconds=SWEEP_SECONDS),
        schedule.index: timedelta(seconds=INDEX_SECONDS),
        schedule.forget: timedelta(hours=1),
        tidy_memory: timedelta(minutes=1),
    }


async def test_with_a_place_for_it_a_backup_is_looked_after(database: Database, bell: Bell) -> None:
    async def make() -> Made:
        raise AssertionError

    nightly = Nightly(database, "place", make, News())
    schedule = Schedule(
        database, open_artifacts("memory:///"), Queue(database), Inbox(database), bell, nightly
    )
    schedule.start()
    await schedule.stop()
    acts = [job.args[0] for job in schedule._scheduler.get_jobs()]
    assert nightly.back_up in acts


async def test_the_clock_makes_the_ticks_and_a_stop_in_their_middle_is_clean(
    schedule: Schedule, database: Database, bell: Bell, caplog: pytest.LogCaptureFixture
) -> None:
    await queued(database)
    rung = bell.listen()
    schedule.start()
    for job in schedule._scheduler.get_jobs():
        job.modify(next_run_time=now())
    await heard(rung, 5)
    assert rung.is_set()
    await schedule.stop()
    await asyncio.sleep(0)  # the scheduler stops in a turn of the loop of its own
    assert asyncio.all_tasks() == {asyncio.current_task()}
    assert not schedule._scheduler.running
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


async def test_a_tick_that_the_database_refuses_costs_a_line_in_the_log(
    schedule: Schedule, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def locked() -> int:
        raise StorageError("The database is locked.")

    monkeypatch.setattr(schedule._queue, "sweep", locked)
    schedule.start()
    [sweep] = [job for job in schedule._scheduler.get_jobs() if job.args[0] == schedule.sweep]
    await schedule.stop()
    await sweep.func(*sweep.args)
    assert [record.getMessage() for record in caplog.records] == ["a tick was lost: The database is locked."]


async def test_a_lost_snapshot_is_taken_back_and_the_workers_are_woken(
    schedule: Schedule, database: Database, bell: Bell
) -> None:
    snapshot_id = await queued(database)
    await Queue(database).claim("elsewhere/1/word", lease=MINUTE)
    rung = bell.listen()
    await schedule.sweep()
    assert not rung.is_set(), "a worker that may be alive was disturbed"
    await pass_time(database, 2 * MINUTE)
    await schedule.sweep()
    assert rung.is_set()
    assert (await snapshot(database, snapshot_id)).status == SnapshotStatus.QUEUED


async def test_a_retry_that_is_due_wakes_the_workers(
    schedule: Schedule, database: Database, bell: Bell
) -> None:
    await queued(database)
    queue = Queue(database)
    claim = await queue.claim("worker", lease=MINUTE)
    assert claim is not None
    await queue.retry(claim, FAILED, run_after=now() + MINUTE)
    rung = bell.listen()
    await schedule.sweep()
    assert not rung.is_set()
    await pass_time(database, 2 * MINUTE)
    await schedule.sweep()
    assert rung.is_set()


async def test_handled_updates_of_yesterday_are_forgotten(schedule: Schedule, database: Database) -> None:
    inbox = Inbox(database)
    await inbox.put([Received(number, 1, "{}") for number in (1, 2, 3)])
    await inbox.set_handled(1)
    await inbox.set_handled(2)
    async with database.write() as session:
        old = await session.get_one(InboxRow, 1)
        old.handled_at = now() - timedelta(hours=25)
    await schedule.forget()
    async with database.read() as session:
        assert await session.get(InboxRow, 1) is None
        assert await session.get(InboxRow, 2) is not None
