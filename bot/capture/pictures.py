"""The pictures of a page: its first screen, the whole of it, and slices of that for a phone."""

import io
import threading
from array import array
from base64 import b64decode
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import Any

from PIL import Image, ImageChops
from playwright.async_api import CDPSession

from bot.capture.draft import NotMade
from bot.capture.options import Screen

JPEG_QUALITY = 80
# Chromium gives an empty JPEG, and no error, from 65,535 pixels on: what is higher is kept in several pictures.
MAX_PICTURE_PIXELS = 60_000
PART_PIXELS = 20_000
MAX_FULLPAGE_PIXELS = 200_000

# A slice is at most as high as 16:9 on end, and Telegram takes no picture that is 20 times wider than high.
SLICE_RATIO = 16 / 9
_LEAST_RATIO = 1 / 10
# How much of its even share of the height a slice has at least.
_LEAST_SHARE = 0.5
# Rows are looked at in a picture so many times smaller, which is decoded many times sooner.
_REDUCED = 4
# Of so many reduced rows a gap is as good as any wider one: that between paragraphs, not between lines.
_WIDE_BAND = 8
# An edge between neighbouring pixels that the eye sees, of 255.
_EDGE = 24
# A row of another shade than most rows is in a figure or a box: cut there only if there is no better row.
_SAME_SHADE = 3
_OFF_PAPER = 8.0
# A hundred megabytes and more each, once unpacked: one at a time is enough.
_unpacked = threading.Lock()


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


def slices(content: bytes) -> list[bytes]:
    """A JPEG cut into phone-shaped ones, from top to bottom, at rows on which nothing is written or drawn."""
    with _unpacked, Image.open(io.BytesIO(content)) as picture:
        if picture.height <= picture.width * SLICE_RATIO:
            return [content]
        return [_saved(picture, top, bottom) for top, bottom in pairwise(_cuts(content, picture.size))]


def _saved(picture: Image.Image, top: int, bottom: int) -> bytes:
    buffer = io.BytesIO()
    picture.crop((0, top, picture.width, bottom)).save(buffer, "JPEG", quality=JPEG_QUALITY)
    return buffer.getvalue()


def _cuts(content: bytes, size: tuple[int, int]) -> Iterator[int]:
    """Where the slices of a picture begin and end: as even as calm rows allow."""
    width, height = size
    activity = _activity(content, size)
    most, top = int(width * SLICE_RATIO), 0
    yield top
    while height - top > most:
        share = (height - top) / -(-(height - top) // most)
        search_from = top + max(int(share * _LEAST_SHARE), int(width * _LEAST_RATIO))
        rows = activity[search_from // _REDUCED : (top + most) // _REDUCED]
        top = search_from + _calmest(rows, (top + share - search_from) / _REDUCED) * _REDUCED
        yield top
    yield height


def _activity(content: bytes, size: tuple[int, int]) -> list[float]:
    """For every row of the reduced picture, how much of it is edges, from 0 to 255, and more beside the paper."""
    width, height = size
    with Image.open(io.BytesIO(content)) as picture:
        picture.draft("L", (width // _REDUCED, height // _REDUCED))
        small = picture.convert("L").resize((width // _REDUCED, -(-height // _REDUCED)))
    moved = ImageChops.offset(small, 1, 0)
    edges = ImageChops.difference(small, moved).point(lambda step: 255 if step > _EDGE else 0)
    rows = list(zip(_row_means(edges), _row_means(small), strict=True))
    # gaps of the paper's shade come often, and those of a figure's only as often as there are figures
    bands = groupby(round(shade) if edges < 1 else None for edges, shade in rows)
    (paper, _), *_ = Counter(shade for shade, _ in bands if shade is not None).most_common(1) or [(255, 0)]
    return [edges + (_OFF_PAPER if abs(shade - paper) > _SAME_SHADE else 0) for edges, shade in rows]


def _row_means(picture: Image.Image) -> Sequence[float]:
    return array("f", picture.convert("F").resize((1, picture.height), Image.Resampling.BOX).tobytes())


def _calmest(activity: Sequence[float], wish: float) -> int:
    """The middle of a wide band of rows that are about as calm as the calmest; of equals the nearest to ``wish``."""
    limit = min(activity) + 0.5
    bands = [
        list(band)
        for is_calm, band in groupby(range(len(activity)), lambda row: activity[row] <= limit)
        if is_calm
    ]
    best = max(bands, key=lambda band: (min(len(band), _WIDE_BAND), -abs(band[len(band) // 2] - wish)))
    return best[len(best) // 2]
