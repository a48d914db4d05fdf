"""What persons noted of a link, each on lines of its own, without what only their phone has put there: the title."""

import re

from storage.tokens import folded

_SIGNS = re.compile(r"[\W_]+")
# Behind these a title goes on with the name of its site, its author, or the app that it was shared from.
_SEPARATOR = re.compile(r"[-–—_|｜·»:：]")
_SHORTEST_TITLE = 4


def without_title(note: str, title: str) -> str:
    """The note without the lines that are the page's title, in the brackets and with the names that apps add."""
    wanted = _titles(title)
    return "\n".join(line for line in note.split("\n") if not line or _titles(line).isdisjoint(wanted))


def together(note: str, more: str) -> str:
    """A note with more below it, unless these lines stand in it."""
    return note if more and _framed(more) in _framed(note) else "\n".join(filter(None, (note, more)))


def corrected(note: str, old: str, new: str) -> str | None:
    """A note with new lines in the place of old ones, or without them; None where the old ones don't stand in it.

    Words within a line are somebody else's, whatever they are.
    """
    there = _framed(note)
    if not old or _framed(old) not in there:
        return None
    return there.replace(_framed(old), _framed(new) if new else "\n", 1).strip("\n")


def _framed(lines: str) -> str:
    return f"\n{lines}\n"


def _titles(text: str) -> set[str]:
    """What a text is as a title: all of it, and its beginnings that are most of it or stand before a separator."""
    whole = _core(text)
    beginnings = {_core(text[: found.start()]) for found in _SEPARATOR.finditer(text)}
    return {each for each in (whole, *beginnings) if len(each) >= max(_SHORTEST_TITLE, len(whole) // 3)}


def _core(text: str) -> str:
    return _SIGNS.sub("", folded(text))
