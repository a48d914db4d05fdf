"""What a page has under way: its requests, the document that it shows now, and when it has come to rest."""

import asyncio
from time import monotonic

from playwright.async_api import Download, Page, Request, Response

from bot.capture.failures import BrowserGone

QUIET_SECONDS = 0.5
STALE_SECONDS = 3.0
# Requests that last as long as the page does.
_ENDLESS = frozenset({"websocket", "eventsource", "media", "ping"})


class Traffic:
    """Follows a page from before it goes anywhere.

    ``navigation`` is the latest request for the page itself and ``response`` the latest answer to one.
    """

    def __init__(self, page: Page) -> None:
        self._page = page
        self._active: dict[Request, float] = {}
        self._changed_at = monotonic()
        self._changed = asyncio.Event()
        self._is_gone = False
        self.navigation: Request | None = None
        self.response: Response | None = None
        self.download: asyncio.Future[Download] = asyncio.get_running_loop().create_future()
        page.on("request", self._on_request)
        page.on("response", self._on_response)
        page.on("requestfinished", self._on_end)
        page.on("requestfailed", self._on_end)
        page.on("download", self._on_download)
        page.on("crash", self._on_gone)
        page.on("close", self._on_gone)

    async def quiet(self, *, within_seconds: float) -> bool:
        """Wait until nothing has been under way for half a second; False when that did not come in time.

        A request that has lasted three seconds counts as one that never ends. Raises ``BrowserGone``.
        """
        try:
            async with asyncio.timeout(within_seconds):
                while (wait := self._until_quiet(monotonic())) > 0:
                    self._changed.clear()
                    await self._change(wait)
                    if self._is_gone:
                        raise BrowserGone("Target crashed while it was waited for")
        except TimeoutError:
            return False
        return True

    def _until_quiet(self, now: float) -> float:
        """Seconds until the page can be called quiet if nothing happens, 0 if it is."""
        stale_at = [started_at + STALE_SECONDS for started_at in self._active.values()]
        return max([self._changed_at, *stale_at]) + QUIET_SECONDS - now

    async def _change(self, wait_seconds: float) -> None:
        try:
            async with asyncio.timeout(wait_seconds):
                await self._changed.wait()
        except TimeoutError:
            return

    def _on_request(self, request: Request) -> None:
        if self._is_of_page(request):
            self.navigation = request
        if request.resource_type not in _ENDLESS:
            self._active[request] = monotonic()
            self._touch()

    def _on_response(self, response: Response) -> None:
        if self._is_of_page(response.request):
            self.response = response

    def _is_of_page(self, request: Request) -> bool:
        return request.is_navigation_request() and request.frame == self._page.main_frame

    def _on_end(self, request: Request) -> None:
        if self._active.pop(request, None) is not None:
            self._touch()

    def _on_download(self, download: Download) -> None:
        if not self.download.done():
            self.download.set_result(download)

    def _on_gone(self, _: Page) -> None:
        self._is_gone = True
        self._changed.set()

    def _touch(self) -> None:
        self._changed_at = monotonic()
        self._changed.set()
