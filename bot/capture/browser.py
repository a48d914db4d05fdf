"""The browser: started when it is needed, shared by all captures, started again when it is gone."""

import asyncio
import logging
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import Self

from playwright.async_api import BrowserContext, Playwright, async_playwright
from playwright.async_api import Error as PlaywrightError

from bot.addresses import AddressRule
from bot.capture import failures
from bot.capture.draft import Draft
from bot.capture.egress.outbound import Outbound
from bot.capture.egress.proxy import EgressProxy
from bot.capture.egress.upstream import Upstream
from bot.capture.files import VIEWPORT_HEIGHT, VIEWPORT_WIDTH
from bot.capture.launch import Running, Sandbox, launch
from bot.capture.page import Visit
from bot.capture.result import Capture
from bot.capture.setup.provision import find_browser
from bot.capture.timings import Timings
from bot.capture.verdict import Judgement, host_of
from bot.errors import BrowserError, RefusedAddress
from bot.settings import Settings
from storage.models import Verdict

log = logging.getLogger(__name__)

CLOSE_SECONDS = 5
TRIES = 2
# The proxy sees every request but those of WebRTC; the flags forbid those, this hides the door as well.
_NO_WEBRTC = "delete globalThis.RTCPeerConnection; delete globalThis.webkitRTCPeerConnection;"


class Browser:
    """Captures pages with one Chromium. An async context manager; several captures may run at once."""

    def __init__(
        self,
        executable: Path,
        rule: AddressRule,
        *,
        sandbox: Sandbox = "auto",
        timeout_seconds: float = 90.0,
        upstream: Upstream | None = None,
    ) -> None:
        self._executable = executable
        self._rule = rule
        self._sandbox: Sandbox = sandbox
        self._timeout_seconds = timeout_seconds
        self._proxy = EgressProxy(Outbound(rule, upstream=upstream))
        self._stack = AsyncExitStack()
        self._starting = asyncio.Lock()
        self._playwright: Playwright | None = None
        self._running: Running | None = None

    @classmethod
    def from_settings(cls, settings: Settings, rule: AddressRule) -> Self:
        """The first browser that starts here; raises ``BrowserError`` or ``SettingsError``."""
        found = find_browser(settings.chromium_path)
        if found is None:
            raise BrowserError("There is no browser to capture pages with. Type: tagshot setup")
        return cls(
            found.path,
            rule,
            sandbox=settings.chromium_sandbox,
            timeout_seconds=settings.capture_timeout_seconds,
            upstream=Upstream.parse(settings.egress_proxy) if settings.egress_proxy else None,
        )

    async def __aenter__(self) -> Self:
        await self._stack.enter_async_context(self._proxy)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stop()
        await self._stack.aclose()

    async def capture(self, url: str) -> Capture:
        """Capture ``url``; whatever the page does, a ``Capture`` comes of it within the time limit.

        Raises ``BrowserError`` if no browser can be started.
        """
        draft = Draft(url, Timings())
        try:
            href = self._rule.check_url(url)
        except RefusedAddress as error:
            return draft.finish(Judgement(Verdict.REFUSED, str(error)))
        host = host_of(href)
        deadline = asyncio.get_running_loop().time() + self._timeout_seconds
        for _ in range(TRIES):
            draft = Draft(url, draft.timings)
            try:
                await self._visit(href, draft, deadline)
            except failures.BrowserGone as error:
                log.info("The browser or a page's process ended in mid-capture: %s", error)
                continue
            except TimeoutError:
                draft.problems.append("The page left no time for the rest.")
            return draft.finish(failures.never_done(host))
        return draft.finish(failures.crashed(host))

    async def _visit(self, href: str, draft: Draft, deadline: float) -> None:
        """One try, in a context of its own. Raises ``BrowserGone``, ``TimeoutError`` or ``BrowserError``."""
        with draft.timings.step("browser"):
            running = await self._started()
        passage = self._proxy.admit()
        context: BrowserContext | None = None
        try:
            async with asyncio.timeout_at(deadline):
                context = await self._context(running)
                visit = await Visit.begin(href, context, passage, draft, seconds=self._timeout_seconds)
                await visit.run()
        except PlaywrightError as error:
            if context is None:
                await self._discard(running)
            raise failures.BrowserGone(failures.gist(error)) from error
        finally:
            self._proxy.dismiss(passage)
            if context:
                with draft.timings.step("close"):
                    await self._close(context, running)

    async def _context(self, running: Running) -> BrowserContext:
        context = await running.chromium.new_context(
            viewport={"width": VIEWPORT_WIDTH, "height": VIEWPORT_HEIGHT},
            user_agent=running.user_agent,
            service_workers="block",
        )
        await context.add_init_script(_NO_WEBRTC)
        return context

    async def _close(self, context: BrowserContext, running: Running) -> None:
        """Close a context; a browser that can't even do that is ended."""
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await context.close()
        except TimeoutError:
            log.warning("A page could not be closed, so the browser is started anew")
            await running.close()
        except PlaywrightError:
            log.debug("The browser was gone before a page was closed")

    async def _started(self) -> Running:
        async with self._starting:
            if self._running and not self._running.chromium.is_connected():
                await self._running.close()
                self._running = None
            if self._running is None:
                self._running = await self._start()
            return self._running

    async def _discard(self, running: Running) -> None:
        """Give up a browser that takes no page any more, and Playwright's own process, which may be what is gone."""
        async with self._starting:
            if self._running is running:
                await self._stop()

    async def _start(self) -> Running:
        if self._playwright is None:
            self._playwright = await async_playwright().start()
        return await launch(
            self._playwright, self._executable, proxy_port=self._proxy.port, sandbox=self._sandbox
        )

    async def _stop(self) -> None:
        if self._running:
            await self._running.close()
            self._running = None
        if self._playwright:
            with suppress(TimeoutError, PlaywrightError):
                async with asyncio.timeout(CLOSE_SECONDS):
                    await self._playwright.stop()
            self._playwright = None
