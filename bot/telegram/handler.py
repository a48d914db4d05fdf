"""Update in, replies out: what happens with one update from the inbox."""

import logging
from dataclasses import replace

from telegram import ChatMemberUpdated, Update
from telegram.constants import ChatMemberStatus
from telegram.error import TelegramError

from bot.conversation.answer import Conversation, Press
from bot.conversation.delivery import Place, Turns, deliver
from bot.conversation.message import Incoming
from bot.conversation.replies import Toast
from bot.errors import ChatMoved, FrontEndError
from bot.telegram.client import BotClient, understood
from bot.telegram.sender import Sender
from bot.telegram.updates import (
    UnreadableUpdate,
    continues_album,
    incoming,
    moved_to,
    press,
    read_update,
)
from storage.announcements import Announcements
from storage.inbox import Inbox, Received

log = logging.getLogger(__name__)

AWAY = frozenset({ChatMemberStatus.BANNED, ChatMemberStatus.LEFT})
FOLLOWING_SECONDS = 1.0
"""How long a message that is nothing but tags waits for the link that it may be meant for."""


class Handler:
    """Answers updates, in the turn of their chat."""

    def __init__(
        self,
        bot: BotClient,
        conversation: Conversation,
        sender: Sender,
        announcements: Announcements,
        inbox: Inbox,
        turns: Turns,
    ) -> None:
        self._bot = bot
        self._conversation = conversation
        self._sender = sender
        self._announcements = announcements
        self._inbox = inbox
        self._turns = turns

    async def handle(self, received: Received) -> None:
        """Answer one update. What Telegram refuses for good is logged, for there is nobody left to tell.

        Raises ``UnreadableUpdate``.
        """
        update = read_update(received.payload, self._bot)
        try:
            try:
                await self._answer(received, update, received.chat_id)
            except ChatMoved as moved:
                await self._answer(received, update, moved.to_chat_id)
        except FrontEndError as error:
            log.warning("update %d: %s", received.update_id, error)

    async def _answer(self, received: Received, update: Update, chat_id: int) -> None:
        """Answer in the turn of the chat, whose id may be another by now than the update says."""
        async with self._turns.of(chat_id):
            if update.my_chat_member is not None:
                await self._stands(update.my_chat_member)
            elif update.callback_query is not None:
                await self._pressed(press(update.callback_query), update.callback_query.id)
            else:
                await self._said(received, update, await self._before(received), chat_id)

    async def _stands(self, change: ChatMemberUpdated) -> None:
        """Where the bot was blocked or thrown out, nothing is told until it may come back; what was saved stays."""
        if change.new_chat_member.status in AWAY:
            dropped = await self._announcements.drop_due(change.chat.id)
            log.warning(
                "chat %d does not want the bot any more; announcements dropped: %d", change.chat.id, dropped
            )
        elif change.old_chat_member.status in AWAY:
            missed = await self._announcements.take_up_dropped(change.chat.id)
            log.info("chat %d wants the bot again; announcements to catch up: %d", change.chat.id, missed)

    async def _said(self, received: Received, update: Update, before: Update | None, chat_id: int) -> None:
        message = self._incoming(update)
        continues = continues_album(update, before)
        if message is None or (continues and message.reply_to is None and not message.text):
            return
        message = moved_to(chat_id, replace(message, continues_album=continues))
        earlier = self._incoming(before) if before else None
        later = await self._following(received) if self._conversation.may_be_caption(message) else None
        replies = await self._conversation.answer(message, earlier, later)
        place = Place(message.chat_id, message.message_id, message.thread_id)
        await deliver(self._sender, self._announcements, place, replies)

    async def _pressed(self, pressed: Press | None, query_id: str) -> None:
        """Answer a press, first with what vanishes: the person's device waits for it."""
        replies = await self._conversation.press(pressed) if pressed else ()
        toast = next((reply.text for reply in replies if isinstance(reply, Toast)), None)
        try:
            await self._bot.answer_callback_query(query_id, toast)
        except TelegramError as error:
            log.info("a press could not be answered in time: %s", understood(error))
        if pressed is not None:
            place = Place(pressed.chat_id, pressed.message_id, pressed.thread_id)
            await deliver(
                self._sender, self._announcements, place, replies, pressed_message_id=pressed.message_id
            )

    async def _following(self, received: Received) -> Incoming | None:
        """The message after this one, if it comes at once: a phone sends a caption and its link together."""
        following = await self._inbox.following(received, within_seconds=FOLLOWING_SECONDS)
        try:
            return self._incoming(read_update(following.payload, self._bot)) if following else None
        except UnreadableUpdate:
            return None

    def _incoming(self, update: Update) -> Incoming | None:
        is_shown_all = self._bot.can_read_all_group_messages
        return incoming(update, self._bot.username, has_privacy_mode=not is_shown_all)

    async def _before(self, received: Received) -> Update | None:
        """The update before this one in the chat, if it is still in the inbox and makes sense."""
        before = await self._inbox.before(received)
        try:
            return read_update(before.payload, self._bot) if before else None
        except UnreadableUpdate:
            return None
