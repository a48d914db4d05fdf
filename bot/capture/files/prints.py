"""The PDF of a page: on A4 or as wide as a phone, and never blank when the page is not."""

import asyncio
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import pypdf
from playwright.async_api import Page

from bot.capture.draft import NotMade
from bot.capture.settling.settle import Look
from storage.kinds import Sheet

# Tags and outline make the PDF of a big table twenty times larger.
MAX_TAGGED_ELEMENTS = 5_000
# So many characters of the page, at least, are in the first pages of a PDF that is not blank.
_PROBE_PAGES = 3
_PROBE_CHARACTERS = 400
_PROBE_SHARE = 0.2
# Chromium writes most texts as hexadecimal glyph numbers of two bytes; number 0 is the box for a missing glyph.
_STRINGS = re.compile(rb"<([0-9A-Fa-f]+)>")
_GLYPH_BYTES = 2
_NO_GLYPH = b"0000"

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
# The sheets without their margins, in CSS pixels.
PRINT_WIDTHS = {Sheet.A4: 718, Sheet.PHONE: 376}


@dataclass(frozen=True, slots=True)
class Printed:
    """A PDF of the browser's own, opened once. A foreign one is never opened here: see ``paper``."""

    content: bytes
    pages: Sequence[pypdf.PageObject]


async def pdf(page: Page, look: Look, sheet: Sheet) -> Printed:
    """The page as it prints, or as it looks on the screen where its print styles hide it."""
    printed = await _print(page, look, sheet)
    if await asyncio.to_thread(_has_text, printed.pages, look.text):
        return printed
    await page.emulate_media(media="screen")
    try:
        as_shown = await _print(page, look, sheet)
    finally:
        await page.emulate_media(media=None)
    kept = max(printed, as_shown, key=lambda each: len(each.content))
    has_words = bool(letters(look.text))
    if has_words and await asyncio.to_thread(_is_blank, kept.pages):
        raise NotMade("the page hides everything when it is printed")
    return kept


async def _print(page: Page, look: Look, sheet: Sheet) -> Printed:
    is_small = look.element_count <= MAX_TAGGED_ELEMENTS
    content = await page.pdf(print_background=True, tagged=is_small, outline=is_small, **_SHEETS[sheet])
    if not content:
        raise NotMade("the browser gave an empty PDF")
    return Printed(content, await asyncio.to_thread(_pages, content))


def _pages(content: bytes) -> Sequence[pypdf.PageObject]:
    return pypdf.PdfReader(io.BytesIO(content)).pages


def _has_text(pages: Sequence[pypdf.PageObject], text: str) -> bool:
    """Whether the first pages of a PDF hold about as much text as the page promises."""
    wanted = min(len(letters(text)), _PROBE_CHARACTERS) * _PROBE_SHARE
    first = pages[:_PROBE_PAGES]
    return _is_enough(map(_drawn, first), wanted) or _is_enough(map(_readable, first), wanted)


def _is_blank(pages: Sequence[pypdf.PageObject]) -> bool:
    """Whether nothing at all can be seen: no glyph and no picture."""
    return not any(_drawn(page) or _readable(page) or len(page.images) for page in pages)


def _is_enough(counts: Iterable[int], wanted: float) -> bool:
    return any(total >= wanted for total in accumulate(counts, initial=0))


def _drawn(page: pypdf.PageObject) -> int:
    """At least how many glyphs a page draws by itself: quickly counted, but without knowing what they are."""
    contents = page.get_contents()  # without entries it would count as false
    drawn = _STRINGS.findall(contents.get_data()) if contents is not None else ()
    return sum(len(codes) // (2 * _GLYPH_BYTES) - codes.count(_NO_GLYPH) for codes in drawn)


def _readable(page: pypdf.PageObject) -> int:
    """How many letters can be read on a page: certain, and many times slower."""
    return len(letters(page.extract_text()))


def letters(text: str) -> str:
    """What can be read of a text: PDFs write Chinese with look-alikes, and NUL where a font is missing."""
    return "".join(c for c in unicodedata.normalize("NFKC", text) if c.isalnum())
