"""How a link is saved: link and tags upserted, a snapshot queued, the message noted that wants to be told.

Statement functions: they take a session and never commit. ``library`` and ``editing`` call them.
"""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import selectinload
from sqlalchemy.orm.interfaces import ORMOption
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from storage import search
from storage.chats import Mention, Preferences
from storage.hosts import host_of
from storage.kinds import SnapshotStatus, Verdict, Viewport
from storage.models import Announcement, Link, LinkKey, Snapshot, now
from storage.notes import together, without_title
from storage.quota import NO_QUOTA, Quota, why_no_room
from storage.tagging import tag

LONGEST_NOTE = 4_000
"""In characters, so that a note fits into a message."""
OPEN = (SnapshotStatus.QUEUED, SnapshotStatus.RUNNING)


@dataclass(frozen=True, slots=True)
class NewLink:
    """A link to save: its address as it will be fetched, its key, its tags as written, and what is said of it."""

    url: str
    url_key: str
    tags: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Caption:
    """A message of nothing but tags, which a phone sent before the link that they are meant for."""

    message_id: int
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Origin:
    """The message that a link came in, to be told how its snapshot went, and its caption if that came alone."""

    message_id: int
    thread_id: int | None = None
    caption: Caption | None = None


class SaveOutcome(StrEnum):
    """What saving a link came to."""

    QUEUED = "queued"  # a snapshot was queued, or joined while it was under way
    NO_ROOM = "no room"  # the chat has all that it may have: the link is kept, and its snapshot has failed
    KEPT = "kept"  # there is a snapshot already
    REPEATED = "repeated"  # this very message has saved this link before


@dataclass(frozen=True, slots=True)
class Saved:
    """A link after saving, with its tags and snapshots.

    ``announcement_id`` is set where this message will be told how the snapshot goes, ``why_not`` where there is no
    room for one. ``is_changed``: it was kept before, and has got tags or a note by this.
    """

    link: Link
    outcome: SaveOutcome
    snapshot_id: int | None = None
    announcement_id: int | None = None
    why_not: str | None = None
    is_changed: bool = False


async def save(
    session: AsyncSession, chat_id: int, new: NewLink, origin: Origin | None, quota: Quota = NO_QUOTA
) -> Saved:
    """Save one link into the chat's library; see ``Library.add``."""
    link = await upsert(session, chat_id, new)
    before = (len(link.tags), link.note)
    await tag(session, link, new.tags)
    add_note(link, without_title(new.note, link.title or ""))
    await session.flush()
    if origin is not None and origin.caption is not None:
        await _add_caption(session, link, origin.caption)
    await search.refresh(session, [link.id or 0])
    if origin is not None:
        await note_mention(session, link, origin.message_id, new)
    if origin is not None and await _is_repeated(session, link, origin):
        return Saved(link, SaveOutcome.REPEATED)
    if any(snapshot.status == SnapshotStatus.DONE for snapshot in link.snapshots):
        return Saved(link, SaveOutcome.KEPT, is_changed=before != (len(link.tags), link.note))
    return await queue_snapshot(session, link, origin, quota=quota)


async def queue_snapshot(
    session: AsyncSession,
    link: Link,
    origin: Origin | None,
    viewport: Viewport | None = None,
    quota: Quota = NO_QUOTA,
) -> Saved:
    """Queue a snapshot of the link, or join the open one; one that waits for its next try is tried at once.

    Then the reason why the last try failed is dropped: what is told next is what comes of this one.
    ``viewport`` is on which screen, if it matters. A new one beyond the ``quota`` of the chat has failed already.
    """
    snapshot = next((each for each in link.snapshots if each.status in OPEN), None)
    if snapshot is None:
        snapshot = await _new_snapshot(session, link, quota)
        link.snapshots.append(snapshot)
    elif snapshot.status == SnapshotStatus.QUEUED:
        snapshot.run_after = min(snapshot.run_after, now())
        snapshot.error = snapshot.verdict = None
    if viewport is not None and snapshot.status == SnapshotStatus.QUEUED:
        snapshot.viewport = viewport
    await session.flush()
    outcome = SaveOutcome.QUEUED if snapshot.status in OPEN else SaveOutcome.NO_ROOM
    why_not = snapshot.error if outcome == SaveOutcome.NO_ROOM else None
    if origin is None:
        return Saved(link, outcome, snapshot.id, why_not=why_not)
    announcement, is_new = await _announcement(session, link, snapshot, origin)
    return Saved(link, outcome if is_new else SaveOutcome.REPEATED, snapshot.id, announcement.id, why_not)


