"""Whatever happens in whatever order, the queue loses nothing and gives nothing to two workers."""

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
from storage.library import Library
from storage.models import SnapshotStatus, Verdict, now
from storage.queue import MAX_ATTEMPTS, RETRY_MINUTES, Claim, Outcome, Queue, worker_name
from storage.saving import OPEN, Origin
from tests.storing import MINUTE, link, lost_worker, pass_time, snapshots

T = TypeVar("T")
LOST_WORKER = lost_worker()
UNREACHABLE = Outcome(Verdict.UNREACHABLE, error="example.org did not answer.")


class QueueOrderings(RuleBasedStateMachine):
    """A few links, two workers (one of a process that has died), and a clock that is moved by hand.

    What is expected is kept here in the simplest form: who holds what until when, and how often it was tried.
    """

    claims = Bundle[Claim]("claims")
    migrated: Path

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.Runner()
        self.folder = Path(mkdtemp())
        shutil.copy(self.migrated, self.folder / "tagshot.db")
        self.database = Database(f"sqlite:///{self.folder / 'tagshot.db'}")
        self.queue = Queue(self.database)
        self.minutes = 0
        self.messages = 0
        self.links: set[int] = set()
        self.tries: Counter[int] = Counter()
        self.holders: dict[int, tuple[Claim, int]] = {}

    def run(self, work: Awaitable[T]) -> T:
        async def awaited() -> T:
            return await work

        return self.loop.run(awaited())

    def is_held(self, claim: Claim) -> bool:
        return claim.snapshot_id in self.holders and self.holders[claim.snapshot_id][0] == claim

    @rule(number=st.integers(1, 4))
    def save(self, number: int) -> None:
        self.messages += 1
        [saved] = self.run(Library(self.database, 1).add([link(str(number))], Origin(self.messages)))
        assert saved.link.id is not None
        self.links.add(saved.link.id)

    @rule(target=claims, name=st.sampled_from([worker_name(), LOST_WORKER]), minutes=st.integers(1, 5))
    def claim(self, name: str, minutes: int) -> Claim:
        is_due = self.run(self.queue.is_due())
        claim = self.run(self.queue.claim(name, lease=minutes * MINUTE))
        assert (claim is not None) == is_due
        if claim is None:
            return multiple()  # type: ignore[return-value]
        assert claim.snapshot_id not in self.holders
        self.tries[claim.snapshot_id] += 1
        assert claim.attempt == self.tries[claim.snapshot_id]
        self.holders[claim.snapshot_id] = (claim, self.minutes + minutes)
        return claim

    @rule(claim=claims, verdict=st.sampled_from([Verdict.OK, Verdict.GONE]))
    def finish(self, claim: Claim, verdict: Verdict) -> None:
        held = self.run(self.queue.finish(claim, Outcome(verdict, error="It is gone.")))
        self.let_go(claim, held)

    @rule(claim=claims)
    def fail_a_try(self, claim: Claim) -> None:
        if claim.attempt >= MAX_ATTEMPTS:
            held = self.run(self.queue.finish(claim, UNREACHABLE))
        else:
            run_after = now() + timedelta(minutes=RETRY_MINUTES[claim.attempt - 1])
            held = self.run(self.queue.retry(claim, UNREACHABLE, run_after=run_after))
        self.let_go(claim, held)

    @rule(claim=consumes(claims))
    def release(self, claim: Claim) -> None:
        held = self.run(self.queue.release(claim))
        self.let_go(claim, held)
        self.tries[claim.snapshot_id] -= held

    def let_go(self, claim: Claim, held: bool) -> None:
        assert held == self.is_held(claim)
        if held:
            del self.holders[claim.snapshot_id]

    @rule()
    def sweep(self) -> None:
        lost = {
            id_
            for id_, (claim, until) in self.holders.items()
            if until <= self.minutes or claim.claimed_by == LOST_WORKER
        }
        queued = self.run(self.queue.sweep())
        assert queued == sum(self.tries[id_] < MAX_ATTEMPTS for id_ in lost)
        for id_ in lost:
            del self.holders[id_]

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
            assert row.attempts == self.tries[row.id or 0] <= MAX_ATTEMPTS
            assert (row.claimed_by is None) == (row.lease_until is None) == (row.id not in running)
            assert (row.status not in ENDED) or row.verdict is not None

    def teardown(self) -> None:
        """Whatever was saved ends at last, and every message can be told."""
        try:
            for _ in range(len(self.links) * (MAX_ATTEMPTS + 1)):
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
