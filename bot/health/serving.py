"""/healthz and /metrics at HEALTH_ADDRESS: how the bot stands, and nothing of what is kept, to anybody who asks."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from http import HTTPStatus

from aiohttp import web
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from bot import __version__
from bot.errors import StorageError
from bot.health.gathering import free_bytes
from bot.health.metrics import Metrics
from bot.settings import Settings
from bot.web import serving
from storage.database import Database
from storage.standing import standing

SILENT_SECONDS = 120
"""A poll takes up to a minute; after two nothing has been heard of Telegram."""
UNDELIVERED_SECONDS = 720
"""Where Telegram delivers, it is asked every five minutes whether it can, if it has nothing to deliver."""
ANSWER_SECONDS = 3


class Health:
    """Looks at the bot when it is asked: whether Telegram answers, the database does, and every worker is alive."""

    def __init__(
        self, settings: Settings, database: Database, metrics: Metrics, workers: Sequence[asyncio.Task[None]]
    ) -> None:
        self._settings = settings
        self._database = database
        self._metrics = metrics
        self._workers = workers

    async def run(self, address: str) -> None:
        """Serve at ``host:port`` until cancelled. Raises ``SettingsError`` when that can't be."""
        async with serving(self.application(), address, setting="HEALTH_ADDRESS"):
            await asyncio.Event().wait()

    def application(self) -> web.Application:
        """What is served."""
        application = web.Application()
        application.router.add_get("/healthz", self._healthz)
        application.router.add_get("/metrics", self._shown)
        return application

    async def troubles(self) -> dict[str, str]:
        """What is wrong, with the part that it is wrong with."""
        found = {"database": await self._of_database()}
        is_polled, silent = self._settings.telegram_webhook_url is None, self._metrics.silent_seconds()
        if silent > (SILENT_SECONDS if is_polled else UNDELIVERED_SECONDS):
            found["telegram"] = f"Telegram could give us nothing for {silent:.0f} seconds; the log says why."
        if ended := sum(worker.done() for worker in self._workers):
            found["workers"] = f"{ended} of {len(self._workers)} workers have ended."
        return {part: sentence for part, sentence in found.items() if sentence}

    async def _of_database(self) -> str:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await self._database.is_current()
        except TimeoutError:
            return f"The database did not answer within {ANSWER_SECONDS} seconds."
        except StorageError as error:
            return str(error)
        return ""

    async def _healthz(self, _: web.Request) -> web.Response:
        troubles = await self.troubles()
        status = HTTPStatus.SERVICE_UNAVAILABLE if troubles else HTTPStatus.OK
        answer = {"status": "trouble" if troubles else "ok", "version": __version__, "reasons": troubles}
        return web.json_response(answer, status=status)

    async def _shown(self, _: web.Request) -> web.Response:
        try:
            stands = await standing(self._database)
        except StorageError as error:
            return web.Response(text=str(error), status=HTTPStatus.SERVICE_UNAVAILABLE)
        oldest = stands.oldest_waiting_at
        waited = (datetime.now(UTC) - oldest).total_seconds() if oldest else 0
        free = await asyncio.to_thread(free_bytes, self._settings.data_dir)
        body = self._metrics.shown(stands, max(0, waited), free)
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4})
