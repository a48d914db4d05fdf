"""A small HTTP server of our own, for whoever has something to serve: it starts in one place and ends in order."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from bot.errors import SettingsError

ENDING_SECONDS = 2.0
"""How long requests under way may still take when the server ends."""

IDLE_SECONDS = 75.0
"""How long a connection that nothing comes on is kept."""


@asynccontextmanager
async def serving(application: web.Application, address: str, *, setting: str) -> AsyncIterator[int]:
    """Serve at ``host:port`` until the end of the block; then requests under way have a moment to be answered.

    Gives the port, which is a free one for port 0. Raises ``SettingsError``, which names the ``setting`` that the
    address is from, when nothing can be served there.
    """
    host, _, port = address.rpartition(":")
    runner = web.AppRunner(
        application, access_log=None, shutdown_timeout=ENDING_SECONDS, keepalive_timeout=IDLE_SECONDS
    )
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host.strip("[]") or None, int(port), reuse_address=True).start()
        except (OSError, ValueError, OverflowError) as error:
            raise SettingsError(
                f"Nothing can be served at {address}: {error}. Give {setting} another host:port."
            ) from error
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()
