"""The queue: who may work on what, for how long, and what becomes of a snapshot whose worker is lost."""

import asyncio
import os
import socket
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from storage.announcements import Announcements
from storage.database import Database
from storage.kinds import ArtifactKind, SnapshotStatus, Verdict
from storage.library import Library
from storage.lost import worker_name
from storage.metadata import Metadata
from storage.models import Artifact, now
from storage.queue import GAVE_UP, MAX_DEATHS, Claim, Outcome, Queue
from storage.saving import Origin
from tests.storing import (
    MINUTE,
    another,
    link,
    lost_worker,
    pass_time,
    queued,
    queued_many,
    snapshot,
    snapshots,
)

LEASE = 3 * MINUTE
OK = Outcome(
    Verdict.OK, final_url="https://example.org/", http_status=200, metadata=Metadata(title="A title")
)
UNREACHABLE = Outcome(Verdict.UNREACHABLE, error="example.org did not answer.")


@pytest.fixture
def queue(database: Database) -> Queue:
    return Queue(database)


async def _claimed(queue: Queue, claimed_by: str = "worker", lease: timedelta = LEASE) -> Claim:
    claim = await queue.claim(claimed_by, lease=lease)
    assert claim is not None
    return claim


async def test_four_workers_of_two_processes_claim_each_of_200_once(
    database: Database, tmp_path: Path
) -> None:
    ids = await queued_many(database, 200)
    claimed: Counter[int] = Counter()

    async def work(via: Database, name: str) -> None:
        while claim := await Queue(via).claim(name, lease=LEASE):
            claimed[claim.snapshot_id] += 1
            await asyncio.sleep(0)

    async with another(tmp_path) as second, asyncio.TaskGroup() as tasks:
        for number, via in enumerate((database, second, database, second)):
            tasks.create_task(work(via, f"worker {number}"))
    assert claimed == Counter(ids)


async def test_a_claim_says_what_to_capture_and_has_counted_the_try(queue: Queue, database: Database) -> None:
    saved = await queued(database, "page", chat_id=-100)
    assert await queue.claim("me", lease=LEASE) == Claim(saved, -100, "https://example.org/page", "me", 1)
    row = await snapshot(database, saved)
    assert (row.status, row.attempts, row.claimed_by) == (SnapshotStatus.RUNNING, 1, "me")
    assert row.lease_until is not None
    assert abs(row.lease_until - now() - LEASE) < timedelta(seconds=10)


async def test_what_has_waited_longest_is_claimed_first(queue: Queue, database: Database) -> None:
    first, second = await queued_many(database, 2)
    claim = await _claimed(queue)
    assert claim.snapshot_id == first
    await queue.retry(claim, UNREACHABLE, run_after=now() - 10 * MINUTE)
    assert [(await _claimed(queue)).snapshot_id for _ in range(2)] == [first, second]
    assert await queue.claim("worker", lease=LEASE) is None


async def test_a_worker_can_limit_its_choice(queue: Queue, database: Database) -> None:
    first, second = await queued(database, "a"), await queued(database, "b")
    assert await queue.claim("worker", lease=LEASE, only=[]) is None
    claim = await queue.claim("worker", lease=LEASE, only=[second])
    assert claim is not None
    assert claim.snapshot_id == second
    assert await queue.claim("worker", lease=LEASE, only=[second]) is None
    assert (await snapshot(database, first)).status == SnapshotStatus.QUEUED


async def test_a_finished_snapshot_has_all_that_came_of_it(queue: Queue, database: Database) -> None:
    saved = await queued(database)
    claim = await _claimed(queue)
    pdf = Artifact(
        snapshot_id=saved, kind=ArtifactKind.PDF, sha256="0", size_bytes=5, content_type="application/pdf"
    )
    assert await queue.finish(
        claim, Outcome(Verdict.PARTIAL, metadata=Metadata(title="A title"), artifacts=[pdf])
    )
    row = await Library(database, 1).snapshot(saved)
    assert row is not None
    assert (row.status, row.verdict, row.claimed_by, row.lease_until) == ("done", "partial", None, None)
    assert row.link.title == "A title"
    assert [each.kind for each in row.artifacts] == [ArtifactKind.PDF]
    assert row.captured_at is not None


async def test_a_page_that_failed_leaves_the_title_as_it_was(queue: Queue, database: Database) -> None:
    saved = await queued(database)
    await queue.finish(
        await _claimed(queue), Outcome(Verdict.LOGIN_REQUIRED, metadata=Metadata(title="Log in"), error="No.")
    )
    row = await Library(database, 1).snapshot(saved)
    assert row is not None
    assert (row.status, row.error, row.link.title) == ("failed", "No.", None)


