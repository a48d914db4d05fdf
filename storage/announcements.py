"""Who is still to be told how a snapshot went. The announcer asks here, and notes each step that it has taken."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from sqlalchemy import and_, bindparam, or_
from sqlalchemy.orm import joinedload
from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from storage.chats import Mention, Question
from storage.database import Database
from storage.kinds import SnapshotStatus
from storage.library import TagCount, with_link_and_artifacts
from storage.models import Announcement, Link, Snapshot, Tag, now
from storage.suggestions import suggested

WAITING_AT_ONCE = 200
CAUGHT_UP = timedelta(days=1)
"""A chat that comes back hears what could not be told for so long, not of all the months before."""

ENDED = (SnapshotStatus.DONE, SnapshotStatus.FAILED)


_snapshot = joinedload(Announcement.snapshot, innerjoin=True)  # type: ignore[arg-type]
_WITH_ALL = (
    _snapshot.selectinload(Snapshot.artifacts),  # type: ignore[arg-type]
    _snapshot.joinedload(Snapshot.link, innerjoin=True).selectinload(Link.tags),  # type: ignore[arg-type]
)
_ONE = select(Announcement).where(Announcement.id == bindparam("announcement_id")).options(*_WITH_ALL)


@dataclass(frozen=True, slots=True)
class Shown:
    """A message of ours, and the links that it shows."""

    chat_id: int
    message_id: int
    link_ids: Collection[int]


class Announcements:
    """The announcements of every chat."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def due(
        self, *, local: bool, besides: Collection[int] = (), most: int | None = None
    ) -> Sequence[Announcement]:
        """Those whose snapshot has ended, or failed a try that the chat has not heard of; oldest first.

        Of a link that was removed there is nothing to tell, unless it comes back. None are of the chats ``besides``.
        ``one`` gives what each is about. ``local`` asks for library 0 instead of the chats.
        """
        statement = _due(local=local)
        async with self._database.read() as session:
            return (await session.exec(statement.limit(most), params={"besides": list(besides)})).all()

    async def waiting(self, *, local: bool) -> Sequence[Announcement]:
        """Those whose snapshot waits for its first try and whose chat has a message about it; oldest first."""
        has_message = or_(
            col(Announcement.status_message_id).is_not(None),
            col(Announcement.summary_message_id).is_not(None),
        )
        statement = (
            _open(local=local)
            .where(
                Snapshot.status == SnapshotStatus.QUEUED,
                col(Snapshot.error).is_(None),
                has_message,
            )
            .order_by(col(Announcement.id))
            .limit(WAITING_AT_ONCE)
        )
        return await self._all(statement)

    async def one(self, announcement_id: int) -> Announcement | None:
        """One announcement as it stands now, with its snapshot, the artifacts, the link and its tags."""
        async with self._database.read() as session:
            return (await session.exec(_ONE, params={"announcement_id": announcement_id})).first()

    async def of_summary(self, chat_id: int, summary_message_id: int) -> Sequence[Announcement]:
        """All announcements that one summary message is about, in the order of the links."""
        statement = select(Announcement).where(
            Announcement.chat_id == chat_id, Announcement.summary_message_id == summary_message_id
        )
        return await self._all(statement.order_by(col(Announcement.id)))

    async def of_message(self, chat_id: int, message_id: int) -> Sequence[Announcement]:
        """All announcements that answer one message of the chat."""
        statement = select(Announcement).where(
            Announcement.chat_id == chat_id, Announcement.reply_to_message_id == message_id
        )
        return await self._all(statement.order_by(col(Announcement.id)))

    async def given_meanwhile(self, announcement: Announcement) -> Snapshot | None:
        """The file that a person gave while we tried the page, as a snapshot with all that its card needs."""
        tried = announcement.snapshot
        given = (
            select(Snapshot)
            .where(
                Snapshot.link_id == tried.link_id,
                col(Snapshot.id) > tried.id,
                Snapshot.status == SnapshotStatus.DONE,
                Snapshot.attempts == 0,
            )
            .order_by(col(Snapshot.id).desc())
            .limit(1)
            .options(*with_link_and_artifacts())
        )
        async with self._database.read() as session:
            return (await session.exec(given)).first()

    async def chips(self, announcement: Announcement) -> Sequence[TagCount]:
        """Tags to choose from for a link that was kept and has none."""
        snapshot = announcement.snapshot
        if snapshot.status != SnapshotStatus.DONE or snapshot.link.tags:
            return ()
        return await suggested(self._database, announcement.chat_id, snapshot.link_id)

    async def set_status_message(
        self, announcement_ids: Collection[int], message_id: int | None, shown: Shown | None = None
    ) -> None:
        """Note which message of ours becomes the card, and what it shows; None when it is gone."""
        await self._set(announcement_ids, shown, status_message_id=message_id)

    async def set_summary_message(
        self, announcement_ids: Collection[int], message_id: int, shown: Shown | None = None
    ) -> None:
        """Note the one message about all of these, and what it shows."""
        await self._set(announcement_ids, shown, summary_message_id=message_id)

    async def set_shown(self, shown: Shown) -> None:
        """Note which links a message of ours shows; those of another chat are left out."""
        async with self._database.write() as session:
            await _note_shown(session, shown)

    async def set_asks(self, chat_id: int, message_id: int, tag_id: int) -> None:
        """Note that a message of ours asks for the new name of this tag; of a tag of another chat it does not."""
        here = select(Tag.id).where(Tag.chat_id == chat_id, Tag.id == tag_id)
        async with self._database.write() as session:
            if (await session.exec(here)).first() is not None:
                await session.merge(Question(chat_id=chat_id, message_id=message_id, tag_id=tag_id))

    async def set_told_attempts(self, announcement_id: int, attempts: int) -> None:
        """Note that the chat knows of this many failed tries."""
        await self._set([announcement_id], told_attempts=attempts)

    async def set_pdf_sent(self, announcement_id: int) -> None:
        """Note, before sending, that the PDF is sent."""
        await self._set([announcement_id], pdf_sent_at=now())

    async def set_announced(self, announcement_id: int) -> None:
        """Note that there is nothing more to tell."""
        await self._set([announcement_id], announced_at=now())

    async def drop_due(self, chat_id: int) -> int:
        """Note that nothing is to be told any more of what has ended, and how much that was."""
        ended = select(Snapshot.id).where(col(Snapshot.status).in_(ENDED))
        async with self._database.write() as session:
            done = await session.exec(
                update(Announcement)
                .where(
                    col(Announcement.chat_id) == chat_id,
                    col(Announcement.announced_at).is_(None),
                    col(Announcement.snapshot_id).in_(ended),
                )
                .values(announced_at=now())
            )
            return done.rowcount

    async def take_up_dropped(self, chat_id: int) -> int:
        """Have the chat told what could not be told in the last day after all, and how much that is."""
        untold = select(Snapshot.id).where(
            Snapshot.id == Announcement.snapshot_id,
            col(Snapshot.attempts) > col(Announcement.told_attempts),
        )
        async with self._database.write() as session:
            done = await session.exec(
                update(Announcement)
                .where(
                    col(Announcement.chat_id) == chat_id,
                    col(Announcement.announced_at) > now() - CAUGHT_UP,
                    untold.exists(),
                )
                .values(announced_at=None)
            )
            return done.rowcount

    async def _set(
        self, announcement_ids: Collection[int], shown: Shown | None = None, **values: object
    ) -> None:
        async with self._database.write() as session:
            await session.exec(
                update(Announcement).where(col(Announcement.id).in_(announcement_ids)).values(**values)
            )
            if shown is not None:
                await _note_shown(session, shown)

    async def _all(self, statement: SelectOfScalar[Announcement]) -> Sequence[Announcement]:
        async with self._database.read() as session:
            return (await session.exec(statement.options(*_WITH_ALL))).all()


