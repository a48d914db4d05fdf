"""The queue: a queued snapshot is the job. Claim, finish, try again, give up, sweep.

A claim is a lease: whoever holds it may finish the snapshot, and nobody else. Every ending is fenced by
``id + claimed_by + attempts + status``, so a worker that was believed dead touches nothing.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, Update, bindparam
from sqlmodel import and_, col, delete, or_, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from storage import search
from storage.database import Database
from storage.keys import add_keys
from storage.kinds import Sheet, SnapshotStatus, Verdict, Viewport
from storage.leftovers import expect_files, loosen_files
from storage.lost import is_lost
from storage.metadata import Metadata
from storage.models import Artifact, Link, Snapshot, now
from storage.nobody import IS_SOMEBODYS
from storage.notes import without_title
from storage.turns import next_in_turn, note_claim

RETRY_MINUTES = (1, 4, 16, 64)
RETRY_JITTER = 0.2
LONGEST_WAIT = timedelta(minutes=RETRY_MINUTES[-1] * (1 + RETRY_JITTER))
MAX_DEATHS = 3
GAVE_UP = (
    f"I gave up on this page after {MAX_DEATHS} tries: each time the capture was cut off before its end."
)

# made once, because it is asked for after everything that happens
_DUE = (
    select(Snapshot.id)
    .where(
        Snapshot.status == SnapshotStatus.QUEUED,
        col(Snapshot.run_after) <= bindparam("at"),
        IS_SOMEBODYS,
    )
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A worker's temporary right to a snapshot. ``attempt`` counts from 1, ``deaths`` those that were cut off."""

    snapshot_id: int
    chat_id: int
    url: str
    claimed_by: str
    attempt: int
    viewport: Viewport = Viewport.DESKTOP
    sheet: Sheet = Sheet.A4
    deaths: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a capture, as the queue keeps it; the artifacts are already those of its snapshot.

    ``further_keys`` are the keys of the addresses by which the link is to be found as well, and
    ``text`` is what there is to read, for the index.
    """

    verdict: Verdict
    final_url: str | None = None
    http_status: int | None = None
    metadata: Metadata = field(default_factory=Metadata)
    error: str | None = None
    problems: Sequence[str] = ()
    artifacts: Sequence[Artifact] = ()
    further_keys: Sequence[str] = ()
    text: str = ""


class Queue:
    """The snapshots that wait, run and end; safe to share among tasks and processes.

    ``pause`` is for how long a host is left alone after a capture.
    """

    def __init__(self, database: Database, *, pause: timedelta = timedelta(0)) -> None:
        self._database = database
        self._pause = pause

    async def claim(
        self, claimed_by: str, *, lease: timedelta, only: Collection[int] | None = None
    ) -> Claim | None:
        """Take the snapshot whose turn it is, or None; see ``turns``. ``only`` limits the choice to those ids.

        One write transaction, so two workers never take the same one; the attempt is counted before the try.
        """
        async with self._database.write() as session:
            chosen = await next_in_turn(session, claimed_by, pause=self._pause, only=only)
            if chosen is None:
                return None
            snapshot = await session.get_one(Snapshot, chosen)
            snapshot.status = SnapshotStatus.RUNNING
            snapshot.attempts += 1
            snapshot.claimed_by, snapshot.lease_until = claimed_by, now() + lease
            link = await session.get_one(Link, snapshot.link_id)
            await note_claim(session, link.chat_id)
            return Claim(
                chosen,
                link.chat_id,
                link.url,
                claimed_by,
                snapshot.attempts,
                snapshot.viewport,
                snapshot.sheet,
                snapshot.deaths,
            )

    async def expect_files(self, sha256s: Iterable[str]) -> None:
        """Note files that are about to be stored, in case nothing comes of it."""
        async with self._database.write() as session:
            await expect_files(session, sha256s)

    async def finish(self, claim: Claim, outcome: Outcome) -> bool:
        """End the snapshot for good, done or failed by its verdict, with its artifacts. False: the claim was lost."""
        status = SnapshotStatus.DONE if outcome.verdict.is_done else SnapshotStatus.FAILED
        async with self._database.write() as session:
            if not await _end(session, claim, outcome, status=status, run_after=None):
                return False
            await _keep_files(session, claim, outcome)
            if outcome.verdict.is_done:
                snapshot = await session.get_one(Snapshot, claim.snapshot_id)
                link = await session.get_one(Link, snapshot.link_id)
                link.title = outcome.metadata.title or link.title
                link.note = without_title(link.note or "", link.title or "") or None
                await add_keys(session, link, outcome.further_keys)
                await search.index_page(session, snapshot.link_id, outcome.text)
            return True

    async def retry(
        self, claim: Claim, outcome: Outcome, *, run_after: datetime, is_suspect: bool = False
    ) -> bool:
        """Put the snapshot back with the reason why and what was seen. False: the claim was lost.

        ``is_suspect``: the try ended the browser, so the next one is made alone.
        """
        async with self._database.write() as session:
            held = await _end(
                session,
                claim,
                outcome,
                status=SnapshotStatus.QUEUED,
                run_after=run_after,
                deaths=Snapshot.deaths + int(is_suspect),
            )
            if held:
                await _keep_files(session, claim, outcome)
            return held

    async def cut_off(self, claim: Claim) -> bool:
        """Take back a snapshot whose try came to no end, as if its worker had died. False: the claim was lost."""
        async with self._database.write() as session:
            if not await _changed(session, _held(claim).values(lease_until=now())):
                return False
            _take_back(await session.get_one(Snapshot, claim.snapshot_id))
            return True

    async def release(self, claim: Claim) -> bool:
        """Put the snapshot back as if it had not been claimed: we are stopping, the page is not to blame."""
        async with self._database.write() as session:
            return await _changed(
                session,
                _held(claim).values(
                    status=SnapshotStatus.QUEUED,
                    attempts=Snapshot.attempts - 1,
                    claimed_by=None,
                    lease_until=None,
                ),
            )

    async def sweep(self) -> int:
        """Take snapshots back whose lease has ended or whose process died; give those up that had all tries.

        Returns how many are queued again. Those that a clock, since put back, has let wait for too long are due.
        """
        async with self._database.write() as session:
            await session.exec(
                update(Snapshot)
                .where(
                    col(Snapshot.status) == SnapshotStatus.QUEUED,
                    col(Snapshot.run_after) > now() + LONGEST_WAIT,
                )
                .values(run_after=now())
            )
            running = await session.exec(select(Snapshot).where(Snapshot.status == SnapshotStatus.RUNNING))
            lost = [snapshot for snapshot in running if is_lost(snapshot)]
            for snapshot in lost:
                _take_back(snapshot)
            return sum(snapshot.status == SnapshotStatus.QUEUED for snapshot in lost)

    async def is_due(self) -> bool:
        """Whether a snapshot may be claimed now."""
        async with self._database.read() as session:
            return (await session.exec(_DUE, params={"at": now()})).first() is not None

    async def is_untried(self, snapshot_ids: Collection[int]) -> bool:
        """Whether any of these snapshots has neither ended nor failed a try."""
        untried = select(Snapshot.id).where(
            col(Snapshot.id).in_(snapshot_ids),
            or_(
                Snapshot.status == SnapshotStatus.RUNNING,
                and_(Snapshot.status == SnapshotStatus.QUEUED, col(Snapshot.error).is_(None)),
            ),
        )
        async with self._database.read() as session:
            return (await session.exec(untried.limit(1))).first() is not None


def _held(claim: Claim) -> Update:
    """An update of the claimed snapshot, which touches nothing once the claim is lost; no session has it loaded yet."""
    return (
        update(Snapshot)
        .where(
            col(Snapshot.id) == claim.snapshot_id,
            col(Snapshot.claimed_by) == claim.claimed_by,
            col(Snapshot.attempts) == claim.attempt,
            col(Snapshot.status) == SnapshotStatus.RUNNING,
        )
        .execution_options(synchronize_session=False)
    )


async def _changed(session: AsyncSession, statement: Update) -> bool:
    result: CursorResult[tuple[()]] = await session.exec(statement)
    return result.rowcount == 1


async def _end(
    session: AsyncSession,
    claim: Claim,
    outcome: Outcome,
    *,
    status: SnapshotStatus,
    run_after: datetime | None,
    deaths: Any = Snapshot.deaths,
) -> bool:
    values = {
        "status": status,
        "verdict": outcome.verdict,
        "final_url": outcome.final_url,
        "http_status": outcome.http_status,
        "error": outcome.error,
        "problems": "\n".join(outcome.problems),
        **asdict(outcome.metadata),
        "claimed_by": None,
        "lease_until": None,
        "captured_at": now(),
        "deaths": deaths,
    }
    if run_after is not None:
        values["run_after"] = run_after
    return await _changed(session, _held(claim).values(**values))


async def _keep_files(session: AsyncSession, claim: Claim, outcome: Outcome) -> None:
    """Keep the files of this try; those of an earlier one stay as evidence while there are no newer ones."""
    if outcome.artifacts or outcome.verdict.is_done:
        before = col(Artifact.snapshot_id) == claim.snapshot_id
        if replaced := (await session.exec(select(Artifact.sha256).where(before))).all():
            await loosen_files(session, replaced)
            await session.exec(delete(Artifact).where(before))
        session.add_all(outcome.artifacts)
        size_bytes = sum(each.size_bytes for each in outcome.artifacts)
        of_claim = col(Snapshot.id) == claim.snapshot_id
        await session.exec(update(Snapshot).where(of_claim).values(size_bytes=size_bytes))


def _take_back(snapshot: Snapshot) -> None:
    """Queue it again, behind those that are due: it may be what its worker died of."""
    snapshot.claimed_by = snapshot.lease_until = None
    snapshot.deaths += 1
    if snapshot.deaths >= MAX_DEATHS:
        snapshot.status = SnapshotStatus.FAILED
        snapshot.verdict = Verdict.UNREACHABLE
        snapshot.error = GAVE_UP
        snapshot.captured_at = now()
    else:
        snapshot.status = SnapshotStatus.QUEUED
        snapshot.run_after = now()
