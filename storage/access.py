"""Who may use the bot: the chats that the owner has allowed. The settings may name more."""

from collections.abc import Sequence

from sqlmodel import select

from storage.database import Database
from storage.models import Chat
from storage.moving import move_chat


class Access:
    """The chats allowed by claim or by the owner's word."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def chats(self) -> Sequence[Chat]:
        """All of them, the owner first."""
        async with self._database.read() as session:
            chats = (await session.exec(select(Chat))).all()
        return sorted(chats, key=lambda chat: not chat.is_owner)

    async def claim(self, chat_id: int) -> bool:
        """Make this chat the owner if there is none yet."""
        async with self._database.write() as session:
            if (await session.exec(select(Chat).where(Chat.is_owner))).first() is not None:
                return False
            chat = await session.get(Chat, chat_id) or Chat(id=chat_id)
            chat.is_owner = True
            session.add(chat)
            return True

    async def allow(self, chat_id: int) -> None:
        """Let a chat use the bot; allowing it twice changes nothing."""
        async with self._database.write() as session:
            if await session.get(Chat, chat_id) is None:
                session.add(Chat(id=chat_id))

    async def move(self, old: int, new: int, *, keeps_right: bool) -> None:
        """Follow a chat to its new id, with all that it has; the right goes along if it is to be kept."""
        await move_chat(self._database, old, new, keeps_right=keeps_right)

    async def revoke(self, chat_id: int) -> bool:
        """Take the right back; what the chat has saved is kept. False: it had none, or is the owner."""
        async with self._database.write() as session:
            chat = await session.get(Chat, chat_id)
            if chat is None or chat.is_owner:
                return False
            await session.delete(chat)
            return True