def _open(*, local: bool) -> SelectOfScalar[Announcement]:
    """What is not announced yet, of links that were not removed."""
    return (
        select(Announcement)
        .join(Snapshot)
        .join(Link, col(Link.id) == col(Snapshot.link_id))
        .where(
            Link.chat_id == Announcement.chat_id,
            col(Announcement.announced_at).is_(None),
            (Announcement.chat_id == 0) if local else (Announcement.chat_id != 0),
        )
    )


@cache
def _due(*, local: bool) -> SelectOfScalar[Announcement]:
    """What ``Announcements.due`` asks for; made once, because it is asked for after everything that happens."""
    failed_a_try = and_(
        col(Snapshot.status) == SnapshotStatus.QUEUED,
        col(Snapshot.attempts) > col(Announcement.told_attempts),
        col(Snapshot.error).is_not(None),
    )
    return (
        _open(local=local)
        .where(
            col(Announcement.chat_id).not_in(bindparam("besides", expanding=True)),
            or_(col(Snapshot.status).in_(ENDED), failed_a_try),
        )
        .order_by(col(Announcement.id))
    )


async def _note_shown(session: AsyncSession, shown: Shown) -> None:
    here = select(Link.id).where(Link.chat_id == shown.chat_id, col(Link.id).in_(shown.link_ids))
    for link_id in (await session.exec(here)).all():
        await session.merge(
            Mention(chat_id=shown.chat_id, message_id=shown.message_id, link_id=link_id or 0, is_ours=True)
        )
