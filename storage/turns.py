"""Whose turn it is: which of the snapshots that wait is claimed next. Statement functions, called by ``queue``.

Chats take turns, the one first that has waited longest since its last claim; within a chat what is due longest goes
first. A host has one capture at a time, with a pause after each; meanwhile other hosts go first. A suspect is tried
alone, for it may take along whatever runs in the same process: in its turn the process claims nothing until it is idle.
"""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import bindparam, text
from sqlmodel import and_, col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.chats import LastClaim
from storage.kinds import SnapshotStatus
from storage.models import Snapshot, now
from storage.nobody import IS_SOMEBODYS

_IS_QUEUED = and_(col(Snapshot.status) == SnapshotStatus.QUEUED, IS_SOMEBODYS)
_RUNNING = select(Snapshot.host, Snapshot.claimed_by, Snapshot.deaths).where(
    Snapshot.status == SnapshotStatus.RUNNING
)
_MAY_BE_CLAIMED = (
    col(Snapshot.run_after) <= bindparam("at"),
    col(Snapshot.host).not_in(bindparam("busy", expanding=True)),
)
_LOCK = text("SELECT pg_advisory_xact_lock(8017)")


class _Running(NamedTuple):
    host: str
    claimed_by: str | None
    deaths: int


async def next_in_turn(
    session: AsyncSession, claimed_by: str, *, pause: timedelta, only: Collection[int] | None = None
) -> int | None:
    """The snapshot that this process is to claim now, or None. ``only`` limits the choice to those ids.

    To be called in a write transaction, which claims it. ``pause`` is that of a host after a capture.
    """
    await _alone(session)
    running = await _running(session)
    own = [each for each in running if each.claimed_by == claimed_by]
    if any(each.deaths for each in own):
        return None
    busy = {each.host for each in running} | await _just_visited(session, pause)
    statement = _NEXT if only is None else _next_of(only)
    values = {"at": now(), "busy": sorted(busy - {""})}
    chosen: Any = (await (await session.connection()).execute(statement, values)).first()
    if chosen is None or (own and await _is_suspect(session, chosen[0])):
        return None
    return int(chosen[0])


async def note_claim(session: AsyncSession, chat_id: int) -> None:
    """Note that a chat has had its turn."""
    newest = (await session.exec(select(func.max(LastClaim.number)))).one() or 0
    await session.merge(LastClaim(chat_id=chat_id, number=newest + 1))


async def _alone(session: AsyncSession) -> None:
    """Let nobody else claim until the transaction ends; SQLite has one writer in any case."""
    if session.get_bind().dialect.name == "postgresql":
        await (await session.connection()).execute(_LOCK)


async def _running(session: AsyncSession) -> Sequence[_Running]:
    return [_Running(*row) for row in await session.exec(_RUNNING)]


async def _just_visited(session: AsyncSession, pause: timedelta) -> set[str]:
    """The hosts whose last capture ended less than ``pause`` ago; an end in the future is one of a wrong clock."""
    if not pause:
        return set()
    at = now()
    ended = select(Snapshot.host).where(
        col(Snapshot.captured_at) > at - pause, col(Snapshot.captured_at) <= at
    )
    return set(await session.exec(ended))


def _next() -> Any:
    """The first of the chat whose turn it is.

    The index is asked for one chat after another, and of each for its first: not for all that wait.
    """
    lowest = select(func.min(Snapshot.chat_id).label("chat_id")).where(_IS_QUEUED)
    chats = lowest.cte("chats", recursive=True)
    following = lowest.where(col(Snapshot.chat_id) > chats.c.chat_id).scalar_subquery()
    chats = chats.union_all(select(following).where(chats.c.chat_id.is_not(None)))
    first = (
        select(Snapshot.id)
        .where(_IS_QUEUED, col(Snapshot.chat_id) == chats.c.chat_id, *_MAY_BE_CLAIMED)
        .order_by(col(Snapshot.run_after), col(Snapshot.id))
        .limit(1)
        .scalar_subquery()
    )
    firsts = (
        select(first.label("id"), LastClaim.number)
        .select_from(chats)
        .outerjoin(LastClaim, col(LastClaim.chat_id) == chats.c.chat_id)
        .subquery()
    )
    return (
        select(firsts.c.id)
        .where(firsts.c.id.is_not(None))
        .order_by(firsts.c.number.is_not(None), firsts.c.number, firsts.c.id)
        .limit(1)
    )


_NEXT = _next()


def _next_of(only: Collection[int]) -> Any:
    """What of these is due longest."""
    return (
        select(Snapshot.id)
        .where(_IS_QUEUED, col(Snapshot.id).in_(only), *_MAY_BE_CLAIMED)
        .order_by(col(Snapshot.run_after), col(Snapshot.id))
        .limit(1)
    )


async def _is_suspect(session: AsyncSession, snapshot_id: int) -> bool:
    return (await session.exec(select(Snapshot.deaths).where(Snapshot.id == snapshot_id))).one() > 0
