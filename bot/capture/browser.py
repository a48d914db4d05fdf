"""Captures in a browser that all of them share. Starting and ending it is next door, in ``engine``."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.resources import files
from pathlib import Path
from typing import Self

from playwright.async_api import BrowserContext
from playwright.async_api import Error as PlaywrightError

from bot.addresses import AddressRule
from bot.capture import failures
from bot.capture.chromium.engine import IDLE_SECONDS, Engine
from bot.capture.chromium.guard import Overfull, too_much
from bot.capture.chromium.launch import Running, Sandbox
from bot.capture.draft import Draft
from bot.capture.egress.outbound import Outbound
from bot.capture.egress.proxy import EgressProxy
from bot.capture.egress.upstream import Upstream
from bot.capture.options import EVERYTHING, Options, Screen
from bot.capture.page import Visit
from bot.capture.result import Capture
from bot.capture.seen import host_of
from bot.capture.setup.provision import find_browser, find_browser_with_window
from bot.capture.timings import CLOSE, Timings
from bot.capture.verdict import Judgement
from bot.errors import BrowserError, RefusedAddress
from bot.settings import Settings
from storage.kinds import Verdict

log = logging.getLogger(__name__)

CLOSE_SECONDS = 5
# The share of the whole time in which an empty page has to be open.
OPENING_SHARE = 0.25
_BEFORE_EVERY_PAGE = files(__package__).joinpath("before.js").read_text(encoding="utf-8")


class Browser:
    """Captures pages with one Chromium. An async context manager; several captures may run at once."""

    def __init__(
        self,
        executable: Path,
        rule: AddressRule,
        *,
        sandbox: Sandbox = "auto",
        timeout_seconds: float = 90.0,
        idle_seconds: float = IDLE_SECONDS,
        upstream: Upstream | None = None,
        is_headed: bool = False,
    ) -> None:
        self._rule = rule
        self._timeout_seconds = timeout_seconds
        self._proxy = EgressProxy(Outbound(rule, upstream=upstream))
        self._stack = AsyncExitStack()
        self._suspects = asyncio.Lock()
        self._engine = Engine(executable, sandbox=sandbox, idle_seconds=idle_seconds, is_headed=is_headed)

    @classmethod
    def from_settings(cls, settings: Settings, rule: AddressRule, *, is_headed: bool = False) -> Self:
        """The first browser that starts here, or that can show itself; raises ``BrowserError`` or ``SettingsError``."""
        found = (
            find_browser_with_window(settings.chromium_path)
            if is_headed
            else find_browser(settings.chromium_path)
        )
        if found is None:
            raise BrowserError("There is no browser to capture pages with. Type: tagshot setup")
        return cls(
            found.path,
            rule,
            sandbox=settings.chromium_sandbox,
            timeout_seconds=settings.capture_timeout_seconds,
            upstream=Upstream.parse(settings.egress_proxy) if settings.egress_proxy else None,
            is_headed=is_headed,
        )

    @property
    def unconfined(self) -> asyncio.Event:
        """Set once Chromium had to be started without the sandbox that it should have had."""
        return self._engine.unconfined

    async def __aenter__(self) -> Self:
        await self._stack.enter_async_context(self._proxy)
        await self._engine.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._engine.close()
        await self._stack.aclose()

    async def capture(self, url: str, options: Options = EVERYTHING) -> Capture:
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
        for is_suspect in (False, True):
            draft = Draft(url, draft.timings)
            try:
                await self._try(href, draft, options, deadline, is_suspect=is_suspect)
            except Overfull:
                draft.judgement = too_much(host)
            except failures.BrowserGone as error:
                log.info("The browser or a page's process ended in mid-capture: %s", error)
                continue
            except TimeoutError:
                draft.problems.append("The page left no time for the rest.")
            return draft.finish(failures.never_done(host))
        if draft.judgement:
            draft.problems.append("The browser broke down over the rest.")
        return draft.finish(failures.crashed(host))

    async def _try(
        self, href: str, draft: Draft, options: Options, deadline: float, *, is_suspect: bool
    ) -> None:
        """One try. Captures that were there when the browser ended are tried one after another, to find the culprit.

        Raises ``BrowserGone``, ``Overfull``, ``TimeoutError`` or ``BrowserError``.
        """
        async with AsyncExitStack() as stack:
            if is_suspect:
                async with asyncio.timeout_at(deadline):
                    await stack.enter_async_context(self._suspects)
            with draft.timings.step("browser"):
                running = await stack.enter_async_context(self._engine.occupied(self._proxy.port))
            try:
                await self._visit(running, href, draft, options, deadline)
            except failures.BrowserGone as error:
                if await self._engine.guard.takes_blame(running.chromium.is_connected):
                    raise Overfull from error
                raise

    async def _visit(
        self, running: Running, href: str, draft: Draft, options: Options, deadline: float
    ) -> None:
        passage = self._proxy.admit()
        context: BrowserContext | None = None
        try:
            async with asyncio.timeout_at(deadline):
                async with self._opening():
                    context = await self._context(running, options.screen)
                    visit = await Visit.begin(
                        href, context, passage, draft, options, seconds=self._timeout_seconds
                    )
                await _run(visit)
        except (PlaywrightError, failures.BrowserGone) as error:
            if context is None:
                await self._engine.discard(running)
            raise failures.BrowserGone(failures.gist(error)) from error
        finally:
            self._proxy.dismiss(passage)
            if context:
                with draft.timings.step(CLOSE):
                    await self._close(context, running)

    @asynccontextmanager
    async def _opening(self) -> AsyncIterator[None]:
        """Open an empty page; one that never comes, because its process was ended, is no fault of what is to be shown.

        Raises ``BrowserGone``.
        """
        try:
            async with asyncio.timeout(self._timeout_seconds * OPENING_SHARE) as limit:
                yield
        except TimeoutError as error:
            if not limit.expired():
                raise
            raise failures.BrowserGone("An empty page did not open") from error

    async def _context(self, running: Running, screen: Screen) -> BrowserContext:
        context = await running.chromium.new_context(
            viewport={"width": screen.width, "height": screen.height},
            device_scale_factor=screen.scale,
            is_mobile=screen.is_phone,
            has_touch=screen.is_phone,
            user_agent=running.user_agent(screen),
            service_workers="block",
        )
        await context.add_init_script(_BEFORE_EVERY_PAGE)
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


async def _run(visit: Visit) -> None:
    """Run a visit, and end it with its page's process: a screenshot under way would wait for ever."""
    crash: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    visit.page.once("crash", lambda _: crash.set_result(None))
    run = asyncio.create_task(visit.run())
    try:
        done, _ = await asyncio.wait({run, crash}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        run.cancel()
        await asyncio.gather(run, return_exceptions=True)
    if run not in done:
        raise failures.BrowserGone("Page crashed")
    run.result()
