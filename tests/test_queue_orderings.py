"""Whatever happens in whatever order, the queue loses nothing, gives nothing to two workers, and keeps to turns."""

import asyncio
import shutil
from collections import Counter
from collections.abc import Awaitable
from datetime import timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import TypeVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule

from storage.announcements import ENDED, Announcements
from storage.database import Database
from storage.hosts import host_of
from storage.kinds import SnapshotStatus, Verdict
from storage.library import Library
from storage.lost import worker_name
from storage.models import now
from storage.queue import MAX_DEATHS, RETRY_MINUTES, Claim, Outcome, Queue
from storage.saving import OPEN, Origin
from tests.storing import MAX_ATTEMPTS, MINUTE, link, lost_worker, pass_time, snapshots

T = TypeVar("T")
LOST_WORKER = lost_worker()
HOSTS = [f"site{number}.org" for number in range(4)]
UNREACHABLE = Outcome(Verdict.UNREACHABLE, error="example.org did not answer.")


class QueueOrderings(RuleBasedStateMachine):
    """A few links of two chats and four hosts, two workers (one of a process that has died), and a clock that is
    moved by hand.

    What is expected is kept here in the simplest form: who holds what until when, how often it was tried, what it
    has cost, which chat had its turn when, and which host was visited when.
    """

    claims = Bundle[Claim]("claims")
    migrated: Path

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.Runner()
        self.folder = Path(mkdtemp())
        shutil.copy(self.migrated, self.folder / "tagshot.db")
        self.database = Database(f"sqlite:///{self.folder / 'tagshot.db'}")
        self.queue = Queue(self.database, pause=MINUTE)
        self.minutes = 0
        self.messages = 0
        self.links: set[int] = set()
        self.tries: Counter[int] = Counter()
        self.deaths: Counter[int] = Counter()
        self.holders: dict[int, tuple[Claim, int]] = {}
        self.turns: list[int] = []
        self.visits: dict[str, int] = {}

    def run(self, work: Awaitable[T]) -> T:
        async def awaited() -> T:
            return await work

        return self.loop.run(awaited())

    def is_held(self, claim: Claim) -> bool:
        return claim.snapshot_id in self.holders and self.holders[claim.snapshot_id][0] == claim

    @rule(chat_id=st.integers(1, 2), number=st.integers(0, 3), host=st.sampled_from(HOSTS))
    def save(self, chat_id: int, number: int, host: str) -> None:
        self.messages += 1
        new = [link(str(number), host=host)]
        [saved] = self.run(Library(self.database, chat_id).add(new, Origin(self.messages)))
        assert saved.link.id is not None
        self.links.add(saved.link.id)

    @rule(target=claims, name=st.sampled_from([worker_name(), LOST_WORKER]), minutes=st.integers(1, 5))
    def claim(self, name: str, minutes: int) -> Claim:
        expected = self.next_for(name)
        claim = self.run(self.queue.claim(name, lease=minutes * MINUTE))
        assert (claim.snapshot_id if claim else None) == expected
        if claim is None:
            return multiple()  # type: ignore[return-value]
        self.turns.append(claim.chat_id)
        assert claim.snapshot_id not in self.holders
        self.tries[claim.snapshot_id] += 1
        assert claim.attempt == self.tries[claim.snapshot_id]
        self.holders[claim.snapshot_id] = (claim, self.minutes + minutes)
        return claim

    def next_for(self, name: str) -> int | None:
        """Which snapshot a process is to get, found by looking at all of them."""
        rows = self.run(snapshots(self.database))
        running = [row for row in rows if row.status == SnapshotStatus.RUNNING]
        own = [row for row in running if row.claimed_by == name]
        busy = {row.host for row in running} | {
            host for host, minute in self.visits.items() if minute == self.minutes
        }
        due = [
            row
            for row in rows
            if row.status == SnapshotStatus.QUEUED and row.run_after <= now() and row.host not in busy
        ]
        due.sort(key=lambda row: (self.last_turn(row.chat_id), row.run_after, row.id))
        if not due or any(self.deaths[row.id or 0] for row in own) or (own and self.deaths[due[0].id or 0]):
            return None
        return due[0].id

    def last_turn(self, chat_id: int) -> int:
        return max((turn for turn, each in enumerate(self.turns) if each == chat_id), default=-1)

    @rule(claim=claims, verdict=st.sampled_from([Verdict.OK, Verdict.GONE]))
    def finish(self, claim: Claim, verdict: Verdict) -> None:
        held = self.run(self.queue.finish(claim, Outcome(verdict, error="It is gone.")))
        self.let_go(claim, held, visited=held)

    @rule(claim=claims)
    def fail_a_try(self, claim: Claim) -> None:
        if claim.attempt >= MAX_ATTEMPTS:
            held = self.run(self.queue.finish(claim, UNREACHABLE))
        else:
            run_after = now() + timedelta(minutes=RETRY_MINUTES[claim.attempt - 1])
            held = self.run(self.queue.retry(claim, UNREACHABLE, run_after=run_after))
        self.let_go(claim, held, visited=held)

    @rule(claim=claims)
    def lose_the_browser(self, claim: Claim) -> None:
        if claim.attempt >= MAX_DEATHS:
            held = self.run(self.queue.finish(claim, UNREACHABLE))
        else:
            held = self.run(self.queue.retry(claim, UNREACHABLE, run_after=now(), is_suspect=True))
            self.deaths[claim.snapshot_id] += held
        self.let_go(claim, held, visited=held)

    @rule(claim=claims)
    def hang(self, claim: Claim) -> None:
        held = self.run(self.queue.cut_off(claim))
        self.let_go(claim, held)
        if held:
            self.die(claim)

    @rule(claim=consumes(claims))
    def release(self, claim: Claim) -> None:
        held = self.run(self.queue.release(claim))
        self.let_go(claim, held)
        self.tries[claim.snapshot_id] -= held

    def die(self, claim: Claim) -> None:
        self.deaths[claim.snapshot_id] += 1
        if self.deaths[claim.snapshot_id] == MAX_DEATHS:  # it has ended, and says when
            self.visits[host_of(claim.url)] = self.minutes

    def let_go(self, claim: Claim, held: bool, *, visited: bool = False) -> None:
        assert held == self.is_held(claim)
        if held:
            del self.holders[claim.snapshot_id]
        if visited:
            self.visits[host_of(claim.url)] = self.minutes

    @rule()
    def sweep(self) -> None:
        lost = {
            id_
            for id_, (claim, until) in self.holders.items()
            if until <= self.minutes or claim.claimed_by == LOST_WORKER
        }
        queued = self.run(self.queue.sweep())
        for id_ in lost:
            self.die(self.holders.pop(id_)[0])
        assert queued == sum(self.deaths[id_] < MAX_DEATHS for id_ in lost)

    @rule(minutes=st.sampled_from([1, 3, 10, 80]))
    def time_passes(self, minutes: int) -> None:
        self.minutes += minutes
        self.run(pass_time(self.database, timedelta(minutes=minutes)))

    @invariant()
    def rows_say_what_has_happened(self) -> None:
        rows = self.run(snapshots(self.database))
        open_links = Counter(row.link_id for row in rows if row.status in OPEN)
        running = {row.id: row.claimed_by for row in rows if row.status == SnapshotStatus.RUNNING}
        assert set(open_links.values()) <= {1}
        assert {row.link_id for row in rows} == self.links
        assert running == {id_: claim.claimed_by for id_, (claim, _) in self.holders.items()}
        for row in rows:
            assert row.attempts == self.tries[row.id or 0] < MAX_ATTEMPTS + MAX_DEATHS
            assert row.deaths == self.deaths[row.id or 0] <= MAX_DEATHS
            assert (row.claimed_by is None) == (row.lease_until is None) == (row.id not in running)
            assert (row.status not in ENDED) or row.verdict is not None

    @invariant()
    def a_host_has_one_capture_and_a_suspect_is_alone(self) -> None:
        running = [row for row in self.run(snapshots(self.database)) if row.status == SnapshotStatus.RUNNING]
        assert len({row.host for row in running}) == len(running)
        for row in running:
            together = [each for each in running if each.claimed_by == row.claimed_by]
            assert not row.deaths or together == [row]

    def teardown(self) -> None:
        """Whatever was saved ends at last, and every message can be told."""
        try:
            for _ in range(len(self.links) + 1):
                self.time_passes(80)
                self.sweep()
                if claim := self.run(self.queue.claim("the last worker", lease=MINUTE)):
                    assert self.run(self.queue.finish(claim, Outcome(Verdict.OK)))
            rows = self.run(snapshots(self.database))
            assert {row.status for row in rows} <= set(ENDED)
            due = self.run(Announcements(self.database).due(local=False))
            assert {each.snapshot_id for each in due} == {row.id for row in rows}
        finally:
            self.run(self.database.close())
            self.loop.close()
            shutil.rmtree(self.folder)


@pytest.fixture(autouse=True)
def template(migrated: Path) -> None:
    QueueOrderings.migrated = migrated


TestQueueOrderings = QueueOrderings.TestCase
TestQueueOrderings.settings = settings(max_examples=10, stateful_step_count=25, deadline=None)
