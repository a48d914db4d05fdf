"""The gate: who is not let in gets one sentence, and nothing of theirs is stored."""

import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.conversation.delivery import FrontEnd, Place
from bot.conversation.members import Members
from bot.conversation.replies import Message
from bot.errors import FrontEndError, StorageError
from bot.telegram.updates import KINDS, STANDING, is_for_another_bot
from bot.wording import DEFAULT, Words, known_language

log = logging.getLogger(__name__)

SAY_AGAIN_SECONDS = 3600
REMEMBERED_STRANGERS = 1000


@dataclass(frozen=True, slots=True)
class Caller:
    """Who an update is from, read from its raw JSON before anything else is. ``kind`` is the kind of update."""

    kind: str
    place: Place
    text: str
    is_private: bool
    language_code: str | None = None

    @property
    def chat_id(self) -> int:
        """The chat that it is from."""
        return self.place.chat_id


def caller(update: Mapping[str, Any]) -> Caller | None:
    """The caller of an update; None when it is not one that we asked for, or makes no sense."""
    try:
        kind = next(kind for kind in KINDS if kind in update)
        body = update[kind]
        message = body.get("message", body)
        thread_id = message.get("message_thread_id") if message.get("is_topic_message") else None
        return Caller(
            kind,
            Place(int(message["chat"]["id"]), _message_id(kind, message), thread_id),
            text=str(body.get("text", "")),
            is_private=message["chat"].get("type") == "private",
            language_code=str((body.get("from") or {}).get("language_code", "")),
        )
    except (StopIteration, KeyError, TypeError, ValueError, AttributeError):
        return None


def _message_id(kind: str, message: Mapping[str, Any]) -> int:
    """The number of the message; how the bot stands is told without one."""
    return 0 if kind == STANDING else int(message["message_id"])


def migration(update: Mapping[str, Any]) -> tuple[int, int] | None:
    """The old and the new id of a group, if the update says that it has become a supergroup; both chats are told."""
    message = update.get("message")
    if not isinstance(message, dict) or not isinstance(message.get("chat"), dict):
        return None
    here, to, came_from = (
        message["chat"].get("id"),
        message.get("migrate_to_chat_id"),
        message.get("migrate_from_chat_id"),
    )
    old, new = (here, to) if to is not None else (came_from, here)
    if not (isinstance(old, int) and isinstance(new, int)):
        return None
    return (old, new) if old < 0 and new < 0 else None


class Gate:
    """Decides for every update whether it is let in, and speaks with those that are not.

    ``clock`` gives monotonic seconds.
    """

    def __init__(
        self,
        members: Members,
        front_end: FrontEnd,
        bot_name: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._members = members
        self._front_end = front_end
        self._bot_name = bot_name
        self._clock = clock
        self._told: OrderedDict[int, float] = OrderedDict()

    def lets_in(self, who: Caller) -> bool:
        """Whether the update comes from a chat that may use the bot."""
        return self._members.is_member(who.chat_id)

    async def follow(self, old: int, new: int) -> None:
        """A group has another id from now on; its library and its right go along. Raises ``StorageError``."""
        if self._members.is_member(old) and not self._members.is_member(new):
            log.warning("group %d has become %d", old, new)
        await self._members.move(old, new)

    async def turn_away(self, who: Caller) -> None:
        """Let the first person claim the bot with the code; tell anybody else, once an hour, that it is private.

        A new message alone is answered: not an edit, a press or a post.
        """
        if who.kind != "message":
            return
        words = Words(known_language(who.language_code) or DEFAULT)
        try:
            if who.is_private and await self._members.claim(who.chat_id, _code(who.text)):
                log.warning("person %d has claimed this bot and owns it now", who.chat_id)
                await self._front_end.say(who.place, Message(f"{words('claimed')}\n\n{words('welcome')}"))
            elif self._is_to_be_told(who):
                await self._front_end.say(who.place, Message(words("stranger", id=str(who.chat_id))))
        except (FrontEndError, StorageError) as error:
            log.info("a stranger could not be told: %s", error)

    def _is_to_be_told(self, who: Caller) -> bool:
        """In a group only a command to this bot is for us."""
        is_command = who.text.startswith("/") and not is_for_another_bot(who.text, self._bot_name)
        if not (who.is_private or is_command):
            return False
        now = self._clock()
        if now - self._told.get(who.chat_id, -SAY_AGAIN_SECONDS) < SAY_AGAIN_SECONDS:
            return False
        self._told[who.chat_id] = now
        self._told.move_to_end(who.chat_id)
        if len(self._told) > REMEMBERED_STRANGERS:
            self._told.popitem(last=False)
        return True


def _code(text: str) -> str:
    command, _, code = text.partition(" ")
    return code.strip() if command == "/start" else ""
