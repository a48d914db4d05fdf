"""From the lines of a PDF's pages to paragraphs and headings, as Markdown. Nothing here knows how a PDF is read."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.capture.files.paper.glyphs import mended

MAX_HEADING_CHARACTERS = 200
# So much larger than the running text is a heading, and so much farther apart than its lines are paragraphs.
_HEADING_RATIO = 1.15
_GAP_RATIO = 1.35
_GAP_SIZES = 1.45
_SAME_SIZE_RATIO = 1.12
# How many lines on either side show how wide a column is.
_NEIGHBOURS = 4
# What a paragraph of large letters ends with, and a heading does not.
_NO_HEADING_ENDS = tuple(".。,，;；")
_ENDED = re.compile(r"[.!?:;。！？：；…][\"'”’)）」』]*$")
_BULLET = re.compile(r"[•◦▪–‣·*-]\s")
_NUMBER = re.compile(r"(\(?\d{1,3}[.)]|\[\d+\])\s")
# How a reader of PDFs marks a hyphen at which a word goes on in the next line.
_HYPHENS = ("\x02", "\ufffe", "\xad")
_FIRST_WORD = re.compile("[\u2e80-\u9fff\uff00-\uffef]{1,2}|[^\\s\u2e80-\u9fff]+")
_CJK = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text and where it stands, in points from the lower left. ``is_level``: it is not turned."""

    text: str
    left: float
    right: float
    y: float
    size: float
    is_level: bool = True


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together, joined."""

    text: str
    size: float
    is_level: bool


def body_size(pages: Iterable[Sequence[Line]]) -> float:
    """The size of most of the text."""
    counts: Counter[float] = Counter()
    for page in pages:
        for line in page:
            counts[round(line.size, 1)] += len(line.text)
    return max(counts, key=lambda size: counts[size], default=0.0)


def markdown(pages: Sequence[Sequence[Line]]) -> str:
    """The text in the order in which the PDF has it; what is larger than most is a heading."""
    body = body_size(pages)
    found = (block for page in pages for block in blocks(_without_number(page)))
    return "\n\n".join(f"## {block.text}" if is_heading(block, body) else block.text for block in found)


def headline(page: Sequence[Line], body: float) -> str | None:
    """The largest heading of a page, which on a first page is its title."""
    headings = [block for block in blocks(page) if is_heading(block, body) and len(block.text) > 3]
    return max(headings, key=lambda block: block.size).text if headings else None


def is_heading(block: Block, body: float) -> bool:
    """Whether it stands out of text of ``body`` size."""
    return (
        block.is_level
        and block.size >= body * _HEADING_RATIO
        and len(block.text) <= MAX_HEADING_CHARACTERS
        and not block.text.endswith(_NO_HEADING_ENDS)
        and any(character.isalpha() for character in block.text)
    )


def blocks(lines: Sequence[Line]) -> Iterator[Block]:
    """The paragraphs and headings of one page."""
    pitch = _pitch(lines)
    held: list[Line] = []
    for number, line in enumerate(lines):
        if held and _begins_anew(held, line, pitch, _edge(lines, number)):
            yield _block(held)
            held = []
        held.append(line)
    if held:
        yield _block(held)


def _edge(lines: Sequence[Line], number: int) -> float:
    """Where the lines of a column end at the right, by those next to the line of that number."""
    before = reversed(lines[max(number - _NEIGHBOURS, 0) : number + 1])
    after = lines[number : number + _NEIGHBOURS + 1]
    return max(line.right for run in (_run(before), _run(after)) for line in run)


def _run(lines: Iterable[Line]) -> Iterator[Line]:
    """The lines that follow each other in one column and one size."""
    last: Line | None = None
    way = 0.0
    for line in lines:
        if last:
            step = last.y - line.y
            if not _is_same_size(last, line) or step * way < 0:
                return
            way = way or step
        yield line
        last = line


def _block(lines: Sequence[Line]) -> Block:
    text = ""
    for line in lines:
        text = _joined(text, line.text)
    return Block(mended(_CONTROLS.sub("", text)).strip(), lines[0].size, lines[0].is_level)


def _joined(text: str, more: str) -> str:
    """Two lines as one; Chinese has no space between, and a word that was cut has neither space nor hyphen."""
    if not text or not more:
        return text + more
    if text.endswith(_HYPHENS):
        return text[:-1] + more
    if text.endswith("-") and text[-2:-1].isalpha() and more[0].islower():
        return text[:-1] + more
    if _CJK.match(text[-1]) and _CJK.match(more[0]):
        return text + more
    return f"{text} {more}"


def _pitch(lines: Sequence[Line]) -> float:
    """How far lines of one paragraph are apart: a low middle, for there are more wide gaps than narrow ones."""
    steps = [a.y - b.y for a, b in pairwise(lines) if _is_same_size(a, b)]
    steps = sorted(step for step in steps if step > 1)
    return steps[len(steps) // 4] if steps else 0.0


def _begins_anew(held: Sequence[Line], line: Line, pitch: float, edge: float) -> bool:
    """Whether a paragraph begins with ``line``. ``edge`` is where the lines round it end at the right."""
    before = held[-1]
    step = before.y - line.y
    has_ended = _ENDED.search(before.text) is not None
    if before.is_level != line.is_level:
        return True
    if abs(step) < before.size / 2:  # on one line: the next cell of a table, or a lone superscript
        return line.left > before.right + 4 * before.size
    if not _is_same_size(before, line) or _BULLET.match(line.text):
        return True
    if step < 0:
        return has_ended  # the text goes on at the head of the next column
    if _NUMBER.match(line.text) and (has_ended or _NUMBER.match(held[0].text)):
        return True
    is_indented = has_ended and line.left > before.left + before.size * 0.8
    is_far = step > max(pitch * _GAP_RATIO, before.size * _GAP_SIZES)
    return is_far or is_indented or before.right + _first_word(line) + before.size < edge


def _first_word(line: Line) -> float:
    """How wide the beginning is that can't be parted: had it fitted into the line before, it would stand there."""
    word = _FIRST_WORD.match(line.text)
    return (line.right - line.left) * (word.end() if word else 1) / len(line.text)


def _is_same_size(one: Line, other: Line) -> bool:
    smaller, larger = sorted((one.size, other.size))
    return larger <= smaller * _SAME_SIZE_RATIO


def _without_number(page: Sequence[Line]) -> Sequence[Line]:
    """A page without its number, where that is its first or its last line."""
    kept = list(page)
    for index in (-1, 0):
        if len(kept) > 1 and re.fullmatch(r"[\s\-–—]*\d{1,4}[\s\-–—]*", kept[index].text):
            kept.pop(index)
    return kept
