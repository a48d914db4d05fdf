"""What the tests of captures share: a web site of one's own, several captures at once, a look at what came of them."""

import asyncio
import io
import ssl
import unicodedata
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

import pypdf
from aiohttp import web
from PIL import Image

from bot.capture.browser import Browser
from bot.capture.options import EVERYTHING, Options
from bot.capture.result import Capture
from storage.kinds import ArtifactKind
from tests.fakes.site import LAZY_PICTURES, colour

AT_ONCE = 4


def asking(*kinds: ArtifactKind) -> Options:
    """Options that ask for these kinds of file only, because each costs time."""
    return Options(kinds=frozenset(kinds))


async def captures_of(
    browser: Browser, urls: Iterable[str], options: Options = EVERYTHING, *, at_once: int = AT_ONCE
) -> dict[str, Capture]:
    """The capture of each address, several at once, because most of a capture is waiting."""
    places = asyncio.Semaphore(at_once)

    async def capture(url: str) -> Capture:
        async with places:
            return await browser.capture(url, options)

    return {each.url: each for each in await asyncio.gather(*map(capture, urls))}


@asynccontextmanager
async def serving(*routes: web.RouteDef, context: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """A web site on loopback with these routes, behind TLS where there is a ``context``; gives its host and port."""
    app = web.Application()
    app.add_routes(routes)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
        yield f"127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def kinds(capture: Capture) -> set[ArtifactKind]:
    """The kinds of files that there are."""
    return {file.kind for file in capture.files}


def content(capture: Capture, kind: ArtifactKind) -> bytes:
    """The first file of a kind."""
    return next(file.content for file in capture.files if file.kind is kind)


def text_of(capture: Capture) -> str:
    """The text, with single spaces."""
    return " ".join(content(capture, ArtifactKind.TEXT).decode().split())


def picture_of(capture: Capture, kind: ArtifactKind) -> Image.Image:
    """The first picture of a kind."""
    return Image.open(io.BytesIO(content(capture, kind))).convert("RGB")


def pdf_text(capture: Capture) -> str:
    """What can be read of the PDF, with single spaces."""
    pages = pypdf.PdfReader(io.BytesIO(content(capture, ArtifactKind.PDF))).pages
    text = "\n".join(page.extract_text() for page in pages)
    return " ".join(unicodedata.normalize("NFKC", text).split())


def figures_in(fullpage: bytes) -> set[int]:
    """Which of the lazy figures of the site's long page are in its picture."""
    Image.MAX_IMAGE_PIXELS = None
    page = Image.open(io.BytesIO(fullpage)).convert("RGB")
    column = page.crop((850, 0, 851, page.height)).tobytes()
    pixels = set(zip(column[::3], column[1::3], column[2::3], strict=True))
    return {
        number for number in range(LAZY_PICTURES) if any(_is_like(pixel, colour(number)) for pixel in pixels)
    }


def _is_like(seen: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    """Whether it is the same colour after JPEG; the next figure's differs by 6 in two of the three."""
    return all(abs(a - b) <= 3 for a, b in zip(seen, wanted, strict=True))
