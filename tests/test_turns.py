"""Whose turn it is: chats one after another, a host once at a time and then left alone, suspects by themselves."""

from datetime import timedelta
from pathlib import Path

import pytest

from storage.database import Database
from storage.kinds import SnapshotStatus, Verdict
from storage.library import Library
from storage.models import now
from storage.queue import GAVE_UP, MAX_DEATHS, Claim, Outcome, Queue
from storage.saving import Origin
from tests.storing import MINUTE, another, link, pass_time, queued, queued_many, snapshot

OK = Outcome(Verdict.OK)
CRASHED = Outcome(Verdict.UNREACHABLE, error="The browser broke down.")
PAUSE = timedelta(seconds=30)
LEASE = 3 * MINUTE


@pytest.fixture
def queue(database: Database) -> Queue:
    return Queue(database)


async def claimed(queue: Queue, claimed_by: str = "me", *, lease: timedelta = LEASE) -> Claim:
    claim = await queue.claim(claimed_by, lease=lease)
    assert claim is not None
    return claim


async def captured(queue: Queue) -> int:
    """The id of the snapshot that had its turn, finished."""
    claim = await claimed(queue)
    assert await queue.finish(claim, OK)
    return claim.snapshot_id


async def suspected(queue: Queue) -> int:
    """Let a worker die over the snapshot whose turn it is."""
    claim = await claimed(queue, "dead", lease=-MINUTE)
    await queue.sweep()
    return claim.snapshot_id


class TestChats:
    async def test_take_turns_however_many_links_one_of_them_has(
        self, queue: Queue, database: Database
    ) -> None:
        flood = await queued_many(database, 6)
        second = [await queued(database, name, chat_id=2) for name in ("a", "b")]
        assert [await captured(queue) for _ in range(5)] == [
            flood[0],
            second[0],
            flood[1],
            second[1],
            flood[2],
        ]

    async def test_wait_no_longer_than_one_capture_for_a_single_link(
        self, queue: Queue, database: Database
    ) -> None:
        await queued_many(database, 20)
        for _ in range(5):
            await captured(queue)
        single = await queued(database, chat_id=3)
        assert await captured(queue) == single

    async def test_have_their_turn_also_when_the_clock_was_put_back(
        self, queue: Queue, database: Database
    ) -> None:
        flood = await queued_many(database, 3)
        await captured(queue)
        single = await queued(database, chat_id=2)
        await pass_time(database, timedelta(days=3650))
        assert [await captured(queue), await captured(queue)] == [single, flood[1]]

    async def test_that_have_nothing_due_are_passed_over(self, queue: Queue, database: Database) -> None:
        later = await queued(database, chat_id=-5)
        await queue.retry(await claimed(queue), CRASHED, run_after=now() + MINUTE)
        first = await queued(database, chat_id=9)
        assert await captured(queue) == first
        assert await queue.claim("me", lease=LEASE) is None
        await pass_time(database, MINUTE)
        assert await captured(queue) == later


class TestHosts:
    async def test_have_one_capture_at_a_time_while_others_go_first(
        self, queue: Queue, database: Database, tmp_path: Path
    ) -> None:
        first, second = await queued(database, "a"), await queued(database, "b")
        other = await queued(database, host="example.com")
        one = await claimed(queue)
        assert one.snapshot_id == first
        async with another(tmp_path) as elsewhere:
            assert (await claimed(Queue(elsewhere), "another process")).snapshot_id == other
            assert await Queue(elsewhere).claim("another process", lease=LEASE) is None
        assert await queue.is_due()
        await queue.finish(one, OK)
        assert (await claimed(queue)).snapshot_id == second

    @pytest.mark.parametrize("outcome", [OK, CRASHED], ids=["kept", "failed"])
    async def test_are_left_alone_after_a_capture(self, database: Database, outcome: Outcome) -> None:
        queue = Queue(database, pause=PAUSE)
        await queued(database, "a")
        second = await queued(database, "b", chat_id=2)
        await queue.finish(await claimed(queue), outcome)
        assert await queue.claim("me", lease=LEASE) is None
        await pass_time(database, PAUSE)
        assert (await claimed(queue)).snapshot_id == second

    async def test_are_not_avoided_for_ever_because_a_clock_was_ahead(self, database: Database) -> None:
        queue = Queue(database, pause=PAUSE)
        await queued(database, "a")
        second = await queued(database, "b")
        await queue.finish(await claimed(queue), OK)
        await pass_time(database, timedelta(days=-1))
        await queue.sweep()
        assert (await claimed(queue)).snapshot_id == second

    async def test_have_one_capture_also_of_those_that_somebody_waits_for(
        self, queue: Queue, database: Database
    ) -> None:
        first, second = await queued(database, "a"), await queued(database, "b")
        claim = await claimed(queue)
        assert claim.snapshot_id == first
        assert await queue.claim("me", lease=LEASE, only=[second]) is None
        await queue.finish(claim, OK)
        assert await queue.claim("me", lease=LEASE, only=[second]) is not None


class TestSuspects:
    async def test_let_the_others_of_their_chat_go_first_and_are_tried_alone(
        self, queue: Queue, database: Database
    ) -> None:
        await queued_many(database, 3)
        suspect = await suspected(queue)
        good = [await claimed(queue) for _ in range(2)]
        assert suspect not in {each.snapshot_id for each in good}
        assert await queue.claim("me", lease=LEASE) is None, "others run"
        for each in good:
            await queue.finish(each, OK)
        alone = await claimed(queue)
        assert alone.snapshot_id == suspect
        await queued(database, "late")
        assert await queue.claim("me", lease=LEASE) is None, "the suspect runs"
        assert await queue.claim("another process", lease=LEASE) is not None
        await queue.finish(alone, OK)

    async def test_are_not_put_off_for_ever_by_what_comes_later(
        self, queue: Queue, database: Database
    ) -> None:
        await queued_many(database, 2)
        suspect = await suspected(queue)
        running = await claimed(queue)
        await Library(database, 1).add([link("late", host=f"late{n}.org") for n in range(5)], Origin(8))
        assert await queue.claim("me", lease=LEASE) is None
        await queue.finish(running, OK)
        assert (await claimed(queue)).snapshot_id == suspect

    async def test_are_also_those_over_which_only_the_browser_died(
        self, queue: Queue, database: Database
    ) -> None:
        await queued_many(database, 2)
        first, second = await claimed(queue), await claimed(queue)
        assert await queue.retry(first, CRASHED, run_after=now(), is_suspect=True)
        assert await queue.claim("me", lease=LEASE) is None
        await queue.finish(second, OK)
        assert (await claimed(queue)).snapshot_id == first.snapshot_id

    async def test_that_come_to_no_end_three_times_are_given_up(
        self, queue: Queue, database: Database
    ) -> None:
        saved = await queued(database)
        for death in range(1, MAX_DEATHS + 1):
            claim = await claimed(queue)
            assert await queue.cut_off(claim)
            assert not await queue.cut_off(claim)
            row = await snapshot(database, saved)
            assert (row.deaths, row.claimed_by, row.lease_until) == (death, None, None)
        assert (row.status, row.error) == (SnapshotStatus.FAILED, GAVE_UP)

    async def test_are_none_that_failed_in_an_ordinary_way_or_were_put_back(
        self, queue: Queue, database: Database
    ) -> None:
        saved = await queued(database)
        await queue.release(await claimed(queue))
        await queue.retry(await claimed(queue), CRASHED, run_after=now())
        assert (await snapshot(database, saved)).deaths == 0
