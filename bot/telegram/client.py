"""The connection to Telegram: how the bot object is made, and how its errors are understood."""

import asyncio
import logging
import os
import ssl
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from functools import cache
from typing import Any, TypeVar

import httpx
from telegram import Document, PhotoSize
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

from bot.errors import ChatGone, ChatMoved, FrontEndError, MessageGone, SettingsError
from bot.settings import Settings, looks_like_token

log = logging.getLogger(__name__)
T = TypeVar("T")

# The library's opt-in to what its next version does; without it every 429 warns of a deprecation.
os.environ["PTB_TIMEDELTA"] = "true"

BotClient = ExtBot[int]
Called = Callable[[str, str], None]

POLL_SECONDS = 50
ANSWER_SECONDS = 30.0
FIRST_WAIT_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 30.0
DOWNLOAD_TRIES = 6
_MESSAGE_GONE = (
    "message to edit not found",
    "message can't be edited",
    "message to be replied not found",
    "message_id_invalid",
)
_NO_TEXT = ("there is no text in the message to edit",)
_CHAT_GONE = (
    "chat not found",
    "peer_id_invalid",
    "not enough rights",
    "have no rights",
    "need administrator rights",
    "chat_write_forbidden",
    "chat_restricted",
    "channel_private",
    "topic_closed",
    "topic_deleted",
    "message thread not found",
)
_TOO_LARGE = ("(413)", "too large", "too big")


class FileTooLarge(FrontEndError):  # noqa: N818 - named like its siblings
    """Telegram does not take a file of this size."""


class NoText(MessageGone):
    """The message is a picture or a file: it has a caption and no text."""


class Pace(AIORateLimiter):
    """Telegram's limits on new messages: 30 a second, and 20 a minute to one group. Nothing else is held up.

    ``called`` is told how each call has ended: its method, and ``ok`` or the name of the error.
    """

    def __init__(self, called: Called, **rates: Any) -> None:
        super().__init__(**rates)
        self._called = called

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> Any:
        """Make the call in its time. The limiter looks for the chat in ``data``; the call has it in ``args``."""
        counted = data if endpoint.startswith("send") else {}
        try:
            result = await super().process_request(callback, args, kwargs, endpoint, counted, rate_limit_args)
        except TelegramError as error:
            self._called(endpoint, type(error).__name__)
            raise
        self._called(endpoint, "ok")
        return result


def open_bot(settings: Settings, called: Called = lambda _method, _outcome: None) -> BotClient:
    """The bot for the token in the settings; nothing is asked yet. Raises ``SettingsError``.

    ``called`` hears of every call.
    """
    if settings.telegram_bot_token is None:
        raise SettingsError(
            "TELEGRAM_BOT_TOKEN is not set. Get a token from @BotFather and put it into .env."
        )
    token = settings.telegram_bot_token.get_secret_value()
    if not looks_like_token(token):
        raise SettingsError(
            "TELEGRAM_BOT_TOKEN does not look like a token: 123456:ABC…, as @BotFather gives it."
        )
    return ExtBot(
        token,
        base_url=f"{settings.telegram_api_url}/bot",
        base_file_url=f"{settings.telegram_api_url}/file/bot",
        request=_request(settings, connections=32),
        get_updates_request=poll_request(settings),
        rate_limiter=Pace(called),
    )


def poll_request(settings: Settings) -> HTTPXRequest:
    """The one connection that waits for updates."""
    return _request(settings, connections=1, read_timeout=POLL_SECONDS + 10)


def _request(settings: Settings, *, connections: int, read_timeout: float | None = None) -> HTTPXRequest:
    # trust_env: the settings alone say which proxy is used, not HTTP_PROXY.
    return HTTPXRequest(
        connection_pool_size=connections,
        proxy=settings.telegram_proxy,
        connect_timeout=10,
        read_timeout=read_timeout or ANSWER_SECONDS,
        write_timeout=30,
        media_write_timeout=180,
        pool_timeout=30,
        httpx_kwargs={"trust_env": False, "verify": _trusted()},
    )


@cache
def _trusted() -> ssl.SSLContext:
    """The certificates that all connections trust; each would else take its time to read them."""
    return httpx.create_ssl_context(trust_env=False)


