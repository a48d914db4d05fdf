"""The library of nobody: there a removed link is until nobody can want it back, and no statement of a chat finds it.

Who puts links there and takes them back is next door, in ``undoing``.
"""

import json
from datetime import datetime, timedelta

from sqlalchemy.orm import aliased
from sqlmodel import col, delete, exists, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from storage import search
from storage.chats import Mention, Undo
from storage.database import Database
from storage.leftovers import loosen_files_of
from storage.models import Link, LinkKey, Snapshot
from storage.saving import OPEN, add_note
from storage.tagging import drop_unused

NOBODY = -(2**62)
"""The library of what was removed. No chat has this id."""
IS_SOMEBODYS = col(Snapshot.chat_id) != NOBODY
"""Whether a snapshot may be claimed at all: what a removed link waits for waits until the link is back."""
KEPT_FOR = timedelta(minutes=10)


async def forget_expired(database: Database, at: datetime) -> int:
    """Delete for good what can't be taken back any more; tell how many links that were."""
    async with database.write() as session:
        await session.exec(delete(Undo).where(col(Undo.expires_at) < at))
        wanted = {
            json.loads(each).get("link_id") for each in (await session.exec(select(Undo.removed))).all()
        }
        removed = (await session.exec(select(Link.id).where(Link.chat_id == NOBODY))).all()
        ids = [each for each in removed if each is not None and each not in wanted]
        await search.forget(session, ids)
        await loosen_files_of(session, ids)
        await session.exec(delete(Link).where(col(Link.id).in_(ids)))
        return len(ids)


async def take_out(session: AsyncSession, link: Link) -> None:
    """Move a link to where nobody finds it."""
    tag_ids = [each.id or 0 for each in link.tags]
    link.tags.clear()
    move(link, NOBODY, f"{link.id} {link.url_key}")
    await session.exec(delete(LinkKey).where(col(LinkKey.link_id) == link.id))
    await session.flush()
    await drop_unused(session, tag_ids)


def move(link: Link, chat_id: int, url_key: str) -> None:
    link.chat_id, link.url_key = chat_id, url_key
    for snapshot in link.snapshots:
        snapshot.chat_id = chat_id


async def move_into(session: AsyncSession, link: Link, same: Link) -> None:
    """Make a link one with the same one that there is already; the messages that speak of it speak of that then."""
    add_note(same, link.note or "")
    await _move_mentions(session, link, same)
    await loosen_files_of(session, [link.id or 0])
    if any(each.status in OPEN for each in same.snapshots):
        await session.exec(
            delete(Snapshot).where(col(Snapshot.link_id) == link.id, col(Snapshot.status).in_(OPEN))
        )
    of_link = col(Snapshot.link_id) == link.id
    await session.exec(update(Snapshot).where(of_link).values(link_id=same.id, chat_id=same.chat_id))
    await search.forget(session, [link.id or 0])
    await session.exec(delete(Link).where(col(Link.id) == link.id))
    session.expunge(link)
    await session.refresh(same, ["snapshots"])


async def _move_mentions(session: AsyncSession, link: Link, same: Link) -> None:
    there = aliased(Mention)
    speaks_of_both = exists().where(
        there.link_id == same.id,  # type: ignore[arg-type]
        there.chat_id == Mention.chat_id,  # type: ignore[arg-type]
        there.message_id == Mention.message_id,  # type: ignore[arg-type]
    )
    of_link = col(Mention.link_id) == link.id
    await session.exec(delete(Mention).where(of_link, speaks_of_both))
    await session.exec(update(Mention).where(of_link).values(link_id=same.id))
