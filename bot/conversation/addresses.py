"""Where an address ends in running text. Telegram's own answer is too long: it takes ``。好文`` for a part of it.

The rules of Telegram stand (an unbalanced bracket and final punctuation are outside), and the ones for text
without spaces between words are added.
"""

import re
from dataclasses import dataclass

from bot.conversation.characters import CJK, ENDS_ADDRESS
from bot.conversation.hashtags import is_name
from bot.conversation.hosts import COMMON_ENDING
from bot.conversation.urls import is_address

_SEPARATORS = r",;|~·—–()\[\]{}'!*`"
_NEW = r"https?://"
# An address goes on after a separator unless another address starts there.
_RUN = re.compile(
    rf"[^{ENDS_ADDRESS}{_SEPARATORS}]*+(?:[{_SEPARATORS}](?!{_NEW})[^{ENDS_ADDRESS}{_SEPARATORS}]*+)*+",
    re.IGNORECASE,
)
_WHOLE_RUN = re.compile(rf"[^{ENDS_ADDRESS}]*+")
_PLAIN = re.compile(
    r"(?:https?://)?[a-z0-9.-]+\.[a-z]+(?:[/?](?:[\w./?&=%~+-]*[\w/=-])?)?", re.ASCII | re.IGNORECASE
)
# Scheme, credentials, host and port; a host that another address is glued to ends there.
_AUTHORITY = re.compile(
    r"(?:[a-z][a-z0-9+.-]*://)?(?:[^/?#\\]*@)?"
    rf"(?:\[[0-9a-f:.]*\]|(?:(?!{_NEW})[a-z0-9._\-\x80-\U0010ffff])+)(?::\d+)?",
    re.IGNORECASE,
)
_CJK = re.compile(f"[{CJK}]")
_GLUED_TO_HOST = re.compile(
    rf"(?:\.(?P<ending>[a-z]{{2,}})|\.\d{{1,3}}|:\d{{1,5}})(?=[{CJK}—])", re.IGNORECASE
)
_GLUE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789).,;!")
_AFTER_END = ".:;,('?!`\"*[{"
_OPENS = {")": "(", "]": "[", "}": "{"}
# Here a title like C语言 is one segment of the path.
_CJK_TITLES = re.compile(
    r"https?://(?:(?:zh|ja|ko|yue|wuu)(?:\.m)?\.(?:wikipedia|wiktionary)\.org/|baike\.baidu\.com/item/)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Address:
    """An address as it is written; ``length`` counts the tags too that are glued to it.

    ``is_valid`` says whether it can be fetched.
    """

    url: str
    tags: tuple[str, ...]
    length: int
    is_valid: bool


def run_end(text: str, start: int) -> int:
    """Where the characters end that may belong to the address at ``start``."""
    found = _RUN.match(text, start)
    end = found.end() if found else start
    # In …?u=https://a.com,https://b.com the second belongs to the same list as the first.
    if text[end : end + 1] in {",", ";", "|"} and text.find("://", start + len("https://"), end) >= 0:
        found = _WHOLE_RUN.match(text, start)
    return found.end() if found else start


def read(run: str) -> Address:
    """The address at the beginning of ``run``, which ``run_end`` has ended."""
    if _PLAIN.fullmatch(run):
        return _address(run)
    written = _balanced(run)
    main = written.partition("#")[0]
    authority = _AUTHORITY.match(main)
    path = authority.end() if authority else 0
    if path < len(main) and main[path] not in "/?\\":
        return _address(main[:path] if "." in main[:path] else main)
    end = _glued(main, path)
    if end < len(main):
        return _address(main[:end].rstrip(_AFTER_END))
    return _with_fragment(written.rstrip(_AFTER_END))


def _address(url: str, tags: tuple[str, ...] = (), length: int | None = None) -> Address:
    return Address(url, tags, len(url) if length is None else length, is_address(url))


def _with_fragment(written: str) -> Address:
    main, _, fragment = written.partition("#")
    anchor, tags = _anchor_and_tags(fragment)
    url = f"{main}#{anchor}" if anchor else main
    if tags or not anchor or ":~:" in anchor:
        return _address(url, tags, len(written))
    return _address(f"{main}#{anchor[: _first_glued(anchor, 0)]}".rstrip(_AFTER_END))


def _anchor_and_tags(fragment: str) -> tuple[str, tuple[str, ...]]:
    """A fragment holds no second ``#``, and no page has a place that is named in Chinese: those are tags."""
    first, *others = fragment.split("#")
    tags: list[str] = []
    while others and (not others[-1] or is_name(others[-1])):
        tags.append(others.pop())
    if not others and is_name(first) and _CJK.search(first):
        tags.append(first)
        first = ""
    return "#".join((first, *others)), tuple(tag for tag in reversed(tags) if tag)


def _balanced(run: str) -> str:
    """The run up to a closing bracket that nothing has opened."""
    if not any(bracket in run for bracket in _OPENS):
        return run
    depth = dict.fromkeys(_OPENS.values(), 0)
    for position, character in enumerate(run):
        if character in depth:
            depth[character] += 1
        elif opening := _OPENS.get(character):
            if not depth[opening]:
                return run[:position]
            depth[opening] -= 1
    return run


def _glued(main: str, path: int) -> int:
    """Where the text goes on that is glued to the address: ``https://e.com/1很好``; the whole length if none is."""
    if main.isascii():
        return len(main)
    for host in _GLUED_TO_HOST.finditer(main, 0, path):
        ending = host["ending"]
        if ending is None or COMMON_ENDING.fullmatch(ending):
            return host.end()
    return len(main) if _CJK_TITLES.match(main) else _first_glued(main, path)


def _first_glued(part: str, start: int) -> int:
    dashes = part.find("——", start)
    end = len(part) if dashes < 0 else dashes
    first = _CJK.search(part, start, end)
    if first is None or first.start() == start:
        return end
    before = part[first.start() - 1]
    if before == "—":
        return first.start() - 1
    # After a slash or a hyphen it is a title in the path, and then so is what follows.
    return first.start() if before in _GLUE else end
