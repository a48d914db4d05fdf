"""The queries behind the pages of lists: a button carries the id of one, not its text."""

from datetime import timedelta

from sqlmodel import col, delete, select

from storage.chats import SavedQuery
from storage.database import Database
from storage.models import now

KEPT_FOR = timedelta(days=90)
"""How long the pages of a list can be turned after it was asked for last."""


async def save_query(database: Database, chat_id: int, text: str) -> int:
    """The id of the query for the chat; asked for again, it is the same and is kept for longer."""
    same = select(SavedQuery).where(SavedQuery.chat_id == chat_id, SavedQuery.text == text)
    async with database.write() as session:
        saved = (await session.exec(same)).first() or SavedQuery(chat_id=chat_id, text=text)
        saved.asked_at = now()
        session.add(saved)
        await session.flush()
        return saved.id or 0


async def saved_query(database: Database, chat_id: int, query_id: int) -> str | None:
    """The text of a query of the chat. None: it is none of this chat's, or was forgotten."""
    text = select(SavedQuery.text).where(SavedQuery.chat_id == chat_id, SavedQuery.id == query_id)
    async with database.read() as session:
        return (await session.exec(text)).first()


async def forget_old_queries(database: Database) -> None:
    """Drop the queries that nobody has asked for in ``KEPT_FOR``; safe to repeat."""
    async with database.write() as session:
        await session.exec(delete(SavedQuery).where(col(SavedQuery.asked_at) < now() - KEPT_FOR))
