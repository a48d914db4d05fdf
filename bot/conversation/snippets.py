"""The part of a page's text that shows why it was found."""

import re
from dataclasses import dataclass

from storage.tokens import Term, folded, of_query

LENGTH = 140
LEAD = 40
MOST_HITS = 200


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a text; ``is_hit`` where it is what was looked for."""

    text: str
    is_hit: bool = False


def snippet(text: str, words: str, length: int = LENGTH) -> list[Part]:
    """Some of the text around where most of the words stand together; nothing where none of them stands in it."""
    text = " ".join(text.split())
    plain = folded(text)
    if len(plain) != len(text):  # a sign that becomes several, or none: then only case is folded
        plain = "".join(each.lower() if len(each.lower()) == 1 else each for each in text)
    hits = _hits(plain, of_query(words))
    if not hits:
        return []
    start = max(0, _densest(hits, length) - LEAD)
    end = min(len(text), start + length)
    return [
        *([Part("…")] if start else []),
        *_parts(text, hits, start, end),
        *([Part("…")] if end < len(text) else []),
    ]


def _hits(plain: str, terms: list[Term]) -> list[tuple[int, int, int]]:
    """Where the terms stand: start, end, and which term."""
    found: list[tuple[int, int, int]] = []
    for number, term in enumerate(terms):
        for at, hit in enumerate(_pattern(term).finditer(plain)):
            if at >= MOST_HITS:
                break
            found.append((hit.start(), hit.end(), number))
    return sorted(found)


def _pattern(term: Term) -> re.Pattern[str]:
    """The tokens of a term as they stand in a text: pairs of signs overlap, words have something between them."""
    first = term.tokens[0]
    if first.isascii():
        rest = r"[^\w]+".join(map(re.escape, term.tokens))
        return re.compile(rf"(?<![^\W_]){rest}" + ("" if term.is_prefix else r"(?![^\W_])"))
    run = first + "".join(each[-1] for each in term.tokens[1:])
    return re.compile(re.escape(run))


def _densest(hits: list[tuple[int, int, int]], length: int) -> int:
    """Where the window of that length begins that has the most different terms, the first such one."""
    best, most = hits[0][0], 0
    for start, _, _ in hits:
        terms = {number for at, _, number in hits if start <= at < start + length - LEAD}
        if len(terms) > most:
            best, most = start, len(terms)
    return best


def _parts(text: str, hits: list[tuple[int, int, int]], start: int, end: int) -> list[Part]:
    parts: list[Part] = []
    at = start
    for hit_start, hit_end, _ in hits:
        if hit_start < at or hit_end > end:
            continue
        if hit_start > at:
            parts.append(Part(text[at:hit_start]))
        parts.append(Part(text[hit_start:hit_end], is_hit=True))
        at = hit_end
    return [*parts, Part(text[at:end])] if at < end else parts
