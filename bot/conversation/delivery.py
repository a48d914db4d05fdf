"""What a front end has to be able to do, and how replies go out through it, one chat's in order."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from weakref import WeakValueDictionary

from bot.conversation.replies import Album, Attachment, Card, Change, Message, Reaction, Reply, Toast
from bot.errors import ChatGone, FrontEndError
from storage.announcements import Announcements, Shown

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is said: a chat, perhaps a topic of it, in answer to a message."""

    chat_id: int
    reply_to: int
    thread_id: int | None = None


class FrontEnd(Protocol):
    """Says and shows things. What may pass (a lost connection, too many requests) is waited for, not raised;
    a card whose picture can't be shown is shown as its text.

    Raises ``FrontEndError`` for what was refused for good, ``MessageGone`` and ``ChatGone`` among them.
    """

    async def say(self, place: Place, reply: Message | Card) -> int:
        """Send a text or a card and return the id of the new message."""

    async def edit(self, place: Place, message_id: int, reply: Message | Card) -> None:
        """Put a text or a card in the place of one of our messages; repeating it changes nothing."""

    async def attach(self, place: Place, attachment: Attachment) -> None:
        """Send a file, silently."""

    async def show(self, place: Place, album: Album) -> None:
        """Send pictures together, silently."""

    async def react(self, place: Place, emoji: str) -> None:
        """Put an emoji on the message that is answered; repeating it changes nothing."""


class Turns:
    """One lock for each chat: whoever speaks in it holds its turn, so that nobody speaks between."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    def of(self, chat_id: int) -> asyncio.Lock:
        """The turn of a chat."""
        return self._locks.setdefault(chat_id, asyncio.Lock())


async def deliver(
    front_end: FrontEnd,
    announcements: Announcements,
    place: Place,
    replies: Sequence[Reply],
    *,
    pressed_message_id: int | None = None,
) -> None:
    """Send replies in order, and note which message of ours speaks of which snapshots.

    Toasts are left to the front end, which knows what they answer. Raises ``FrontEndError``.
    """
    for reply in replies:
        match reply:
            case Reaction(emoji):
                await front_end.react(place, emoji)
            case Attachment():
                await front_end.attach(place, reply)
            case Album():
                await front_end.show(place, reply)
            case Change(message_id, to):
                await _change(front_end, place, message_id, to)
            case Message(edits=True) if pressed_message_id is not None:
                await front_end.edit(place, pressed_message_id, reply)
            case Message() | Card():
                await _say(front_end, announcements, place, reply)
            case Toast():
                pass


async def _say(
    front_end: FrontEnd, announcements: Announcements, place: Place, reply: Message | Card
) -> None:
    message_id = await front_end.say(place, reply)
    shown = Shown(place.chat_id, message_id, reply.link_ids)
    if isinstance(reply, Message) and reply.announcement_ids:
        if reply.is_summary:
            await announcements.set_summary_message(reply.announcement_ids, message_id, shown)
        else:
            await announcements.set_status_message(reply.announcement_ids, message_id, shown)
    elif reply.link_ids:
        await announcements.set_shown(shown)
    if isinstance(reply, Message) and reply.asks_name_of is not None:
        await announcements.set_asks(place.chat_id, message_id, reply.asks_name_of)


async def _change(front_end: FrontEnd, place: Place, message_id: int, to: Message | Card) -> None:
    """Bring an earlier message up to date; what comes after it is not held up by one that can't be."""
    try:
        await front_end.edit(place, message_id, to)
    except ChatGone:
        raise
    except FrontEndError as error:
        log.info("a message of chat %d is not brought up to date: %s", place.chat_id, error)
