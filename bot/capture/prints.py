"""The PDF of a page: on A4 or as wide as a phone, and never blank when the page is not."""

import asyncio
import io
import unicodedata
from typing import Any

import pypdf
import pypdf.errors
from playwright.async_api import Page

from bot.capture.draft import NotMade
from bot.capture.options import Sheet
from bot.capture.settle import Look

# Tags and outline make the PDF of a big table twenty times larger.
MAX_TAGGED_ELEMENTS = 5_000
# So many characters of the page, at least, are in the first pages of a PDF that is not blank.
_PROBE_PAGES = 3
_PROBE_CHARACTERS = 400
_PROBE_SHARE = 0.2

_SHEETS: dict[Sheet, dict[str, Any]] = {
    Sheet.A4: {
        "format": "A4",
        "margin": {"top": "12mm", "right": "10mm", "bottom": "12mm", "left": "10mm"},
    },
    # in CSS pixels, and of about the shape of a phone's screen
    Sheet.PHONE: {
        "width": "400px",
        "height": "800px",
        "margin": {"top": "16px", "right": "12px", "bottom": "16px", "left": "12px"},
    },
}


async def pdf(page: Page, look: Look, sheet: Sheet) -> bytes:
    """The page as it prints, or as it looks on the screen where its print styles hide it."""
    printed = await _print(page, look, sheet)
    if await asyncio.to_thread(_has_text, printed, look.text):
        return printed
    await page.emulate_media(media="screen")
    try:
        as_shown = await _print(page, look, sheet)
    finally:
        await page.emulate_media(media=None)
    return max(printed, as_shown, key=len)


async def _print(page: Page, look: Look, sheet: Sheet) -> bytes:
    is_small = look.element_count <= MAX_TAGGED_ELEMENTS
    content = await page.pdf(print_background=True, tagged=is_small, outline=is_small, **_SHEETS[sheet])
    if not content:
        raise NotMade("the browser gave an empty PDF")
    return content


def _has_text(content: bytes, text: str) -> bool:
    """Whether the first pages of a PDF hold about as much text as the page promises."""
    wanted = min(len(letters(text)), _PROBE_CHARACTERS) * _PROBE_SHARE
    found = 0
    for page in pypdf.PdfReader(io.BytesIO(content)).pages[:_PROBE_PAGES]:
        if found >= wanted:
            break
        found += len(letters(page.extract_text()))
    return found >= wanted


def letters(text: str) -> str:
    """What can be read of a text: PDFs write Chinese with look-alikes, and NUL where a font is missing."""
    return "".join(c for c in unicodedata.normalize("NFKC", text) if c.isalnum())


def pdf_title(content: bytes) -> str | None:
    """The title that a PDF gives itself, if it can be read."""
    try:
        metadata = pypdf.PdfReader(io.BytesIO(content)).metadata
    except (pypdf.errors.PyPdfError, ValueError, KeyError, TypeError):
        return None  # a broken PDF is kept as it is
    return (metadata.title or "").strip() or None if metadata else None
