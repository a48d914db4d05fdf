"""The other ways to capture pages, each as one would write it: each takes addresses and gives full pages."""

import asyncio
import json
import sys
from base64 import b64decode
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.async_api import Browser as Chromium
from playwright.async_api import CDPSession, Page, async_playwright

from bot.capture.settling.settle import Rest
from bot.capture.timings import Timings
from bot.capture.traffic import Traffic

Capturing = Callable[[str], Awaitable[bytes]]
Way = Callable[[list[str]], Awaitable[list[bytes]]]
Settle = Callable[[Page, CDPSession, str], Awaitable[None]]

# It takes Playwright's own browser only; here it gets the one that all the others have.
_SHOT_SCRAPER = """
import sys
from playwright.sync_api import BrowserType
from shot_scraper.cli import cli
launch = BrowserType.launch
BrowserType.launch = lambda self, **options: launch(self, executable_path=sys.argv[1], **options)
cli(sys.argv[2:])
"""


def naive(executable: Path) -> Way:
    """What one writes first: a browser for each address, networkidle, a PNG and a PDF."""

    async def one(url: str) -> bytes:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=executable)
            page = await browser.new_page()
            await page.goto(url, wait_until="networkidle")
            picture = await page.screenshot(full_page=True)
            await page.pdf()
            await browser.close()
            return picture

    async def all_of(urls: list[str]) -> list[bytes]:
        return [await one(url) for url in urls]

    return all_of


def shot_scraper(executable: Path) -> Way:
    """``shot-scraper multi``: one browser for a list of addresses, one PNG of each."""

    async def all_of(urls: list[str]) -> list[bytes]:
        with TemporaryDirectory() as folder:
            outputs = [Path(folder) / f"{number}.png" for number in range(len(urls))]
            shots = [{"url": url, "output": str(path)} for url, path in zip(urls, outputs, strict=True)]
            config = Path(folder) / "shots.yml"
            config.write_text(json.dumps(shots))  # JSON is YAML
            arguments = [
                sys.executable,
                "-c",
                _SHOT_SCRAPER,
                str(executable),
                "multi",
                "--silent",
                str(config),
            ]
            process = await asyncio.create_subprocess_exec(*arguments)
            assert await process.wait() == 0
            return [path.read_bytes() for path in outputs]

    return all_of


async def early(page: Page, session: CDPSession, url: str) -> None:
    """Settle as Tagshot does."""
    rest = await Rest.begin(page, session, Traffic(page))
    await page.goto(url, wait_until="domcontentloaded")
    await rest.settle(Timings())


async def half_a_second(page: Page, _: CDPSession, url: str) -> None:
    """Settle as the prototype did: scroll, half a second without a request, fonts and images."""
    active: set[object] = set()
    changed = asyncio.Event()

    def begin(request: object) -> None:
        active.add(request)
        changed.set()

    def end(request: object) -> None:
        active.discard(request)
        changed.set()

    page.on("request", begin)
    page.on("requestfinished", end)
    page.on("requestfailed", end)
    await page.goto(url, wait_until="domcontentloaded")
    await page.evaluate(_SCROLL)
    is_quiet = False
    while not is_quiet:
        changed.clear()
        try:
            async with asyncio.timeout(0.5):
                await changed.wait()
        except TimeoutError:
            is_quiet = not active
    await page.evaluate(
        "document.fonts.ready.then(() => Promise.all([...document.images].map((i) => i.decode())))"
    )


_SCROLL = """async () => {
  for (const image of document.images) {
    image.loading = "eager";
    if (image.dataset.src) image.src = image.dataset.src;
  }
  for (let top = 0; top < document.documentElement.scrollHeight; top += innerHeight * 0.9) {
    scrollTo(0, top);
    await new Promise((resolve) => setTimeout(resolve, 16));
  }
  scrollTo(0, 0);
}"""


@asynccontextmanager
async def by_hand(executable: Path, settle: Settle) -> AsyncIterator[Capturing]:
    """The least that makes the same files: one browser, straight on Playwright, without proxy, verdict or guard."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable, args=["--disable-gpu"])

        async def capture(url: str) -> bytes:
            return await _files(browser, settle, url)

        yield capture
        await browser.close()


async def _files(browser: Chromium, settle: Settle, url: str) -> bytes:
    context = await browser.new_context(viewport={"width": 1280, "height": 960})
    page = await context.new_page()
    session = await context.new_cdp_session(page)
    await settle(page, session, url)
    await session.send("Page.captureScreenshot", {"format": "jpeg", "quality": 80})
    height = (await session.send("Page.getLayoutMetrics"))["cssContentSize"]["height"]
    clip = {"x": 0, "y": 0, "width": 1280, "height": min(height, 60_000), "scale": 1}
    answer = await session.send(
        "Page.captureScreenshot",
        {"format": "jpeg", "quality": 80, "clip": clip, "captureBeyondViewport": True},
    )
    is_small = await page.evaluate("document.getElementsByTagName('*').length <= 5000")
    await page.pdf(format="A4", print_background=True, tagged=is_small, outline=is_small)
    await context.close()
    return b64decode(answer["data"])
