"""Ways to capture, measured side by side: round after round, each way once, so that noise hits all of them alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter

from tests.benchmarks.rivals import Way


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


def markdown(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table that can be pasted into the README."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)
