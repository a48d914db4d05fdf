"""Webhooks: Telegram delivers each update to us, and is answered once it is committed. ``poller`` is the other way."""

import asyncio
import hashlib
import hmac
import json
import logging
from http import HTTPStatus

from aiohttp import web
from telegram import WebhookInfo

from bot.errors import FrontEndError, SettingsError, StorageError
from bot.telegram.client import BotClient, ask
from bot.telegram.intake import Intake
from bot.telegram.updates import WANTED
from bot.web import serving

log = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - its name
LARGEST_BYTES = 4 * 2**20
"""Far more than an update has: the queue in Telegram's server takes none over 512 KiB (its TQueue.cpp)."""

READ_SECONDS = 10.0
CONNECTIONS = 32
AT_ONCE = 2 * CONNECTIONS
"""More requests at the same time than Telegram was asked to make are not Telegram's."""

LOOK_EVERY_SECONDS = 300.0


def webhook_secret(token: str) -> str:
    """What Telegram shows us with each update: always the same for a token, and it does not give the token away."""
    return hmac.new(token.encode(), b"tagshot webhook", hashlib.sha256).hexdigest()


class Webhook:
    """Has Telegram deliver to ``url``, which has to lead to ``address``, where we listen."""

    def __init__(self, bot: BotClient, intake: Intake, url: str, address: str) -> None:
        self._bot = bot
        self._intake = intake
        self._url = url
        self._address = address
        self._secret = webhook_secret(bot.token)
        self._under_way = 0
        self._last_trouble_at = 0.0

    async def run(self) -> None:
        """Receive until cancelled, then let what was received come to an end.

        Raises ``SettingsError``, perhaps in an exception group, when Telegram or this host refuses the address.
        """
        application = web.Application(client_max_size=LARGEST_BYTES)
        application.router.add_post("/{path:.*}", self._received)
        async with (
            self._intake.opened(),
            serving(application, self._address, setting="TELEGRAM_WEBHOOK_ADDRESS"),
        ):
            await self._set()
            log.info("Telegram delivers to TELEGRAM_WEBHOOK_URL; it is received at %s", self._address)
            while True:
                await asyncio.sleep(LOOK_EVERY_SECONDS)
                await self._look(await ask(self._bot.get_webhook_info))

    async def _received(self, request: web.Request) -> web.Response:
        """Answer a delivery: 200 means that it is committed, and Telegram forgets it. Anything else comes again.

        What will never be taken is answered with 200 too: for a day it would come again, and the rest of its chat wait.
        """
        given = request.headers.get(SECRET_HEADER, "").encode(errors="surrogateescape")
        if not hmac.compare_digest(given, self._secret.encode()):
            return _answer(HTTPStatus.UNAUTHORIZED)
        if self._under_way >= AT_ONCE:
            return _answer(HTTPStatus.SERVICE_UNAVAILABLE)
        self._under_way += 1
        try:
            async with asyncio.timeout(READ_SECONDS):
                body = await request.read()
            await self._intake.take(_updates(body))
        except web.HTTPRequestEntityTooLarge:
            log.error("Telegram has delivered more than %s bytes at once. It is left out.", LARGEST_BYTES)
        except TimeoutError:
            return _answer(HTTPStatus.REQUEST_TIMEOUT)
        except StorageError as error:
            log.warning("%s Telegram is asked to deliver again.", error)
            return _answer(HTTPStatus.SERVICE_UNAVAILABLE)
        finally:
            self._under_way -= 1
        return _answer(HTTPStatus.OK)

    async def _set(self) -> None:
        try:
            await ask(
                lambda: self._bot.set_webhook(
                    self._url,
                    secret_token=self._secret,
                    allowed_updates=WANTED,
                    max_connections=CONNECTIONS,
                )
            )
        except FrontEndError as error:
            raise SettingsError(f"Telegram can't deliver to TELEGRAM_WEBHOOK_URL. {error}") from None

    async def _look(self, there: WebhookInfo) -> None:
        """Say what keeps Telegram from delivering. What nobody else fetches is delivered here again."""
        if there.url != self._url:
            log.error(
                "Another program receives this bot's messages with the same token, not this one. Stop one of the two."
            )
            if not there.url and there.pending_update_count:
                log.warning("What waits at Telegram is fetched by nobody, so it is delivered here again.")
                await self._set()
            return
        trouble_at = there.last_error_date.timestamp() if there.last_error_date else 0.0
        if trouble_at > self._last_trouble_at:
            self._last_trouble_at = trouble_at
            log.warning("Telegram could not deliver to TELEGRAM_WEBHOOK_URL: %s", there.last_error_message)
        else:
            self._intake.could_take()


def _updates(body: bytes) -> list[object]:
    """The one update of a delivery, or nothing where that is no JSON."""
    try:
        return [json.loads(body)]
    except (ValueError, RecursionError):
        log.error("Telegram has delivered something that is no JSON. It is left out.")
        return []


def _answer(status: HTTPStatus) -> web.Response:
    """An answer without a body: Telegram would take one for a call of its API."""
    return web.Response(status=status)