async def _new_snapshot(session: AsyncSession, link: Link, quota: Quota) -> Snapshot:
    """A queued snapshot of the link as its chat wishes it, or one that has failed because there is no room for it."""
    snapshot = Snapshot(link_id=link.id or 0, chat_id=link.chat_id)
    if reason := await why_no_room(session, link.chat_id, quota):
        snapshot.status, snapshot.verdict = SnapshotStatus.FAILED, Verdict.REFUSED
        snapshot.error, snapshot.captured_at = reason, now()
        return snapshot
    snapshot.host = link.host
    wishes = await session.get(Preferences, link.chat_id)
    if wishes is not None:
        snapshot.sheet = wishes.sheet
    return snapshot


def with_tags_and_snapshots() -> tuple[ORMOption, ...]:
    """What a line about a link needs."""
    return (
        selectinload(Link.tags),  # type: ignore[arg-type]
        selectinload(Link.snapshots),  # type: ignore[arg-type]
    )


def spoken_of(chat_id: int, message_id: int) -> SelectOfScalar[Link]:
    """Asks for the links of a chat that one of its messages speaks of, with their tags and snapshots."""
    return (
        select(Link)
        .join(Mention, col(Mention.link_id) == col(Link.id))
        .where(Mention.chat_id == chat_id, Mention.message_id == message_id, Link.chat_id == chat_id)
        .order_by(col(Link.id))
        .options(*with_tags_and_snapshots())
    )


def add_note(link: Link, note: str) -> None:
    """Put what is said of a link to what was said of it before, once."""
    link.note = together(link.note or "", note)[:LONGEST_NOTE] or None


async def note_mention(session: AsyncSession, link: Link, message_id: int, new: NewLink) -> None:
    """Note that a person's message speaks of the link, with what it says of it now."""
    await session.merge(
        Mention(
            chat_id=link.chat_id,
            message_id=message_id,
            link_id=link.id or 0,
            tags=" ".join(new.tags),
            note=new.note,
        )
    )


async def _add_caption(session: AsyncSession, link: Link, caption: Caption) -> None:
    """Put the tags of a caption on the link, and note which of them it was that brought them: the first time."""
    added = await tag(session, link, caption.tags)
    await session.flush()
    key = (link.chat_id, caption.message_id, link.id or 0)
    if await session.get(Mention, key) is None:
        session.add(Mention(chat_id=key[0], message_id=key[1], link_id=key[2], tags=" ".join(added)))


async def known(session: AsyncSession, chat_id: int, url_key: str) -> Link | None:
    """The link with that key, its own or a further one, with its tags and snapshots."""
    further = select(LinkKey.link_id).where(LinkKey.chat_id == chat_id, LinkKey.url_key == url_key)
    statement = (
        select(Link)
        .where(Link.chat_id == chat_id, or_(col(Link.url_key) == url_key, col(Link.id).in_(further)))
        .order_by((col(Link.url_key) == url_key).desc())
        .limit(1)
    )
    return (await session.exec(statement.options(*with_tags_and_snapshots()))).first()


async def upsert(session: AsyncSession, chat_id: int, new: NewLink) -> Link:
    """The link with the new one's key, made if there is none."""
    link = await known(session, chat_id, new.url_key)
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
