"""The pictures that the browser takes of a page: its first screen, and the whole of it."""

import io
import threading
from base64 import b64decode
from collections.abc import Sequence
from typing import Any

from PIL import Image
from playwright.async_api import CDPSession

from bot.capture.draft import NotMade
from bot.capture.options import Screen

JPEG_QUALITY = 80
# No JPEG is higher than 65,535 pixels: a page that is higher is kept in several pictures.
MAX_PICTURE_PIXELS = 60_000
PART_PIXELS = 20_000
MAX_FULLPAGE_PIXELS = 200_000
# A hundred megabytes and more each, once unpacked: one at a time is enough.
unpacked = threading.Lock()


async def first_screen(session: CDPSession, screen: Screen) -> bytes:
    """The first screen, as JPEG."""
    return await _jpeg(session, {} if screen.scale == 1 else {"clip": _clip(screen, 0, screen.height)})


async def page_height(session: CDPSession) -> int:
    """How high the whole page is, in CSS pixels."""
    metrics = await session.send("Page.getLayoutMetrics")
    return int(metrics["cssContentSize"]["height"])


def parts(height: int) -> list[tuple[int, int]]:
    """The tops and bottoms of the parts in which a page ``height`` pixels high is taken: a taller part costs memory."""
    height = min(height, MAX_FULLPAGE_PIXELS)
    return [(top, min(top + PART_PIXELS, height)) for top in range(0, height, PART_PIXELS)]


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


def joined(taken: Sequence[bytes]) -> list[bytes]:
    """The parts of a page as one JPEG, or as they are if that would be too high for one."""
    sizes = [Image.open(io.BytesIO(content)).size for content in taken]
    height = sum(size[1] for size in sizes)
    if len(taken) == 1 or height > MAX_PICTURE_PIXELS:
        return list(taken)
    with unpacked:
        whole, top = Image.new("RGB", (sizes[0][0], height)), 0
        for content in taken:
            with Image.open(io.BytesIO(content)) as picture:
                whole.paste(picture, (0, top))
                top += picture.height
        return [jpeg(whole)]


def jpeg(picture: Image.Image) -> bytes:
    """A picture as JPEG."""
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=JPEG_QUALITY)
    return buffer.getvalue()
