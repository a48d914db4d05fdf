"""Forgetting all of a chat, at once and for good: its library, what it wishes, and what it has written."""

import json
from collections.abc import Sequence

from sqlmodel import col, delete, or_, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from storage import search
from storage.artifacts import Artifacts
from storage.chats import LastClaim, Mention, Preferences, Question, SavedQuery, Undo
from storage.database import Database
from storage.leftovers import loosen_files_of, remove_leftovers
from storage.models import Announcement, Inbox, Link, LinkKey, Tag
from storage.nobody import NOBODY

LINKS_AT_ONCE = 200
"""So many in one transaction, so that other chats wait for less than a second."""
FORGOTTEN = "{}"
"""What is left of a handled update: its id alone, so that it is not handled again when it comes again."""


async def forget_chat(database: Database, artifacts: Artifacts, chat_id: int) -> None:
    """Delete what the chat has saved and may still take back, what it wishes, and its handled messages.

    That it may use the bot is the owner's word, and stays. After a crash in the middle it can be done again.
    Files younger than an hour go when they are older, at another call of ``remove_leftovers``.
    """
    while True:
        async with database.write() as session:
            ids = await _some_links(session, chat_id)
            await loosen_files_of(session, ids)
            await search.forget(session, ids)
            await session.exec(delete(Link).where(col(Link.id).in_(ids)))
            if len(ids) < LINKS_AT_ONCE:
                await _forget_the_rest(session, chat_id)
                break
    await wipe(database)
    await remove_leftovers(database, artifacts)


async def wipe(database: Database) -> None:
    """Leave nothing of what was deleted in the index, in the file's free pages and in its log."""
    is_first, is_done = True, False
    while not is_done:
        async with database.write() as session:
            is_done = await search.compact(session, is_first=is_first)
        is_first = False
    await database.empty_log()


async def _some_links(session: AsyncSession, chat_id: int) -> Sequence[int]:
    """Links of the chat, those that it has removed and could take back among them."""
    undoable = (await session.exec(select(Undo.removed).where(Undo.chat_id == chat_id))).all()
    removed = [json.loads(each).get("link_id") for each in undoable]
    is_its = or_(
        col(Link.chat_id) == chat_id, (col(Link.chat_id) == NOBODY) & col(Link.id).in_(filter(None, removed))
    )
    ids = (await session.exec(select(Link.id).where(is_its).limit(LINKS_AT_ONCE))).all()
    return [each for each in ids if each is not None]


async def _forget_the_rest(session: AsyncSession, chat_id: int) -> None:
    for table in (Question, Tag, LinkKey, Announcement, Mention, Undo, SavedQuery, Preferences, LastClaim):
        await session.exec(delete(table).where(col(table.chat_id) == chat_id))
    await session.exec(
        update(Inbox)
        .where(col(Inbox.chat_id) == chat_id, col(Inbox.handled_at).is_not(None))
        .values(payload=FORGOTTEN)
    )
