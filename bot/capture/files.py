"""The files of a capture, each made by one function from a settled page: pictures, PDF and text."""

import asyncio
import io
import logging
import unicodedata
from base64 import b64decode
from typing import Any

import pypdf
import pypdf.errors
import trafilatura
from playwright.async_api import CDPSession, Page

from bot.capture.settle import Look

# At WARNING it prints whole addresses, which are private.
logging.getLogger("trafilatura").setLevel(logging.ERROR)

# 4:3, so that a phone's card shows it large enough to recognise the page.
VIEWPORT_WIDTH = 1280
VIEWPORT_HEIGHT = 960
JPEG_QUALITY = 80
# Chromium gives an empty JPEG, and no error, from 65,535 pixels on.
MAX_FULLPAGE_PIXELS = 60_000
# Tags and outline make the PDF of a big table twenty times larger.
MAX_TAGGED_ELEMENTS = 5_000
# So many characters of the page, at least, are in the first pages of a PDF that is not blank.
_PROBE_PAGES = 3
_PROBE_CHARACTERS = 400
_PROBE_SHARE = 0.2


class NotMade(Exception):  # noqa: N818 - it says what became of the file
    """A file could not be made; the sentence says why. Stays inside this room."""


async def screen(session: CDPSession) -> bytes:
    """The first screen, as JPEG."""
    return await _jpeg(session, {})


async def fullpage_height(session: CDPSession) -> int:
    """How high the whole page is, in pixels."""
    metrics = await session.send("Page.getLayoutMetrics")
    return int(metrics["cssContentSize"]["height"])


async def fullpage(session: CDPSession, height: int) -> bytes:
    """The page from its top to ``height``, as JPEG."""
    clip = {"x": 0, "y": 0, "width": VIEWPORT_WIDTH, "height": min(height, MAX_FULLPAGE_PIXELS), "scale": 1}
    return await _jpeg(session, {"clip": clip, "captureBeyondViewport": True})


async def _jpeg(session: CDPSession, parameters: dict[str, Any]) -> bytes:
    answer = await session.send(
        "Page.captureScreenshot", {"format": "jpeg", "quality": JPEG_QUALITY, **parameters}
    )
    picture = b64decode(answer["data"])
    if not picture:
        raise NotMade("the browser gave an empty picture")
    return picture


async def pdf(page: Page, look: Look) -> bytes:
    """The page on A4 as it prints, or as it looks on the screen where its print styles hide it."""
    printed = await _print(page, look)
    if await asyncio.to_thread(_has_text, printed, look.text):
        return printed
    await page.emulate_media(media="screen")
    try:
        as_shown = await _print(page, look)
    finally:
        await page.emulate_media(media=None)
    return max(printed, as_shown, key=len)


async def _print(page: Page, look: Look) -> bytes:
    is_small = look.element_count <= MAX_TAGGED_ELEMENTS
    content = await page.pdf(
        format="A4",
        print_background=True,
        margin={"top": "12mm", "right": "10mm", "bottom": "12mm", "left": "10mm"},
        tagged=is_small,
        outline=is_small,
    )
    if not content:
        raise NotMade("the browser gave an empty PDF")
    return content


def _has_text(content: bytes, text: str) -> bool:
    """Whether the first pages of a PDF hold about as much text as the page promises."""
    wanted = min(len(_letters(text)), _PROBE_CHARACTERS) * _PROBE_SHARE
    found = 0
    for page in pypdf.PdfReader(io.BytesIO(content)).pages[:_PROBE_PAGES]:
        if found >= wanted:
            break
        found += len(_letters(page.extract_text()))
    return found >= wanted


def pdf_title(content: bytes) -> str | None:
    """The title that a PDF gives itself, if it can be read."""
    try:
        metadata = pypdf.PdfReader(io.BytesIO(content)).metadata
    except (pypdf.errors.PyPdfError, ValueError, KeyError, TypeError):
        return None  # a broken PDF is kept as it is
    return (metadata.title or "").strip() or None if metadata else None


def _letters(text: str) -> str:
    """What can be read of a text: PDFs write Chinese with look-alikes, and NUL where a font is missing."""
    return "".join(c for c in unicodedata.normalize("NFKC", text) if c.isalnum())


async def text(page: Page, look: Look) -> bytes:
    """What there is to read, as Markdown; the page's plain text where no article can be told."""
    article = await asyncio.to_thread(_article, await page.content(), look.url)
    # an article that is a small part of a short page is a menu or a footer that was taken for it
    if len(_letters(article)) < min(200, len(_letters(look.text)) // 2):
        article = look.text
    return article.encode("utf-8", "replace")


async def plain_text(look: Look) -> bytes:
    """What there is to read of a file that the browser shows."""
    return look.text.encode("utf-8", "replace")


def _article(html: str, url: str) -> str:
    return (
        trafilatura.extract(
            html,
            url=url,
            output_format="markdown",
            include_links=True,
            include_tables=True,
            favor_recall=True,
        )
        or ""
    )
