"""What a person noted of a link, without what only their phone has put there: the title of the page."""

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


def _titles(text: str) -> set[str]:
    """What a text is as a title: all of it, and its beginnings that are most of it or stand before a separator."""
    whole = _core(text)
    beginnings = {_core(text[: found.start()]) for found in _SEPARATOR.finditer(text)}
    return {each for each in (whole, *beginnings) if len(each) >= max(_SHORTEST_TITLE, len(whole) // 3)}


def _core(text: str) -> str:
    return _SIGNS.sub("", folded(text))
