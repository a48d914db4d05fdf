"""Whether the browser really draws Chinese and emoji: the pixels of a picture and the text of a PDF are looked at."""

import asyncio
import io
import unicodedata
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import pypdf
from PIL import Image
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page, async_playwright

from bot.capture.chromium.launch import Posture, Running, Sandbox, launch
from bot.errors import BrowserError

CHINESE = "优化器"
EMOJI = "🧠"
# No font has this character, so it is drawn as the box that stands for every missing one.
UNASSIGNED = "\U0003fffd"

PROBE_SECONDS = 20
CELL_PIXELS = 64
# Nothing is fetched for the probe; the port of "discard" leads nowhere.
NO_PROXY_PORT = 9
_COLOUR_RANGE = 60
_COLOURED_PIXELS = 50


@dataclass(frozen=True, slots=True)
class Drawn:
    """What came of drawing the probe, and how the browser was started for it."""

    posture: Posture
    has_chinese: bool
    has_emoji: bool
    has_pdf_text: bool


async def draw_probe(
    executable: Path, sandbox: Sandbox, *, chinese: str = CHINESE, emoji: str = EMOJI
) -> Drawn:
    """Start the browser, let it draw the characters, and look at them. Raises ``BrowserError``."""
    async with async_playwright() as playwright:
        running = await launch(playwright, executable, proxy_port=NO_PROXY_PORT, sandbox=sandbox)
        try:
            async with asyncio.timeout(PROBE_SECONDS):
                return await _look(running, chinese, emoji)
        except PlaywrightError as error:
            raise BrowserError(f"The browser {executable} starts and then ends: {error.message}") from error
        except TimeoutError:
            raise BrowserError(
                f"The browser {executable} starts, but draws nothing in {PROBE_SECONDS} s."
            ) from None
        finally:
            await running.close()


async def _look(running: Running, chinese: str, emoji: str) -> Drawn:
    page = await running.chromium.new_page()
    characters = [*chinese, emoji, UNASSIGNED]
    *drawn_chinese, drawn_emoji, box = await _cells(page, characters)
    text = await asyncio.to_thread(_text, await page.pdf())
    return Drawn(
        running.posture,
        has_chinese=_are_glyphs([*drawn_chinese, box]),
        has_emoji=_is_coloured(drawn_emoji),
        has_pdf_text=chinese in text,
    )


async def _cells(page: Page, characters: list[str]) -> list[Image.Image]:
    """The picture of each character, drawn at the same place of a cell of its own."""
    rows = "".join(f"<div>{character}</div>" for character in characters)
    style = f"*{{margin:0}} div{{height:{CELL_PIXELS}px;width:{CELL_PIXELS}px;font:40px/1.4 sans-serif}}"
    await page.set_content(f'<html lang="zh-Hans"><style>{style}</style>{rows}</html>')
    shot = Image.open(io.BytesIO(await page.screenshot(full_page=True))).convert("RGB")
    tops = range(0, CELL_PIXELS * len(characters), CELL_PIXELS)
    return [shot.crop((0, top, CELL_PIXELS, top + CELL_PIXELS)) for top in tops]


def _are_glyphs(cells: list[Image.Image]) -> bool:
    """Whether every cell is drawn and none looks like another, as the boxes for missing characters do."""
    return all(cell.getextrema() != ((255, 255),) * 3 for cell in cells[:-1]) and all(
        one.tobytes() != other.tobytes() for one, other in combinations(cells, 2)
    )


def _is_coloured(cell: Image.Image) -> bool:
    """Whether there is colour in more than stray pixels: a font for emoji, and no box or black drawing."""
    saturation = cell.convert("HSV").getchannel("S").histogram()
    return sum(saturation[_COLOUR_RANGE:]) >= _COLOURED_PIXELS


def _text(pdf: bytes) -> str:
    """The PDF's text; NFKC because Chromium writes some characters as their radicals."""
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return "".join(unicodedata.normalize("NFKC", page.extract_text()) for page in pages).replace("\n", "")