Ending = Callable[[Queue, Claim], Awaitable[bool]]
ENDINGS: dict[str, Ending] = {
    "finish": lambda queue, claim: queue.finish(claim, OK),
    "retry": lambda queue, claim: queue.retry(claim, UNREACHABLE, run_after=now()),
    "release": lambda queue, claim: queue.release(claim),
}


@pytest.mark.parametrize("end", ENDINGS.values(), ids=ENDINGS.keys())
async def test_a_worker_that_has_lost_its_claim_touches_nothing(
    queue: Queue, database: Database, end: Ending
) -> None:
    saved = await queued(database)
    zombie = await _claimed(queue, "the same name")
    await pass_time(database, LEASE)
    await queue.sweep()
    before = await snapshot(database, saved)
    assert not await end(queue, zombie)
    assert await snapshot(database, saved) == before

    holder = await _claimed(queue, "the same name")
    before = await snapshot(database, saved)
    assert not await end(queue, zombie)
    assert await snapshot(database, saved) == before
    assert await end(queue, holder)
    assert not await end(queue, holder)


async def test_a_retry_keeps_the_reason_and_waits(queue: Queue, database: Database) -> None:
    saved = await queued(database)
    await queue.retry(await _claimed(queue), UNREACHABLE, run_after=now() + 4 * MINUTE)
    row = await snapshot(database, saved)
    assert (row.status, row.attempts, row.error) == ("queued", 1, UNREACHABLE.error)
    assert not await queue.is_due()
    assert await queue.claim("worker", lease=LEASE) is None
    await pass_time(database, 4 * MINUTE)
    assert await queue.is_due()
    assert (await _claimed(queue)).attempt == 2


async def test_a_released_snapshot_is_not_charged(queue: Queue, database: Database) -> None:
    saved = await queued(database)
    await queue.release(await _claimed(queue))
    row = await snapshot(database, saved)
    assert (row.status, row.attempts, row.claimed_by, row.lease_until) == ("queued", 0, None, None)
    assert (await _claimed(queue)).attempt == 1


async def test_sweeping_takes_back_only_what_is_lost(queue: Queue, database: Database) -> None:
    host, dead = socket.gethostname(), lost_worker()
    lost = [dead, f"{host}/{os.getpid()}/another word"]
    held = [worker_name(), f"{host}/{os.getppid()}/word", f"elsewhere{dead.removeprefix(host)}", "no form"]
    await queued_many(database, len(lost + held))
    claims = {name: await _claimed(queue, name) for name in (*lost, *held)}
    assert await queue.sweep() == len(lost)
    assert {each.claimed_by for each in await snapshots(database)} - {None} == set(held)

    await pass_time(database, LEASE)
    assert await queue.sweep() == len(held)
    assert await queue.sweep() == 0
    assert not any([await queue.finish(claim, OK) for claim in claims.values()])


async def test_a_page_that_costs_every_worker_its_life_is_given_up_and_told(
    queue: Queue, database: Database
) -> None:
    saved = await queued(database)
    for attempt in range(1, MAX_DEATHS + 1):
        assert (await _claimed(queue, lease=-MINUTE)).attempt == attempt
        assert await queue.sweep() == (1 if attempt < MAX_DEATHS else 0)
    row = await snapshot(database, saved)
    assert (row.status, row.verdict, row.error) == ("failed", Verdict.UNREACHABLE, GAVE_UP)
    assert await queue.claim("worker", lease=LEASE) is None
    assert [each.snapshot_id for each in await Announcements(database).due(local=False)] == [saved]


async def test_a_clock_that_was_ahead_keeps_nothing_waiting_for_years(
    queue: Queue, database: Database
) -> None:
    await queued(database)
    await pass_time(database, timedelta(days=-3650))
    assert not await queue.is_due()
    await queue.sweep()
    assert await queue.is_due()


async def test_a_snapshot_is_untried_until_it_has_ended_or_failed_a_try(
    queue: Queue, database: Database
) -> None:
    saved = await queued(database)
    assert not await queue.is_untried([])
    assert await queue.is_untried([saved])
    claim = await _claimed(queue)
    assert await queue.is_untried([saved])
    await queue.retry(claim, UNREACHABLE, run_after=now() + MINUTE)
    assert not await queue.is_untried([saved])
    [again] = await Library(database, 1).add([link("page")], Origin(8))
    assert again.snapshot_id == saved
    assert await queue.is_untried([saved])
    await queue.finish(await _claimed(queue), OK)
    assert not await queue.is_untried([saved])
