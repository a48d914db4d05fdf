"""A chat that has got another id: what it has saved, wishes and waits for goes with it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_
from sqlalchemy.orm import aliased
from sqlmodel import col, delete, exists, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from storage import search
from storage.chats import LastClaim, Mention, Preferences, Question, SavedQuery, Undo
from storage.database import Database
from storage.models import Announcement, Chat, Link, LinkKey, LinkTag, Snapshot, Tag
from storage.nobody import move_into
from storage.saving import known, with_tags_and_snapshots
from storage.tagging import tag


async def move_chat(database: Database, old: int, new: int, *, keeps_right: bool) -> None:
    """Give everything of the chat ``old`` to ``new``; a link or a tag that both have becomes one.

    In the new chat the old one's messages are known by their negative numbers, because the numbers begin anew there:
    what is below zero can't be answered or edited. ``keeps_right`` lets the new chat use the bot. Repeating it changes
    nothing, and takes along what has come to the old chat meanwhile.
    """
    async with database.write() as session:
        await _merge_links(session, old, new)
        await _merge_tags(session, old, new)
        await _drop_what_both_have(session, old, new)
        await session.exec(delete(LastClaim).where(col(LastClaim.chat_id) == old))
        for table in (Link, Snapshot, Tag, LinkKey, Undo, SavedQuery, Preferences):
            of: Any = table
            await session.exec(update(of).where(of.chat_id == old).values(chat_id=new))
        await _move_messages(session, old, new)
        await _move_right(session, old, new, keeps_right=keeps_right)


async def _merge_links(session: AsyncSession, old: int, new: int) -> None:
    for link in await _links_of_both(session, old, new):
        same = await known(session, new, link.url_key)
        if same is None:
            continue
        await session.exec(update(LinkKey).where(col(LinkKey.link_id) == link.id).values(link_id=same.id))
        names = [each.name for each in link.tags]
        await move_into(session, link, same)
        await tag(session, same, names)
        await search.refresh(session, [same.id or 0])


async def _links_of_both(session: AsyncSession, old: int, new: int) -> Sequence[Link]:
    keys = select(Link.url_key).where(Link.chat_id == new)
    further = select(LinkKey.url_key).where(LinkKey.chat_id == new)
    statement = select(Link).where(
        Link.chat_id == old, or_(col(Link.url_key).in_(keys), col(Link.url_key).in_(further))
    )
    return (await session.exec(statement.options(*with_tags_and_snapshots()))).all()


async def _merge_tags(session: AsyncSession, old: int, new: int) -> None:
    other = aliased(Tag)
    both = select(Tag.id, other.id).join(other, other.key == Tag.key)  # type: ignore[arg-type]
    pairs = (await session.exec(both.where(Tag.chat_id == old, other.chat_id == new))).all()
    for tag_id, other_id in pairs:
        have = select(LinkTag.link_id).where(LinkTag.tag_id == other_id)
        await session.exec(
            delete(LinkTag).where(col(LinkTag.tag_id) == tag_id, col(LinkTag.link_id).in_(have))
        )
        await session.exec(update(LinkTag).where(col(LinkTag.tag_id) == tag_id).values(tag_id=other_id))
        await session.exec(delete(Tag).where(col(Tag.id) == tag_id))


async def _drop_what_both_have(session: AsyncSession, old: int, new: int) -> None:
    """Of further keys, old queries and wishes the new chat's stay."""
    for table, column in ((LinkKey, "url_key"), (SavedQuery, "text")):
        of: Any = table
        theirs = select(getattr(of, column)).where(of.chat_id == new)
        await session.exec(delete(of).where(of.chat_id == old, getattr(of, column).in_(theirs)))
    if await session.get(Preferences, new) is not None:
        await session.exec(delete(Preferences).where(col(Preferences.chat_id) == old))


async def _move_messages(session: AsyncSession, old: int, new: int) -> None:
    """What a message of the old chat says, or is still to be told in answer to it; what it asks nobody can answer."""
    there = aliased(Mention)
    has_moved = exists().where(
        there.chat_id == new,  # type: ignore[arg-type]
        there.message_id == -col(Mention.message_id),  # type: ignore[arg-type]
        there.link_id == Mention.link_id,  # type: ignore[arg-type]
    )
    await session.exec(delete(Mention).where(col(Mention.chat_id) == old, has_moved))
    await session.exec(delete(Question).where(col(Question.chat_id) == old))
    await session.exec(
        update(Mention)
        .where(col(Mention.chat_id) == old)
        .values(chat_id=new, message_id=-col(Mention.message_id))
    )
    await session.exec(
        update(Announcement)
        .where(col(Announcement.chat_id) == old)
        .values(
            chat_id=new,
            thread_id=None,
            reply_to_message_id=-col(Announcement.reply_to_message_id),
            status_message_id=None,
            summary_message_id=None,
        )
    )


async def _move_right(session: AsyncSession, old: int, new: int, *, keeps_right: bool) -> None:
    if keeps_right and await session.get(Chat, new) is None:
        session.add(Chat(id=new))
    await session.exec(delete(Chat).where(col(Chat.id) == old, col(Chat.is_owner).is_(False)))
