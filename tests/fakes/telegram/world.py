"""The state behind the double: accounts, chats, files, the queue of updates and the clock."""

import asyncio
import itertools
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from tests.fakes.telegram.entities import RichText
from tests.fakes.telegram.errors import ApiError, bad_request, forbidden
from tests.fakes.telegram.files import Files
from tests.fakes.telegram.limits import UPDATE_LIFE_SECONDS
from tests.fakes.telegram.messages import Account, Chat, JsonObject, Message

if TYPE_CHECKING:
    from tests.fakes.telegram.queries import InlineQuery, Press

# Telegram hands these out only to a bot that asks for them by name.
_NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


class Changes:
    """Wakes everybody who waits for something to change."""

    def __init__(self) -> None:
        self._next = asyncio.Event()

    def notify(self) -> None:
        """Something has changed."""
        changed, self._next = self._next, asyncio.Event()
        changed.set()

    def listen(self) -> asyncio.Event:
        """What the next change sets."""
        return self._next

    async def wait(self, timeout_seconds: float) -> None:
        """Until the next change, or until the time is over."""
        try:
            async with asyncio.timeout(timeout_seconds):
                await self._next.wait()
        except TimeoutError:
            return


class Clock:
    """The server's time; ``offset_seconds`` moves it without waiting."""

    def __init__(self) -> None:
        self.offset_seconds = 0.0

    def now(self) -> float:
        """Seconds since 1970."""
        return time.time() + self.offset_seconds


class Updates:
    """What waits to be fetched by getUpdates."""

    def __init__(self, clock: Clock, changes: Changes) -> None:
        self.allowed: frozenset[str] = frozenset()
        self._clock = clock
        self._changes = changes
        self._numbers = itertools.count(710_000_001)
        self._waiting: deque[tuple[float, JsonObject]] = deque()

    def add(self, kind: str, payload: JsonObject) -> int | None:
        """Queue an update, unless the bot does not want its kind; the update's id."""
        wanted = kind in self.allowed if self.allowed else kind not in _NOT_BY_DEFAULT
        return self.add_raw({kind: payload}) if wanted else None

    def add_raw(self, update: JsonObject) -> int:
        """Queue any object as an update, numbered unless it brings a number."""
        update = {"update_id": next(self._numbers)} | update
        self._waiting.append((self._clock.now(), update))
        self._changes.notify()
        update_id: int = update["update_id"]
        return update_id

    @property
    def waiting(self) -> list[JsonObject]:
        """The updates that were not acknowledged yet; those older than a day are gone."""
        return self.first(len(self._waiting))

    def first(self, count: int) -> list[JsonObject]:
        """So many of them. They came in the order of the clock, which is only ever put forward."""
        oldest = self._clock.now() - UPDATE_LIFE_SECONDS
        while self._waiting and self._waiting[0][0] < oldest:
            self._waiting.popleft()
        return [update for _, update in islice(self._waiting, count)]

    def forget(self, update_id: int) -> None:
        """An update was delivered."""
        self._waiting = deque(each for each in self._waiting if each[1]["update_id"] != update_id)
        self._changes.notify()

    def acknowledge(self, offset: int) -> None:
        """Forget all updates before ``offset``; a negative one keeps only that many."""
        before = len(self._waiting)
        if offset < 0:
            self._waiting = deque(list(self._waiting)[offset:])
        else:
            self._waiting = deque(each for each in self._waiting if each[1]["update_id"] >= offset)
        if len(self._waiting) != before:
            self._changes.notify()


@dataclass(slots=True, eq=False)
class Hook:
    """The webhook that a bot has set."""

    url: str
    secret: str
    max_connections: int
    last_error: str | None = None
    last_error_date: int | None = None


