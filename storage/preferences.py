"""What each chat wishes; a chat that never said anything wishes the defaults."""

from typing import Any

from storage.chats import Preferences
from storage.database import Database


async def preferences(database: Database, chat_id: int) -> Preferences:
    """What a chat wishes."""
    async with database.read() as session:
        return await session.get(Preferences, chat_id) or Preferences(chat_id=chat_id)


async def wish(database: Database, chat_id: int, **wishes: Any) -> Preferences:
    """Change what a chat wishes, and give all of it."""
    async with database.write() as session:
        row = await session.get(Preferences, chat_id)
        if row is None:
            row = Preferences(chat_id=chat_id)
            session.add(row)
        for name, value in wishes.items():
            setattr(row, name, value)
        return row
