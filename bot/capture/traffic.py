"""What a page has under way: its requests, its live connections, and the document that it shows now."""

import asyncio
from time import monotonic

from playwright.async_api import Download, Page, Request, Response, WebSocket, Worker

from bot.capture.failures import BrowserGone
from bot.capture.files.received import Received

STALE_SECONDS = 3.0
# Requests that last as long as the page does, or that it doesn't wait for itself.
_ENDLESS = frozenset({"eventsource", "media", "ping", "websocket"})


class Traffic:
    """Follows a page from before it goes anywhere.

    ``navigation`` is the latest request for the page itself, ``response`` the latest answer to one, ``received`` are
    all answers, and ``changes`` counts the requests that have begun and ended.
    """

    def __init__(self, page: Page) -> None:
        self._page = page
        self._active: dict[Request, float] = {}
        self._endless: set[Request] = set()
        self._live = 0
        self._changed_at = monotonic()
        self._changed = asyncio.Event()
        self._is_gone = False
        self.changes = 0
        self.navigation: Request | None = None
        self.response: Response | None = None
        self.received = Received()
        self.download: asyncio.Future[Download] = asyncio.get_running_loop().create_future()
        page.on("request", self._on_request)
        page.on("response", self._on_response)
        page.on("requestfinished", self._on_end)
        page.on("requestfailed", self._on_end)
        page.on("websocket", self._on_live)
        page.on("worker", self._on_live)
        page.on("download", self._on_download)
        page.on("crash", self._on_gone)
        page.on("close", self._on_gone)

    @property
    def is_live(self) -> bool:
        """Whether something may come in at any time that was not asked for just then."""
        return self._live > 0 or any(request.resource_type == "eventsource" for request in self._endless)

    def silent_seconds(self) -> float:
        """How long ago a request began, ended, or came to count as one that never ends."""
        stale_at = [started_at + STALE_SECONDS for started_at in self._active.values()]
        return monotonic() - max([self._changed_at, *stale_at])

    async def answered(self) -> None:
        """Wait until nothing is under way but what never ends: a request of three seconds counts as such.

        Raises ``BrowserGone``.
        """
        while self._active:
            wait = max(self._active.values()) + STALE_SECONDS - monotonic()
            if wait <= 0:
                return
            await self.change(within_seconds=wait)

    async def change(self, *, within_seconds: float) -> None:
        """Wait until a request begins or ends, but not longer than this. Raises ``BrowserGone``."""
        self._changed.clear()
        if not self._is_gone:
            try:
                async with asyncio.timeout(within_seconds):
                    await self._changed.wait()
            except TimeoutError:
                return
        if self._is_gone:
            raise BrowserGone("Target crashed while it was waited for")

    def _on_request(self, request: Request) -> None:
        if self._is_of_page(request):
            self.navigation = request
        if request.resource_type in _ENDLESS:
            self._endless.add(request)
        else:
            self._active[request] = monotonic()
            self._touch()

    def _on_response(self, response: Response) -> None:
        self.received.add(response)
        if self._is_of_page(response.request):
            self.response = response

    def _is_of_page(self, request: Request) -> bool:
        return request.is_navigation_request() and request.frame == self._page.main_frame

    def _on_end(self, request: Request) -> None:
        self._endless.discard(request)
        if self._active.pop(request, None) is not None:
            self._touch()

    def _on_live(self, live: WebSocket | Worker) -> None:
        self._live += 1
        live.once("close", self._on_live_end)

    def _on_live_end(self, _: WebSocket | Worker) -> None:
        self._live -= 1

    def _on_download(self, download: Download) -> None:
        if not self.download.done():
            self.download.set_result(download)

    def _on_gone(self, _: Page) -> None:
        self._is_gone = True
        self._changed.set()

    def _touch(self) -> None:
        self.changes += 1
        self._changed_at = monotonic()
        self._changed.set()
