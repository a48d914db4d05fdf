"""What one chat may have: how many pages may wait, and how many bytes its files may take.

A link beyond that is saved all the same, only without a copy: its snapshot has failed, with the sentence that says so.
"""

from dataclasses import dataclass

from sqlmodel import func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.kinds import SnapshotStatus
from storage.models import Snapshot


@dataclass(frozen=True, slots=True)
class Quota:
    """The most that a chat may have; 0 is no limit. What is captured already is kept even beyond ``max_bytes``."""

    max_queued: int = 0
    max_bytes: int = 0


NO_QUOTA = Quota()


async def why_no_room(session: AsyncSession, chat_id: int, quota: Quota) -> str | None:
    """Why the chat can't have another snapshot, as a sentence for the person; None: it can."""
    if quota.max_queued and (waiting := await _waiting(session, chat_id, quota)) >= quota.max_queued:
        return (
            f"The link is kept, but without a copy: the queue of this chat is full ({waiting}). "
            "Press Again when it is shorter."
        )
    if used := await bytes_if_full(session, chat_id, quota):
        return (
            f"The link is kept, but without a copy: this chat keeps {_size(used)}, and may keep "
            f"{_size(quota.max_bytes)}. Press Again when links were deleted, or MAX_BYTES_PER_CHAT was raised."
        )
    return None


async def bytes_if_full(session: AsyncSession, chat_id: int, quota: Quota) -> int | None:
    """How much a chat keeps that keeps all that it may, or more; None: it has room."""
    used = await bytes_of(session, chat_id) if quota.max_bytes else 0
    return used if quota.max_bytes and used >= quota.max_bytes else None


async def bytes_of(session: AsyncSession, chat_id: int) -> int:
    """How much the files of a chat's snapshots take, each counted as often as it was kept."""
    size = select(func.sum(Snapshot.size_bytes)).where(Snapshot.chat_id == chat_id)
    return int((await session.exec(size)).one() or 0)


async def _waiting(session: AsyncSession, chat_id: int, quota: Quota) -> int:
    """How many of a chat's snapshots wait; beyond the most that may, they are not counted."""
    waiting = (
        select(Snapshot.id)
        .where(Snapshot.status == SnapshotStatus.QUEUED, Snapshot.chat_id == chat_id)
        .limit(quota.max_queued)
    )
    return (await session.exec(select(func.count()).select_from(waiting.subquery()))).one()


def _size(size_bytes: int) -> str:
    """A size in the unit that a person would name it in."""
    return f"{size_bytes / 1e9:.1f} GB" if size_bytes >= 1e9 else f"{size_bytes / 1e6:.1f} MB"