async def ask(call: Callable[[], Awaitable[T]]) -> T:
    """Make a call until Telegram has answered it: waits out lost connections and too many requests.

    Raises ``FrontEndError`` for what Telegram refuses for good, ``SettingsError`` for a wrong token. A call
    whose answer was lost is made again, so a new message can come twice; an edit can't.
    """
    waits = growing_waits()
    while True:
        try:
            return await call()
        except TelegramError as error:
            trouble = understood(error)
            if not _may_pass(error):
                raise trouble from None
            wait = wait_after(error, waits)
        log.info("%s Asking again in %.1f s.", trouble, wait)
        await asyncio.sleep(wait)


def growing_waits() -> Iterator[float]:
    """Seconds to wait after each failure in a row."""
    wait = FIRST_WAIT_SECONDS
    while True:
        yield wait
        wait = min(wait * 2, LONGEST_WAIT_SECONDS)


def wait_after(error: TelegramError, waits: Iterator[float]) -> float:
    """Seconds to wait after this failure: what Telegram asks for, else the next of ``waits``."""
    if not isinstance(error, RetryAfter):
        return next(waits)
    after = error.retry_after
    return float(after) if isinstance(after, int | float) else after.total_seconds()


def _may_pass(error: TelegramError) -> bool:
    """Whether the same call may succeed later. The library calls a mistake in what we send a network error."""
    if isinstance(error, NetworkError):
        is_ours = isinstance(error.__cause__, ValueError | TypeError)
        return not (isinstance(error, BadRequest) or is_ours or _has(error, _TOO_LARGE))
    # The bare class stands for an answer that is no JSON.
    return isinstance(error, RetryAfter) or type(error) is TelegramError


def understood(error: TelegramError) -> FrontEndError | SettingsError:
    """An error of Telegram's as ours."""
    if isinstance(error, InvalidToken):
        return SettingsError(
            "Telegram does not know this TELEGRAM_BOT_TOKEN. Compare it with @BotFather's; "
            "with a Bot API server of your own, see TELEGRAM_API_URL too."
        )
    if isinstance(error, Conflict):
        return FrontEndError(
            "Another program receives this bot's messages with the same token. Stop one of the two."
        )
    if isinstance(error, RetryAfter):
        return FrontEndError("Telegram asks for patience.")
    if isinstance(error, ChatMigrated):
        return ChatMoved(error.new_chat_id)
    if isinstance(error, Forbidden) or _has(error, _CHAT_GONE):
        return ChatGone(f"Nothing can be said in this chat: {error}.")
    if _has(error, _NO_TEXT):
        return NoText("The message has no text that could be changed.")
    if _has(error, _MESSAGE_GONE):
        return MessageGone(f"The message is not there any more: {error}.")
    if _has(error, _TOO_LARGE):
        return FileTooLarge("The file is too large for Telegram.")
    if _may_pass(error):
        return FrontEndError(f"Telegram can't be reached: {_reason(error)}.")
    return FrontEndError(f"Telegram refused: {_reason(error)}.")


def _has(error: TelegramError, phrases: tuple[str, ...]) -> bool:
    """Whether one of these is in Telegram's words; the library changes their capitals."""
    words = str(error).lower()
    return any(phrase in words for phrase in phrases)


def _reason(error: TelegramError) -> str:
    """Telegram's or the network's words, without the page that a proxy sent instead of an answer."""
    return str(error).partition(". Parsing the server response")[0].removeprefix("httpx.").rstrip(". :")


async def downloaded(file: PhotoSize | Document) -> bytes:
    """The content of a file that a person sent. Raises ``FrontEndError``: a bot gets no more than 20 MB.

    An outage is waited out, but a file that can't be had while Telegram answers is given up: its chat waits meanwhile.
    Where files come from, 404 says that the file is gone, and nothing of the token.
    """
    waits = growing_waits()
    trouble = ""
    for _ in range(DOWNLOAD_TRIES):
        there = await ask(file.get_file)
        try:
            return bytes(await there.download_as_bytearray())
        except TelegramError as error:
            trouble, wait = _reason(error), wait_after(error, waits)
        except OSError as error:  # a Bot API server of one's own may name a file on this machine
            trouble, wait = error.strerror or type(error).__name__, next(waits)
        log.info("A file could not be loaded: %s. Asking again in %.1f s.", trouble, wait)
        await asyncio.sleep(wait)
    raise FrontEndError(f"Telegram does not give the file: {trouble}.")
