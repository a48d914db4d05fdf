"""How long a piece of work takes that is done again and again: what nineteen of twenty rounds stay under."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from statistics import quantiles
from time import perf_counter, process_time

ROUNDS = 20


@dataclass(frozen=True, slots=True)
class Figure:
    """Seconds that nineteen of twenty stay under, of the clock and of the processor, and what they are to be."""

    clock: float
    processor: float
    most: float


async def measured(work: Callable[[], Awaitable[object]], most: float = 0.0) -> Figure:
    """Each after one round that makes the statement. A busy machine shows in the clock, not in the processor time."""
    await work()
    clock, processor = [], []
    for _ in range(ROUNDS):
        began, worked = perf_counter(), process_time()
        await work()
        clock.append(perf_counter() - began)
        processor.append(process_time() - worked)
    return Figure(_slowest(clock), _slowest(processor), most)


def _slowest(seconds: list[float]) -> float:
    return quantiles(seconds, n=20, method="inclusive")[-1]
