"""The pictures that the browser takes of a page: its first screen, and the whole of it."""

from base64 import b64decode
from typing import Any

from playwright.async_api import CDPSession

from bot.capture.draft import NotMade
from bot.capture.options import Screen

JPEG_QUALITY = 80
# Chromium gives an empty JPEG, and no error, from 65,535 pixels on: what is higher is kept in several pictures.
MAX_PICTURE_PIXELS = 60_000
PART_PIXELS = 20_000
MAX_FULLPAGE_PIXELS = 200_000


async def first_screen(session: CDPSession, screen: Screen) -> bytes:
    """The first screen, as JPEG."""
    return await _jpeg(session, {} if screen.scale == 1 else {"clip": _clip(screen, 0, screen.height)})


async def page_height(session: CDPSession) -> int:
    """How high the whole page is, in CSS pixels."""
    metrics = await session.send("Page.getLayoutMetrics")
    return int(metrics["cssContentSize"]["height"])


def parts(height: int) -> list[tuple[int, int]]:
    """The tops and bottoms of the pictures that a page ``height`` pixels high is kept in."""
    height = min(height, MAX_FULLPAGE_PIXELS)
    step = height if height <= MAX_PICTURE_PIXELS else PART_PIXELS
    return [(top, min(top + step, height)) for top in range(0, height, step)]


async def part(session: CDPSession, screen: Screen, top: int, bottom: int) -> bytes:
    """The page from ``top`` to ``bottom``, in pixels of the picture, as JPEG."""
    clip = _clip(screen, top / screen.scale, bottom / screen.scale)
    return await _jpeg(session, {"clip": clip, "captureBeyondViewport": True})


def _clip(screen: Screen, top: float, bottom: float) -> dict[str, float]:
    """A part of the page in CSS pixels, and how large it is drawn: Playwright's own scale is not known here."""
    return {"x": 0, "y": top, "width": screen.width, "height": bottom - top, "scale": screen.scale}


async def _jpeg(session: CDPSession, parameters: dict[str, Any]) -> bytes:
    answer = await session.send(
        "Page.captureScreenshot", {"format": "jpeg", "quality": JPEG_QUALITY, **parameters}
    )
    picture = b64decode(answer["data"])
    if not picture:
        raise NotMade("the browser gave an empty picture")
    return picture
