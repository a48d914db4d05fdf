"""How a link is saved: link and tags upserted, a snapshot queued, the message noted that wants to be told.

Statement functions: they take a session and never commit. ``library`` calls them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import selectinload
from sqlalchemy.orm.interfaces import ORMOption
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.columns import clean
from storage.fold import fold
from storage.hosts import host_of
from storage.models import Announcement, Link, Snapshot, SnapshotStatus, Tag, now

OPEN = (SnapshotStatus.QUEUED, SnapshotStatus.RUNNING)


@dataclass(frozen=True, slots=True)
class NewLink:
    """A link to save: its address as it will be fetched, its key, and its tags as written."""

    url: str
    url_key: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Origin:
    """The message that a link came in, to be told how its snapshot went."""

    message_id: int
    thread_id: int | None = None


class SaveOutcome(StrEnum):
    """What saving a link came to."""

    QUEUED = "queued"  # a snapshot was queued, or joined while it was under way
    KEPT = "kept"  # there is a snapshot already
    REPEATED = "repeated"  # this very message has saved this link before


@dataclass(frozen=True, slots=True)
class Saved:
    """A link after saving, with its tags and snapshots.

    ``announcement_id`` is set where this message will be told how the snapshot goes.
    """

    link: Link
    outcome: SaveOutcome
    snapshot_id: int | None = None
    announcement_id: int | None = None


async def save(session: AsyncSession, chat_id: int, new: NewLink, origin: Origin | None) -> Saved:
    """Save one link into the chat's library; see ``Library.add``."""
    link = await _upsert(session, chat_id, new)
    await _tag(session, link, new.tags)
    await session.flush()
    if origin is not None and await _is_repeated(session, link, origin):
        return Saved(link, SaveOutcome.REPEATED)
    if any(snapshot.status == SnapshotStatus.DONE for snapshot in link.snapshots):
        return Saved(link, SaveOutcome.KEPT)
    return await queue_snapshot(session, link, origin)


async def queue_snapshot(session: AsyncSession, link: Link, origin: Origin | None) -> Saved:
    """Queue a snapshot of the link, or join the open one; one that waits for its next try is tried at once.

    Then the reason why the last try failed is dropped: what is told next is what comes of this one.
    """
    snapshot = next((each for each in link.snapshots if each.status in OPEN), None)
    if snapshot is None:
        snapshot = Snapshot(link_id=link.id or 0)
        link.snapshots.append(snapshot)
    elif snapshot.status == SnapshotStatus.QUEUED:
        snapshot.run_after = min(snapshot.run_after, now())
        snapshot.error = snapshot.verdict = None
    await session.flush()
    if origin is None:
        return Saved(link, SaveOutcome.QUEUED, snapshot.id)
    announcement, is_new = await _announcement(session, link, snapshot, origin)
    outcome = SaveOutcome.QUEUED if is_new else SaveOutcome.REPEATED
    return Saved(link, outcome, snapshot.id, announcement.id)


def with_tags_and_snapshots() -> tuple[ORMOption, ...]:
    """What a line about a link needs."""
    return (
        selectinload(Link.tags),  # type: ignore[arg-type]
        selectinload(Link.snapshots),  # type: ignore[arg-type]
    )


async def _upsert(session: AsyncSession, chat_id: int, new: NewLink) -> Link:
    known = select(Link).where(Link.chat_id == chat_id, Link.url_key == new.url_key)
    link = (await session.exec(known.options(*with_tags_and_snapshots()))).first()
    if link is None:
        link = Link(
            chat_id=chat_id,
            url=new.url,
            url_key=new.url_key,
            host=host_of(new.url),
            tags=[],
            snapshots=[],
        )
        session.add(link)
    return link


async def _tag(session: AsyncSession, link: Link, names: Sequence[str]) -> None:
    """Give the link the tags it lacks; a tag keeps the name that it was first written with."""
    present = {tag.key for tag in link.tags}
    for name in names:
        key = clean(fold(name))
        if not key or key in present:
            continue
        present.add(key)
        known = select(Tag).where(Tag.chat_id == link.chat_id, Tag.key == key)
        tag = (await session.exec(known)).first() or Tag(chat_id=link.chat_id, key=key, name=name)
        link.tags.append(tag)


async def _is_repeated(session: AsyncSession, link: Link, origin: Origin) -> bool:
    """Whether this message has an announcement of this link already: it was edited, or handled before a crash."""
    statement = (
        select(Announcement.id)
        .join(Snapshot)
        .where(
            Snapshot.link_id == link.id,
            Announcement.chat_id == link.chat_id,
            Announcement.reply_to_message_id == origin.message_id,
        )
    )
    return (await session.exec(statement.limit(1))).first() is not None


async def _announcement(
    session: AsyncSession, link: Link, snapshot: Snapshot, origin: Origin
) -> tuple[Announcement, bool]:
    """The announcement of this snapshot to this message, and whether it is new."""
    known = select(Announcement).where(
        Announcement.snapshot_id == snapshot.id,
        Announcement.chat_id == link.chat_id,
        Announcement.reply_to_message_id == origin.message_id,
    )
    announcement = (await session.exec(known)).first()
    if announcement is not None:
        return announcement, False
    announcement = Announcement(
        snapshot_id=snapshot.id or 0,
        chat_id=link.chat_id,
        thread_id=origin.thread_id,
        reply_to_message_id=origin.message_id,
        told_attempts=snapshot.attempts,
    )
    session.add(announcement)
    await session.flush()
    return announcement, True
