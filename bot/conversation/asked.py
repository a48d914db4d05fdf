"""What an answer is made from, handed to whoever makes it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial

from bot.conversation.members import Members
from bot.conversation.message import Incoming
from bot.conversation.status import Gather
from bot.conversation.wishes import Wishes
from bot.wording import Words
from storage.artifacts import Artifacts
from storage.database import Database
from storage.editing import Editing
from storage.forgetting import forget_chat
from storage.library import Library, TagCount
from storage.overview import Stats, stats
from storage.quota import Quota
from storage.remarks import Remarks
from storage.saved_queries import save_query, saved_query
from storage.saving import Caption, Origin
from storage.suggestions import suggested
from storage.undoing import Undoing

Read = Callable[[str], Awaitable[bytes]]
"""Gives a stored file by its sha-256. Raises ``StorageError``."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """What one chat has saved, and all that can be done with it."""

    library: Library
    editing: Editing
    remarks: Remarks
    undoing: Undoing
    read: Read
    suggest: Callable[[int, int], Awaitable[Sequence[TagCount]]]
    stats: Callable[[], Awaitable[Stats]]
    keep_query: Callable[[str], Awaitable[int]]
    kept_query: Callable[[int], Awaitable[str | None]]
    forget_all: Callable[[], Awaitable[None]]

    @classmethod
    def of(cls, database: Database, chat_id: int, artifacts: Artifacts, quota: Quota) -> "Shelf":
        """The shelf of a chat."""
        return cls(
            Library(database, chat_id, quota),
            Editing(database, chat_id, quota),
            Remarks(database, chat_id),
            Undoing(database, chat_id),
            artifacts.get,
            partial(suggested, database, chat_id),
            partial(stats, database, chat_id),
            partial(save_query, database, chat_id),
            partial(saved_query, database, chat_id),
            partial(forget_chat, database, artifacts, chat_id),
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """A message and what it may be answered from; ``argument`` is what stands behind a command.

    ``status`` gives how the bot is doing, where there is a bot. ``caption`` are its tags that came before it.
    """

    incoming: Incoming
    argument: str
    shelf: Shelf
    members: Members
    words: Words
    wishes: Wishes
    status: Gather | None = None
    caption: Caption | None = None

    @property
    def origin(self) -> Origin:
        """The message, as those know it who are told later."""
        return Origin(self.incoming.message_id, self.incoming.thread_id, self.caption)
