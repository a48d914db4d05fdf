"""The one Chromium: started when somebody needs it, watched while it runs, closed when it has long been idle."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Playwright, async_playwright

from bot.capture.chromium.folder import sweep
from bot.capture.chromium.guard import CHECK_SECONDS, Guard
from bot.capture.chromium.launch import Running, Sandbox, launch

log = logging.getLogger(__name__)

CLOSE_SECONDS = 5
IDLE_SECONDS = 60.0
# A browser keeps some ten kilobytes of each capture, so it is replaced after so many, once nobody has it.
MAX_CAPTURES = 250


class Engine:
    """At most one browser, for all captures. ``running`` is None until it is needed.

    ``unconfined`` is set once a browser had to be started without the sandbox that it should have had.
    """

    def __init__(
        self,
        executable: Path,
        *,
        sandbox: Sandbox = "auto",
        idle_seconds: float = IDLE_SECONDS,
        is_headed: bool = False,
    ) -> None:
        self._executable = executable
        self._sandbox: Sandbox = sandbox
        self._idle_seconds = idle_seconds
        self._is_headed = is_headed
        self._changing = asyncio.Lock()
        self._captures = 0
        self._served = 0
        self._playwright: Playwright | None = None
        self._watch: asyncio.Task[None] | None = None
        self._idle: asyncio.TimerHandle | None = None
        self._closing: asyncio.Task[None] | None = None
        self.guard = Guard()
        self.unconfined = asyncio.Event()
        self.running: Running | None = None

    async def open(self) -> None:
        """Tidy up after processes that were killed; the browser itself is not started yet."""
        await asyncio.to_thread(sweep)
        if not self.guard.can_see:
            log.warning("Pages that fill the memory can't be ended here: there is no /proc to see them in")

    async def close(self) -> None:
        """End the browser and whatever waits for it to be idle."""
        if self._idle:
            self._idle.cancel()
        if self._closing:
            await self._closing
        async with self._changing:
            await self._stop()

    @asynccontextmanager
    async def occupied(self, proxy_port: int) -> AsyncIterator[Running]:
        """The browser, which is not idle as long as somebody has it. Raises ``BrowserError`` if it can't be started."""
        self._captures += 1
        if self._idle:
            self._idle.cancel()
        try:
            yield await self._started(proxy_port)
        finally:
            self._captures -= 1
            if not self._captures:
                loop = asyncio.get_running_loop()
                self._idle = loop.call_later(self._idle_seconds, self._begin_closing)

    async def discard(self, running: Running) -> None:
        """Give up a browser that takes no page any more, and Playwright's own process, which may be what is gone."""
        async with self._changing:
            if self.running is running:
                await self._stop()

    def _begin_closing(self) -> None:
        self._closing = asyncio.create_task(self._close_if_idle())

    async def _close_if_idle(self) -> None:
        async with self._changing:
            if not self._captures:
                await self._stop()

    async def _started(self, proxy_port: int) -> Running:
        async with self._changing:
            if self.running and (not self.running.chromium.is_connected() or self._is_worn()):
                await self._end()
            if self.running is None:
                self.running = await self._start(proxy_port)
                self._served = 0
            self._served += 1
            return self.running

    def _is_worn(self) -> bool:
        """Whether the browser has served enough, and nobody has it but who asks for it now."""
        return self._served >= MAX_CAPTURES and self._captures == 1

    async def _start(self, proxy_port: int) -> Running:
        if self._playwright is None:
            self._playwright = await async_playwright().start()
        running = await launch(
            self._playwright,
            self._executable,
            proxy_port=proxy_port,
            sandbox=self._sandbox,
            is_headed=self._is_headed,
        )
        if not running.posture.has_sandbox and self._sandbox != "off":
            self.unconfined.set()
        self.guard.forget()
        if self.guard.can_see:
            self._watch = asyncio.create_task(self._check(running.folder.group()))
        return running

    async def _check(self, group: int) -> None:
        has_told = False
        while True:
            again_seconds = CHECK_SECONDS
            try:
                again_seconds = self.guard.check(group, self._captures)
            except Exception:
                if not has_told:
                    log.exception("The memory of the browser could not be looked at")
                has_told = True
            await asyncio.sleep(again_seconds)

    async def _end(self) -> None:
        if self._watch:
            self._watch.cancel()
        if self.running:
            await self.running.close()
        self._watch = self.running = None

    async def _stop(self) -> None:
        await self._end()
        if self._playwright:
            with suppress(TimeoutError, PlaywrightError):
                async with asyncio.timeout(CLOSE_SECONDS):
                    await self._playwright.stop()
            self._playwright = None
