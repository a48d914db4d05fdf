"""What a library looks like as a whole: figures about what one chat has saved."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.database import Database
from storage.kinds import SnapshotStatus
from storage.models import Artifact, Link, Snapshot, Tag, now

RECENTLY = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Stats:
    """Figures about a library. ``stored_bytes`` counts a file once however often it was kept.

    ``began_at`` is when its first link was saved; ``links_lately`` were saved in the last 30 days.
    """

    links: int
    links_lately: int
    tags: int
    done: int
    failed: int
    stored_bytes: int
    began_at: datetime | None


async def stats(database: Database, chat_id: int) -> Stats:
    """The figures of the chat's library. All snapshots and files are counted: a second or more at 1,000,000 links."""
    async with database.read() as session:
        links, began_at = (
            await session.exec(select(func.count(), func.min(Link.created_at)).where(Link.chat_id == chat_id))
        ).one()
        by_status = await _snapshots(session, chat_id)
        return Stats(
            links=links,
            links_lately=await _links_lately(session, chat_id),
            tags=(await session.exec(select(func.count()).where(Tag.chat_id == chat_id))).one(),
            done=by_status.get(SnapshotStatus.DONE, 0),
            failed=by_status.get(SnapshotStatus.FAILED, 0),
            stored_bytes=await _stored_bytes(session, chat_id),
            began_at=began_at,
        )


async def _links_lately(session: AsyncSession, chat_id: int) -> int:
    lately = select(func.count()).where(Link.chat_id == chat_id, Link.created_at >= now() - RECENTLY)
    return (await session.exec(lately)).one()


async def _snapshots(session: AsyncSession, chat_id: int) -> dict[str, int]:
    counts = (
        select(Snapshot.status, func.count())
        .join(Link)
        .where(Link.chat_id == chat_id)
        .group_by(col(Snapshot.status))
    )
    return dict((await session.exec(counts)).all())


async def _stored_bytes(session: AsyncSession, chat_id: int) -> int:
    files = (
        select(Artifact.sha256, Artifact.size_bytes)
        .join(Snapshot, col(Snapshot.id) == col(Artifact.snapshot_id))
        .join(Link, col(Link.id) == col(Snapshot.link_id))
        .where(Link.chat_id == chat_id)
        .distinct()
        .subquery()
    )
    return (await session.exec(select(func.sum(files.c.size_bytes)))).one() or 0