class World:
    """Everything that Telegram's servers know of this bot. It outlives any client.

    ``bot_reads_all``: its privacy mode is off.
    """

    def __init__(self, bot: Account) -> None:
        self.bot = bot
        self.changes = Changes()
        self.clock = Clock()
        self.files = Files()
        self.updates = Updates(self.clock, self.changes)
        self.chats: dict[int, Chat] = {}
        self.presses: dict[str, Press] = {}
        self.inline_queries: dict[str, InlineQuery] = {}
        self.commands: dict[tuple[str, str], list[JsonObject]] = {}
        self.hook: Hook | None = None
        self.descriptions: dict[tuple[str, str], str] = {}
        self.numbers = itertools.count(1)
        self.bot_reads_all = False

    def now(self) -> int:
        """The server's time in whole seconds."""
        return int(self.clock.now())

    def add_message(self, chat: Chat, author: Account | None, body: RichText, **more: Any) -> Message:
        """Put a new message into a chat."""
        message_id = max(chat.history, default=0) + 1
        message = Message(chat=chat, id=message_id, date=self.now(), author=author, body=body, **more)
        chat.history[message_id] = message
        self.changes.notify()
        return message

    def deliver(self, message: Message, *, is_edit: bool = False) -> None:
        """Tell the bot of a message, if it may see it."""
        kind = "channel_post" if message.chat.type == "channel" else "message"
        if is_edit:
            kind = f"edited_{kind}"
        if self._is_visible(message):
            self.updates.add(kind, message.as_json())
        self.changes.notify()

    def chat_to_write(self, chat_id: str) -> Chat:
        """The chat that a call names. Raises 400 for an unknown one, 403 where the bot is not wanted."""
        if not chat_id:
            raise bad_request("chat_id is empty")
        chat = self._chat(chat_id)
        if chat is None:
            raise bad_request("Chat not found")
        if chat.migrated_to is not None:
            text = "Bad Request: group chat was upgraded to a supergroup chat"
            raise ApiError(400, text, migrate_to_chat_id=chat.migrated_to)
        if chat.bot_is_blocked:
            raise forbidden(_BLOCKED[chat.type])
        return chat

    def change_standing(self, chat: Chat, by: Account, *, is_out: bool) -> None:
        """Block or throw out the bot, or let it in again, and tell it so."""
        chat.bot_is_blocked = is_out
        member: JsonObject = {"status": "member", "user": self.bot.as_json()}
        kicked: JsonObject = {"status": "kicked", "user": self.bot.as_json(), "until_date": 0}
        payload = {
            "chat": chat.as_json(),
            "from": by.as_json(),
            "date": self.now(),
            "old_chat_member": member if is_out else kicked,
            "new_chat_member": kicked if is_out else member,
        }
        self.updates.add("my_chat_member", payload)
        self.changes.notify()

    def transcript(self, chats: Iterable[Chat] | None = None) -> str:
        """All conversations as people see them."""
        return "\n\n".join(chat.transcript() for chat in chats or self.chats.values())

    def _chat(self, chat_id: str) -> Chat | None:
        if chat_id.startswith("@"):
            name = chat_id[1:].lower()
            public = (c for c in self.chats.values() if c.type != "private" and c.username)
            return next((c for c in public if (c.username or "").lower() == name), None)
        try:
            return self.chats.get(int(chat_id))
        except ValueError:
            return None

    def _is_visible(self, message: Message) -> bool:
        chat = message.chat
        if chat.bot_is_blocked:
            return False
        if chat.type in {"private", "channel"} or chat.bot_is_admin or self.bot_reads_all:
            return True
        if message.reply_to is not None and message.reply_to.is_from_bot:
            return True
        return any(self._calls_the_bot(e.type, message.body.part(e)) for e in message.body.entities)

    def _calls_the_bot(self, entity_type: str, part: str) -> bool:
        if entity_type == "bot_command":
            return "@" not in part or part.lower().endswith(f"@{self.bot.username}".lower())
        return entity_type == "mention" and part.lower() == f"@{self.bot.username}".lower()


_BLOCKED = {
    "private": "bot was blocked by the user",
    "group": "bot was kicked from the group chat",
    "supergroup": "bot was kicked from the supergroup chat",
    "channel": "bot was kicked from the channel chat",
}
