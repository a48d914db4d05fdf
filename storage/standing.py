"""How the work of all chats stands together: what waits and runs, what became of the last day. Figures alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.database import Database
from storage.kinds import SnapshotStatus
from storage.models import Artifact, Snapshot, now
from storage.nobody import IS_SOMEBODYS

LATELY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Standing:
    """Snapshots that wait (``due_retries`` of them not for the first time), run, or wait for a later try.

    ``kept_lately`` and ``failures_lately``, by verdict, ended in 24 hours; ``stored_bytes`` counts a file once.
    """

    waiting: int
    due_retries: int
    running: int
    later: int
    oldest_waiting_at: datetime | None
    kept_lately: int
    failures_lately: Mapping[str, int]
    stored_bytes: int

    @property
    def failed_lately(self) -> int:
        """How many failed in the last 24 hours, whatever the verdict."""
        return sum(self.failures_lately.values())


async def standing(database: Database) -> Standing:
    """How it stands now. Raises ``StorageError``."""
    at = now()
    async with database.read() as session:
        waits = (col(Snapshot.status) == SnapshotStatus.QUEUED, IS_SOMEBODYS)
        due = (*waits, col(Snapshot.run_after) <= at)
        waiting, oldest = (
            await session.exec(select(func.count(), func.min(Snapshot.run_after)).where(*due))
        ).one()
        ended = await _ended(session, at - LATELY)
        return Standing(
            waiting=waiting,
            due_retries=await _count(session, *due, col(Snapshot.attempts) > 0),
            running=await _count(session, col(Snapshot.status) == SnapshotStatus.RUNNING),
            later=await _count(session, *waits, col(Snapshot.run_after) > at),
            oldest_waiting_at=oldest,
            kept_lately=sum(count for status, _, count in ended if status == SnapshotStatus.DONE),
            failures_lately={
                str(verdict): count for status, verdict, count in ended if status == SnapshotStatus.FAILED
            },
            stored_bytes=await _stored_bytes(session),
        )


async def _count(session: AsyncSession, *conditions: ColumnElement[bool]) -> int:
    return (await session.exec(select(func.count()).select_from(Snapshot).where(*conditions))).one()


async def _ended(session: AsyncSession, since: datetime) -> list[tuple[SnapshotStatus, str | None, int]]:
    """How many snapshots have ended since then, by status and verdict, the most first."""
    statement = (
        select(Snapshot.status, Snapshot.verdict, func.count())
        .where(
            col(Snapshot.status).in_((SnapshotStatus.DONE, SnapshotStatus.FAILED)),
            col(Snapshot.captured_at) >= since,
        )
        .group_by(col(Snapshot.status), col(Snapshot.verdict))
        .order_by(func.count().desc())
    )
    return [
        (SnapshotStatus(status), verdict, count)
        for status, verdict, count in (await session.exec(statement)).all()
    ]


async def _stored_bytes(session: AsyncSession) -> int:
    files = select(Artifact.sha256, Artifact.size_bytes).distinct().subquery()
    return (await session.exec(select(func.sum(files.c.size_bytes)))).one() or 0
