"""Showing in a chat that something is on its way."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from telegram.constants import ChatAction
from telegram.error import TelegramError

from bot.conversation.delivery import Place
from bot.telegram.client import BotClient, understood

log = logging.getLogger(__name__)

AGAIN_SECONDS = 4.5
"""An app shows for five seconds what a bot says that it does."""


@asynccontextmanager
async def busy(bot: BotClient, place: Place, action: ChatAction) -> AsyncIterator[None]:
    """Show that the bot is busy for as long as this takes. Where that can't be shown, it is not."""
    showing = asyncio.create_task(_show(bot, place, action))
    try:
        yield
    finally:
        showing.cancel()
        await asyncio.gather(showing, return_exceptions=True)


async def _show(bot: BotClient, place: Place, action: ChatAction) -> None:
    while True:
        try:
            await bot.send_chat_action(place.chat_id, action, message_thread_id=place.thread_id)
        except TelegramError as error:
            log.debug("no chat action in chat %d: %s", place.chat_id, understood(error))
            return
        await asyncio.sleep(AGAIN_SECONDS)
