"""What a message says of links that are saved already: an answer, or a caption that came as a message of its own.

A remark is noted, so that an edit of its message takes back what it no longer says. How a message is followed that
saved links itself is next door, in ``editing``.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage import search
from storage.chats import Mention
from storage.database import Database
from storage.models import Link
from storage.notes import corrected
from storage.saving import LONGEST_NOTE, spoken_of, with_tags_and_snapshots
from storage.tagging import keys_of, tag, untag
from storage.undoing import Removed, noted


@dataclass(frozen=True, slots=True)
class Remark:
    """What a message says of links: tags to put on and to take off, and a note in place of what was noted."""

    message_id: int
    add: Sequence[str] = ()
    remove: Sequence[str] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Remarked:
    """A link as it is now, and whether the remark changed it. ``noted`` takes back the note that is new."""

    link: Link
    is_changed: bool
    noted: Removed | None = None


class Remarks:
    """What the messages of the chat ``chat_id`` say of what it has saved. A link of another chat is none."""

    def __init__(self, database: Database, chat_id: int) -> None:
        self._database = database
        self._chat_id = chat_id

    async def links_of(self, message_id: int) -> Sequence[Link]:
        """The links that a person's message speaks of, with their tags and snapshots."""
        statement = spoken_of(self._chat_id, message_id).where(col(Mention.is_ours).is_(False))
        async with self._database.read() as session:
            return (await session.exec(statement)).all()

    async def make(self, link_ids: Collection[int], remark: Remark) -> list[Remarked]:
        """Do what a message says of links, in place of what it said before; saying it again changes nothing.

        What it put on or took off and what somebody has changed since stays as it is.
        """
        statement = select(Link).where(Link.chat_id == self._chat_id, col(Link.id).in_(link_ids))
        statement = statement.order_by(col(Link.id)).options(*with_tags_and_snapshots())
        async with self._database.write() as session:
            links = (await session.exec(statement)).all()
            return [await _made(session, link, remark) for link in links]


async def said_elsewhere(session: AsyncSession, here: Mention) -> set[str]:
    """The keys of the tags that other messages of persons gave the same link."""
    statement = select(Mention.tags).where(
        Mention.chat_id == here.chat_id,
        Mention.link_id == here.link_id,
        Mention.message_id != here.message_id,
        col(Mention.is_ours).is_(False),
    )
    return {key for tags in (await session.exec(statement)).all() for key in keys_of(tags.split())}


async def _made(session: AsyncSession, link: Link, remark: Remark) -> Remarked:
    key = (link.chat_id, remark.message_id, link.id or 0)
    mention = await session.get(Mention, key)
    if mention is None:
        mention = Mention(chat_id=key[0], message_id=key[1], link_id=key[2])
        session.add(mention)
    before = _state(link)
    await _tagged(session, link, mention, remark)
    undo = await _annotated(session, link, mention, remark.note)
    await session.flush()
    await search.refresh(session, [link.id or 0])
    return Remarked(link, before != _state(link), undo)


def _state(link: Link) -> tuple[set[str], str | None]:
    return {each.key for each in link.tags}, link.note


async def _tagged(session: AsyncSession, link: Link, mention: Mention, remark: Remark) -> None:
    """Take back what the message no longer says, then do what it says now for the first time."""
    had_put, had_taken = keys_of(mention.tags.split()), keys_of(mention.taken_off.split())
    put, taken = keys_of(remark.add), keys_of(remark.remove)
    unsaid = had_put.keys() - put.keys()
    await untag(session, link, unsaid - await said_elsewhere(session, mention))
    await tag(session, link, [name for key, name in had_taken.items() if key not in taken])
    now_put = await tag(session, link, [name for key, name in put.items() if key not in had_put])
    now_taken = await untag(session, link, taken.keys() - had_taken.keys())
    mention.tags = _names(had_put, put, now_put)
    mention.taken_off = _names(had_taken, taken, now_taken)


def _names(before: dict[str, str], still: dict[str, str], new: Sequence[str]) -> str:
    return " ".join([*(name for key, name in before.items() if key in still), *new])


async def _annotated(session: AsyncSession, link: Link, mention: Mention, note: str) -> Removed | None:
    """Put the note of a message in the place of its old one, else of what was noted; give what takes that back."""
    note, old, now_noted = note[:LONGEST_NOTE], mention.note, link.note or ""
    if note == old:
        return None
    mention.note = note
    if not old:
        mention.note_before = now_noted
        link.note = note
        undo = await noted(session, link.chat_id, kind="note", link_id=link.id, note=now_noted or None)
        return Removed(undo, link.title or link.url, link_id=link.id)
    if now_noted == old:
        link.note = note or mention.note_before or None
    elif (lines := corrected(now_noted, old, note)) is not None:
        link.note = lines[:LONGEST_NOTE] or None
    return None
