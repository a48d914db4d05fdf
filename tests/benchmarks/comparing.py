"""Ways to capture, measured side by side: round after round, each way once, so that noise hits all of them alike."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter

from PIL import Image

from tests.benchmarks.rivals import Way
from tests.fakes.site import LAZY_PICTURES, colour


@dataclass(slots=True)
class Measured:
    """What was measured of one way: seconds of each round, and the full pages of the last."""

    seconds: list[float] = field(default_factory=list)
    pictures: list[bytes] = field(default_factory=list)

    def a_minute(self) -> float:
        """Pages in a minute."""
        return 60 * len(self.pictures) / median(self.seconds)


async def compare(ways: Mapping[str, Way], urls: list[str], *, rounds: int) -> dict[str, Measured]:
    """Every way on every address, after each has been tried once."""
    measured = {name: Measured() for name in ways}
    for way in ways.values():
        await way(urls[:1])
    for _ in range(rounds):
        for name, way in ways.items():
            began = perf_counter()
            measured[name].pictures = await way(urls)
            measured[name].seconds.append(perf_counter() - began)
    return measured


def figures_in(picture: bytes) -> int:
    """How many of the lazy figures of the long page are in its picture."""
    Image.MAX_IMAGE_PIXELS = None
    page = Image.open(io.BytesIO(picture)).convert("RGB")
    column = page.crop((850, 0, 851, page.height)).tobytes()
    pixels = set(zip(column[::3], column[1::3], column[2::3], strict=True))
    return sum(any(_is_like(pixel, colour(number)) for pixel in pixels) for number in range(LAZY_PICTURES))


def _is_like(seen: tuple[int, int, int], wanted: tuple[int, int, int]) -> bool:
    return all(abs(a - b) <= 2 for a, b in zip(seen, wanted, strict=True))


def markdown(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table that can be pasted into the README."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)
