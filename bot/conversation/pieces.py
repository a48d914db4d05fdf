"""What a text is made of: links, addresses of other schemes, text that is only kept, and the rest."""

import re
from collections.abc import Iterable, Iterator
from enum import Enum, auto
from operator import attrgetter
from typing import NamedTuple

from bot.conversation import hosts
from bot.conversation.addresses import Address, read, run_end
from bot.conversation.characters import ENDS_ADDRESS
from bot.conversation.entities import Span
from bot.conversation.urls import is_address

LONGEST_ADDRESS = 8192
"""In characters; a longer one is cut. No server takes more, and a long text takes no more time than it must."""


class Kind(Enum):
    """What a piece means. ``LABEL`` is a text whose link, ``Piece.url``, is not written in it."""

    KEPT = auto()
    LABEL = auto()
    LINK = auto()
    OTHER_SCHEME = auto()
    NO_ADDRESS = auto()


class Piece(NamedTuple):
    """A part of a text, ``end`` exclusive, with the tags that are glued to a link."""

    kind: Kind
    start: int
    end: int
    url: str = ""
    tags: tuple[str, ...] = ()


_HTTP = re.compile(rf"https?://(?!https?:/)(?=[^{ENDS_ADDRESS}/?#\\.,;:@()%])", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]{1,31}://(?=\S)", re.IGNORECASE)
_OTHER_SCHEME = re.compile(
    r"(?<![a-z0-9+.-])(?!https?:)[a-z][a-z0-9+.-]{1,31}+(?<!http)(?<!https)://(?=\S)", re.IGNORECASE
)
# No address, but Telegram shows it as one. Not if another address stands in it, which is then read by itself.
_SPOILT = re.compile(r"https?://[^/?#]*\.(?!.*://)", re.IGNORECASE)
_NOT_IN_NAME = re.compile(rf"[\W{ENDS_ADDRESS}]+")
_CODE = frozenset({"code", "pre"})


class _Start(NamedTuple):
    """Where an address may start, and where it ends at the latest."""

    start: int
    limit: int
    has_other_scheme: bool = False


def pieces(text: str, spans: Iterable[Span] | None) -> Iterator[Piece]:
    """The pieces of a text in their order; without spans it is searched for everything that Telegram would see."""
    fixed = [] if spans is None else list(_fixed(spans := list(spans)))
    starts = [_Start(found.start(), len(text)) for found in _HTTP.finditer(text)]
    starts += _starts(text) if spans is None else _marked_starts(text, spans)
    return _in_order(text, fixed, starts)


def _fixed(spans: Iterable[Span]) -> Iterator[Piece]:
    for span in spans:
        if span.type in _CODE:
            yield Piece(Kind.KEPT, span.start, span.end)
        elif span.type == "text_link" and span.url:
            yield _label(span, span.url)


def _label(span: Span, target: str) -> Piece:
    if is_address(target):
        return Piece(Kind.LABEL, span.start, span.end, target)
    return Piece(Kind.OTHER_SCHEME, span.start, span.start, target)


def _starts(text: str) -> Iterator[_Start]:
    for found in _OTHER_SCHEME.finditer(text):
        yield _Start(found.start(), len(text), has_other_scheme=True)
    for name in hosts.with_common_endings(text):
        yield _Start(name.start, name.limit)


def _marked_starts(text: str, spans: Iterable[Span]) -> Iterator[_Start]:
    for span in spans:
        if span.type != "url":
            continue
        if scheme := _SCHEME.match(text, span.start, span.end):
            if scheme[0].lower() not in {"http://", "https://"}:
                yield _Start(span.start, span.end, has_other_scheme=True)
        else:
            yield from _bare(text, span)


def _bare(text: str, span: Span) -> Iterator[_Start]:
    """Where in an entity without a scheme the address starts; nowhere if it is only code with a dot in it."""
    names = list(hosts.names(text, span.start, span.end))
    if names:
        yield from (_Start(name.start, name.limit) for name in names)
        return
    blank = _NOT_IN_NAME.match(text, span.start, span.end)
    start = blank.end() if blank else span.start
    host = re.split("[/?#]", text[start : span.end], maxsplit=1)[0]
    if "@" in host or not host.isascii():
        yield _Start(start, span.end)


def _in_order(text: str, fixed: list[Piece], starts: list[_Start]) -> Iterator[Piece]:
    """Read the addresses one after the other; none starts inside of another one, of code or of a label."""
    known: dict[str, Address] = {}
    at = run_until = 0
    items: list[Piece | _Start] = [*fixed, *starts]
    # At the same place the fixed ones come first: sorting is stable.
    for item in sorted(items, key=attrgetter("start")):
        if isinstance(item, Piece):
            yield item
            at = max(at, item.end)
        elif item.start >= at:
            if item.start >= run_until:
                run_until = run_end(text, item.start)
            run = text[item.start : min(run_until, item.limit)][:LONGEST_ADDRESS]
            address = known.get(run) or known.setdefault(run, read(run))
            if piece := _piece(address, item):
                yield piece
                at = piece.end


def _piece(address: Address, start: _Start) -> Piece | None:
    end = start.start + address.length
    if start.has_other_scheme:
        return Piece(Kind.OTHER_SCHEME, start.start, end, address.url)
    if address.is_valid:
        return Piece(Kind.LINK, start.start, end, address.url, address.tags)
    if _SPOILT.match(address.url):
        return Piece(Kind.NO_ADDRESS, start.start, end, address.url)
    return None
