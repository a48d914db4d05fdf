"""How long each step of a capture took."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

CLOSE = "close"
"""The step that comes after every capture, whatever became of it."""


class Timings:
    """Milliseconds by step; a step that is made twice counts twice.

    ``broken_off`` is the step that was ended by an error last, whether the capture went on or not; ``latest`` the
    one that was begun last, for a capture that ran out of time between two of them.
    """

    def __init__(self) -> None:
        self._began = perf_counter()
        self._milliseconds: dict[str, float] = {}
        self.broken_off: str | None = None
        self.latest: str | None = None

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Count the block as step ``name``, also when it fails."""
        began = perf_counter()
        if name != CLOSE:
            self.latest = name
        try:
            yield
        except BaseException:
            self.broken_off = name
            raise
        finally:
            self._milliseconds[name] = self._milliseconds.get(name, 0.0) + (perf_counter() - began) * 1000

    def so_far(self) -> dict[str, float]:
        """Every step until now, and ``total``."""
        total = (perf_counter() - self._began) * 1000
        return {name: round(value, 1) for name, value in [*self._milliseconds.items(), ("total", total)]}
