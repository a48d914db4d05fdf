"""Places in a text: entities count UTF-16 units, Python counts characters."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.conversation.message import Entity

_ASTRAL = re.compile("[\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a text in characters, ``end`` exclusive; ``url`` as in the entity."""

    type: str
    start: int
    end: int
    url: str | None = None


def spans(text: str, entities: Sequence[Entity]) -> Iterator[Span]:
    """The entities as parts of the text; what lies outside of it is cut off, and dropped if nothing is left."""
    # A character beyond the first plane is two units: unit number = characters before + such characters before.
    astral = _ASTRAL.finditer(text) if entities else ()
    doubled = [match.start() + order for order, match in enumerate(astral)]

    def position(unit: int) -> int:
        return min(max(unit - bisect_left(doubled, unit), 0), len(text))

    for entity in entities:
        start, end = position(entity.offset), position(entity.offset + max(entity.length, 0))
        if start < end:
            yield Span(entity.type, start, end, entity.url)
