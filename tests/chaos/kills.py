"""Kills as data: how a life is to end, what came of each link, and of all of it."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.chaos.points import Point
from tests.fakes.telegram.messages import Message


@dataclass(frozen=True, slots=True)
class Kill:
    """How a life ends: at a named point, or after a part of the time that a life usually has work.

    ``at_once``: from its start on, while the bot makes good what its last life has left; else from the next link on.
    """

    point: str | None = None
    after: float | None = None
    at_once: bool = False

    @property
    def kind(self) -> str:
        """What it counts as."""
        if self.point is None:
            return "at a random time"
        is_counted = " no. " in self.point
        return "at a commit or a call" if is_counted else "at a named point"


@dataclass(slots=True)
class Sent:
    """A link that the person has sent, the kills that came upon it, and what the bot knew at each of its ends.

    ``noted`` are the status lines that it had noted; ``pdf_in_doubt``: it had noted a PDF that was not sent. In that
    doubt it is not sent again, for the card has a button for it.
    """

    url: str
    title: str
    message: Message = field(repr=False)
    kills: list[Kill] = field(default_factory=list)
    noted: set[int] = field(default_factory=set)
    pdf_in_doubt: bool = False


@dataclass(slots=True)
class Figures:
    """What came of it all."""

    seconds: float = 0
    links: int = 0
    kills: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    standing_lines: int = 0
    pdfs_in_doubt: int = 0
    strays: int = 0
    unfinished: int = 0


def at_points(points: Sequence[Point], *, times: int = 1) -> list[Kill]:
    """Kills at these points, so many times each at a new link and while the last one is made good."""
    return [Kill(each.name, at_once=at_once) for each in points for at_once in (False, True)] * times


def at_random(count: int, seed: int) -> list[Kill]:
    """Kills at random times, half of them while the last link is made good."""
    chance = random.Random(seed)
    return [Kill(after=chance.uniform(0, 1.5), at_once=chance.random() < 0.5) for _ in range(count)]
