"""The connection to Telegram: how the bot object is made, and how its errors are understood."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)
from telegram.ext import AIORateLimiter, ExtBot
from telegram.request import HTTPXRequest

from bot.errors import ChatGone, FrontEndError, MessageGone, SettingsError
from bot.settings import Settings

log = logging.getLogger(__name__)
T = TypeVar("T")

BotClient = ExtBot[int]

POLL_SECONDS = 50
FIRST_WAIT_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 30.0
_MESSAGE_GONE = (
    "message to edit not found",
    "message can't be edited",
    "message to be replied not found",
    "message_id_invalid",
    "there is no text in the message to edit",
)
_CHAT_GONE = ("chat not found", "peer_id_invalid", "not enough rights", "have no rights", "topic_closed")


def open_bot(settings: Settings) -> BotClient:
    """The bot for the token in the settings; nothing is asked yet. Raises ``SettingsError``."""
    if settings.telegram_bot_token is None:
        raise SettingsError(
            "TELEGRAM_BOT_TOKEN is not set. Get a token from @BotFather and put it into .env."
        )
    try:
        return ExtBot(
            settings.telegram_bot_token.get_secret_value(),
            base_url=f"{settings.telegram_api_url.rstrip('/')}/bot",
            base_file_url=f"{settings.telegram_api_url.rstrip('/')}/file/bot",
            request=_request(settings, connections=32),
            get_updates_request=poll_request(settings),
            rate_limiter=AIORateLimiter(),
        )
    except InvalidToken:
        raise SettingsError(
            "TELEGRAM_BOT_TOKEN does not look like a token: 123456:ABC…, as @BotFather gives it."
        ) from None


def poll_request(settings: Settings) -> HTTPXRequest:
    """The one connection that waits for updates."""
    return _request(settings, connections=1, read_timeout=POLL_SECONDS + 10)


def _request(settings: Settings, *, connections: int, read_timeout: float = 30) -> HTTPXRequest:
    # trust_env: the settings alone say which proxy is used, not HTTP_PROXY.
    return HTTPXRequest(
        connection_pool_size=connections,
        proxy=settings.telegram_proxy,
        connect_timeout=10,
        read_timeout=read_timeout,
        write_timeout=30,
        media_write_timeout=180,
        pool_timeout=30,
        httpx_kwargs={"trust_env": False},
    )


async def ask(call: Callable[[], Awaitable[T]]) -> T:
    """Make a call until Telegram has answered it: waits out lost connections and too many requests.

    Raises ``FrontEndError`` for what Telegram refuses for good. A call whose answer was lost is made again,
    so a new message can come twice; an edit can't.
    """
    wait = FIRST_WAIT_SECONDS
    while True:
        try:
            return await call()
        except RetryAfter as error:
            pause = seconds(error)
        except NetworkError as error:
            if isinstance(error, BadRequest) or "(413)" in str(error):
                raise understood(error) from None
            pause = wait
            wait = min(wait * 2, LONGEST_WAIT_SECONDS)
        except TelegramError as error:
            raise understood(error) from None
        log.info("Telegram does not answer or asks for patience; again in %.1f s", pause)
        await asyncio.sleep(pause)


def understood(error: TelegramError) -> FrontEndError | SettingsError:
    """A final error of Telegram's as ours."""
    words = str(error).lower()
    if isinstance(error, InvalidToken):
        return SettingsError("Telegram does not know this TELEGRAM_BOT_TOKEN. Compare it with @BotFather's.")
    if isinstance(error, Forbidden | ChatMigrated) or any(each in words for each in _CHAT_GONE):
        return ChatGone(f"Nothing can be said in this chat: {error}.")
    if any(each in words for each in _MESSAGE_GONE):
        return MessageGone(f"The message is not there any more: {error}.")
    if isinstance(error, Conflict):
        return FrontEndError(
            "Another program receives this bot's messages with the same token. Stop one of the two."
        )
    if isinstance(error, NetworkError) and not isinstance(error, BadRequest):
        return FrontEndError("Telegram can't be reached.")
    return FrontEndError(f"Telegram refused: {error}.")


def seconds(error: RetryAfter) -> float:
    """How long Telegram asks to wait."""
    after = error.retry_after
    return float(after) if isinstance(after, int | float) else after.total_seconds()
