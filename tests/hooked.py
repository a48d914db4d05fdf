"""What the tests of webhooks share: the receiving half of the bot with a webhook, and deliveries to it."""

import io
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

import aiohttp

from bot.settings import Settings
from bot.telegram.webhook import SECRET_HEADER, webhook_secret
from storage.database import Database
from storage.inbox import Inbox, Received
from tests.conftest import OWNER, free_port
from tests.fakes.receiving import Handle, Receiving, ignore, receiving
from tests.fakes.telegram.double import BotApiDouble


def by_webhook(settings: Settings) -> Settings:
    """The same settings, with a webhook at a free port."""
    address = f"127.0.0.1:{free_port()}"
    changes = {"telegram_webhook_url": f"http://{address}/hook", "telegram_webhook_address": address}
    return settings.model_copy(update=changes)


class Troubled(Inbox):
    """An inbox whose ``put`` first does something else, as often as is told."""

    def __init__(self, database: Database, trouble: Callable[[], Awaitable[None]], times: int = 1) -> None:
        super().__init__(database)
        self._trouble, self._times = trouble, times

    async def put(self, updates: Sequence[Received]) -> None:
        if self._times:
            self._times -= 1
            await self._trouble()
        await super().put(updates)


@asynccontextmanager
async def delivered(
    settings: Settings,
    database: Database,
    telegram: BotApiDouble,
    handle: Handle = ignore,
    inbox: Inbox | None = None,
) -> AsyncIterator[Receiving]:
    async with receiving(settings, database, handle, inbox=inbox) as parts:
        await telegram.until(lambda: telegram.world.hook or parts.task.done())
        yield parts


async def post(settings: Settings, telegram: BotApiDouble, body: bytes, secret: str | None = None) -> int:
    headers = {SECRET_HEADER: webhook_secret(telegram.token) if secret is None else secret}
    url = settings.telegram_webhook_url or ""
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=io.BytesIO(body), headers=headers) as response,
    ):
        assert await response.read() == b""
        return response.status


def update(update_id: int, text: str = "hello") -> bytes:
    chat = {"id": OWNER, "type": "private"}
    return json.dumps(
        {"update_id": update_id, "message": {"message_id": 1, "date": 0, "chat": chat, "text": text}}
    ).encode()
