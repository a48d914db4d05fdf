"""The gate: who is not let in gets one sentence, and nothing of theirs is stored."""

import logging
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.conversation import wording
from bot.conversation.delivery import FrontEnd, Place
from bot.conversation.members import Members
from bot.conversation.replies import Message
from bot.errors import FrontEndError
from bot.telegram.updates import KINDS

log = logging.getLogger(__name__)

SAY_AGAIN_SECONDS = 3600
REMEMBERED_STRANGERS = 1000


@dataclass(frozen=True, slots=True)
class Caller:
    """Who an update is from, read from its raw JSON before anything else is."""

    chat_id: int
    person_id: int | None
    message_id: int
    text: str
    is_private: bool


def caller(update: Mapping[str, Any]) -> Caller | None:
    """The caller of an update; None when it is not one that we asked for, or makes no sense."""
    try:
        body = next(update[kind] for kind in KINDS if kind in update)
        message = body.get("message", body)
        return Caller(
            chat_id=int(message["chat"]["id"]),
            person_id=body.get("from", {}).get("id"),
            message_id=int(message["message_id"]),
            text=str(body.get("text", "")),
            is_private=message["chat"].get("type") == "private",
        )
    except (StopIteration, KeyError, TypeError, ValueError, AttributeError):
        return None


class Gate:
    """Decides for every update whether it is let in, and speaks with those that are not."""

    def __init__(self, members: Members, front_end: FrontEnd) -> None:
        self._members = members
        self._front_end = front_end
        self._told: OrderedDict[int, float] = OrderedDict()

    def lets_in(self, update: Mapping[str, Any]) -> bool:
        """Whether the update comes from a chat that may use the bot."""
        who = caller(update)
        return who is not None and self._members.is_member(who.chat_id)

    async def turn_away(self, update: Mapping[str, Any]) -> None:
        """Let the first person claim the bot with the code; tell anybody else, once an hour, that it is private."""
        who = caller(update)
        if who is None:
            return
        place = Place(who.chat_id, who.message_id)
        try:
            if who.is_private and await self._members.claim(who.chat_id, _code(who.text)):
                log.warning("person %d has claimed this bot and owns it now", who.chat_id)
                await self._front_end.say(place, Message(wording.CLAIMED))
            elif self._is_to_be_told(who):
                await self._front_end.say(place, Message(wording.SENT_STRANGER.format(id=who.chat_id)))
        except FrontEndError as error:
            log.info("a stranger could not be told: %s", error)

    def _is_to_be_told(self, who: Caller) -> bool:
        """In a group only a command is for us."""
        if not who.is_private and not who.text.startswith("/"):
            return False
        now = time.monotonic()
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
