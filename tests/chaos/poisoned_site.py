"""A site on many loopback hosts whose pages kill the browser or every page's process, fill the memory or never rest."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

from bot.addresses import AddressRule
from bot.capture.browser import Browser
from bot.work.bell import Bell
from bot.work.worker import Worker
from storage.artifacts import open_artifacts
from storage.database import Database
from storage.library import Library
from storage.models import Snapshot
from storage.queue import Queue
from storage.saving import NewLink, Origin
from tests.browsers import best, processes
from tests.poisoned import WORKERS, ended

TIMEOUT_SECONDS = 15
BREAKING = {
    "browser": "The browser broke down over the page",
    "pages": "The browser broke down over the page",
    "memory": "needs more memory than one page may have",
    "busy": "kept the browser so busy",
}
_SCRIPTS = {
    "memory": """const held = []; const grow = () => {
        held.push(new Uint8Array(64 << 20).fill(1)); if (held.length < 128) setTimeout(grow); }; grow();""",
    "busy": "for (;;) {}",
}


@dataclass(slots=True)
class PoisonedSite:
    """The pages by name, each of a host of its own. ``browser`` is what they try to break."""

    port: int
    names: Sequence[str]
    browser: Browser | None = field(default=None)

    @property
    def links(self) -> list[NewLink]:
        """Their addresses."""
        hosts = (f"127.0.{2 + number // 250}.{1 + number % 250}" for number in range(len(self.names)))
        urls = [f"{host}:{self.port}/{name}" for host, name in zip(hosts, self.names, strict=True)]
        return [NewLink(f"http://{url}", url) for url in urls]

    async def page(self, request: web.Request) -> web.Response:
        """Answer, or break what asks."""
        name = request.path.removeprefix("/")
        if name == "browser":
            os.killpg(self._group(), signal.SIGKILL)
        if name == "pages":
            self._kill_pages()
        script = f"<script>{_SCRIPTS[name]}</script>" if name in _SCRIPTS else ""
        text = f"<!doctype html><title>{name}</title><body><p>{'A page with words. ' * 20}{script}"
        return web.Response(text=text, content_type="text/html")

    def _kill_pages(self) -> None:
        group = self._group()
        for process in processes("--type=renderer"):
            with suppress(ProcessLookupError):
                if os.getpgid(process) == group:
                    os.kill(process, signal.SIGKILL)

    def _group(self) -> int:
        running = self.browser._engine.running if self.browser else None
        assert running is not None
        return running.folder.group()


@asynccontextmanager
async def poisoned_site(*, poison: int, good: int) -> AsyncIterator[PoisonedSite]:
    """So many pages, poison of each kind spread among the good ones."""
    names, kinds = ["good"] * good, list(BREAKING)
    for number in range(poison):
        names.insert(number * (poison + good) // poison, kinds[number % len(kinds)])
    site = PoisonedSite(0, names)
    app = web.Application()
    app.router.add_get("/{name}", site.page)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "0.0.0.0", 0).start()  # noqa: S104 - every address of loopback
        site.port = int(runner.addresses[0][1])
        yield site
    finally:
        await runner.cleanup()


async def capturing(database: Database, folder: Path, site: PoisonedSite) -> Sequence[Snapshot]:
    """What became of the pages of a site, captured by two workers with one browser."""
    await Library(database, 1).add(site.links, Origin(7))
    rule = AddressRule(["127.0.0.0/8"])
    async with Browser(best(), rule, timeout_seconds=TIMEOUT_SECONDS) as browser:
        site.browser = browser
        bell, queue = Bell(), Queue(database)
        artifacts = open_artifacts(str(folder / "artifacts"))
        workers = [
            asyncio.create_task(
                Worker(queue, artifacts, browser.capture, timeout_seconds=TIMEOUT_SECONDS, bell=bell).run()
            )
            for _ in range(WORKERS)
        ]
        rows = await ended(database)
        for each in workers:
            each.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
    return rows
