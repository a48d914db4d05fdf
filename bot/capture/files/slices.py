"""Slices of a page's picture for an album in a chat: phone-shaped, without its empty margins, cut at calm rows."""

import io
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Self

from PIL import Image, ImageChops

from bot.capture.files.pictures import jpeg, unpacked

# A slice is at most as high as 16:9 on end, and Telegram takes no picture that is 20 times wider than high.
SLICE_RATIO = 16 / 9
_LEAST_RATIO = 1 / 10
# How much of its even share of the height a slice has at least.
_LEAST_SHARE = 0.5
# So much of the empty margins stays, and so wide a slice is at least.
MARGIN_PIXELS = 32
LEAST_WIDTH_PIXELS = 480
# Rows are looked at in a picture so many times smaller, which is decoded many times sooner.
_REDUCED = 4
# Of so many reduced rows a gap is as good as any wider one: that between paragraphs, not between lines.
_WIDE_BAND = 8
# An edge between neighbouring pixels that the eye sees, of 255.
_EDGE = 24
# A row of another shade than most rows is in a figure or a box: cut there only if there is no better row.
_SAME_SHADE = 3
_OFF_PAPER = 8.0


def slices(content: bytes) -> list[bytes]:
    """A JPEG cut into phone-shaped ones, from top to bottom, at rows on which nothing is written or drawn."""
    with unpacked, Image.open(io.BytesIO(content)) as picture:
        sketch = _Sketch.of(content, picture.size)
        left, right = sketch.sides()
        cuts = sketch.cuts(right - left)
        return [jpeg(picture.crop((left, top, right, bottom))) for top, bottom in pairwise(cuts)]


@dataclass(frozen=True, slots=True)
class _Sketch:
    """A picture of ``width`` and ``height``, reduced and in shades, and the edges in it."""

    width: int
    height: int
    shades: Image.Image
    edges: Image.Image

    @classmethod
    def of(cls, content: bytes, size: tuple[int, int]) -> Self:
        width, height = size
        reduced = (width // _REDUCED, -(-height // _REDUCED))
        with Image.open(io.BytesIO(content)) as picture:
            picture.draft("L", reduced)
            shades = picture.convert("L").resize(reduced)
        moved = shades.transform(reduced, Image.Transform.AFFINE, (1, 0, 1, 0, 1, 0))
        moved.paste(shades.crop((reduced[0] - 1, 0, *reduced)), (reduced[0] - 1, 0))
        edges = ImageChops.difference(shades, moved).point(lambda step: 255 if step > _EDGE else 0)
        return cls(width, height, shades, edges)

    def sides(self) -> tuple[int, int]:
        """From where to where something is written or drawn."""
        left, _, right, _ = self.edges.getbbox() or (0, 0, self.width, 0)
        left, right = left * _REDUCED - MARGIN_PIXELS, right * _REDUCED + MARGIN_PIXELS
        lacking = max(LEAST_WIDTH_PIXELS - (right - left), 0) // 2
        return max(left - lacking, 0), min(right + lacking, self.width)

    def cuts(self, width: int) -> Iterator[int]:
        """Where slices of that width begin and end: as even as calm rows allow."""
        activity = self._activity()
        most, top = int(width * SLICE_RATIO), 0
        yield top
        while self.height - top > most:
            share = (self.height - top) / -(-(self.height - top) // most)
            search_from = top + max(int(share * _LEAST_SHARE), int(width * _LEAST_RATIO))
            rows = activity[search_from // _REDUCED : (top + most) // _REDUCED]
            top = search_from + _calmest(rows, (top + share - search_from) / _REDUCED) * _REDUCED
            yield top
        yield self.height

    def _activity(self) -> list[float]:
        """For every reduced row, how much of it is edges, from 0 to 255, and more beside the paper."""
        rows = list(zip(_row_means(self.edges), _row_means(self.shades), strict=True))
        # gaps of the paper's shade come often, and those of a figure's only as often as there are figures
        bands = groupby(round(shade) if edges < 1 else None for edges, shade in rows)
        (paper, _), *_ = Counter(shade for shade, _ in bands if shade is not None).most_common(1) or [
            (255, 0)
        ]
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
