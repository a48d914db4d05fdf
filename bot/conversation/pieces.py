"""What a text is made of: links, addresses of other schemes, text that is only kept, and the rest."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto

from bot.conversation import hosts
from bot.conversation.addresses import Address, read, run_end
from bot.conversation.characters import ENDS_ADDRESS
from bot.conversation.entities import Span
from bot.conversation.urls import absolute


class Kind(Enum):
    """What a piece means. ``LABEL`` is a text whose link, ``Piece.url``, is not written in it."""

    KEPT = auto()
    LABEL = auto()
    LINK = auto()
    OTHER_SCHEME = auto()
    NO_ADDRESS = auto()


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text, ``end`` exclusive, with the tags that are glued to a link."""

    kind: Kind
    start: int
    end: int
    url: str = ""
    tags: tuple[str, ...] = ()


_HTTP = re.compile(rf"https?://(?!https?:/)(?=[^{ENDS_ADDRESS}/?#\\.,;:@()])", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]{1,31}://(?=\S)", re.IGNORECASE)
_OTHER_SCHEME = re.compile(
    r"(?<![a-z0-9+.-])(?!https?:)[a-z][a-z0-9+.-]{1,31}+(?<!http)(?<!https)://(?=\S)", re.IGNORECASE
)
# No address, but Telegram shows it as one. Not if another address stands in it, which is then read by itself.
_SPOILT = re.compile(r"https?://[^/?#]*\.(?!.*://)", re.IGNORECASE)
_NOT_IN_NAME = re.compile(rf"[\W{ENDS_ADDRESS}]+")
_CODE = frozenset({"code", "pre"})


@dataclass(frozen=True, slots=True)
class _Start:
    """Where an address may start, and where it ends at the latest."""

    position: int
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
            yield Piece(_kind_of(span.url), span.start, span.end, span.url)


def _kind_of(target: str) -> Kind:
    try:
        absolute(target)
    except ValueError:
        return Kind.OTHER_SCHEME
    return Kind.LABEL


def _starts(text: str) -> Iterator[_Start]:
    for found in _OTHER_SCHEME.finditer(text):
        yield _Start(found.start(), len(text), has_other_scheme=True)
    for position in hosts.starts_of_common(text):
        yield _Start(position, len(text))


def _marked_starts(text: str, spans: Iterable[Span]) -> Iterator[_Start]:
    for span in spans:
        if span.type != "url":
            continue
        if scheme := _SCHEME.match(text, span.start, span.end):
            if scheme[0].lower() not in {"http://", "https://"}:
                yield _Start(span.start, span.end, has_other_scheme=True)
        else:
            yield from (_Start(position, span.end) for position in _bare(text, span))


def _bare(text: str, span: Span) -> Iterator[int]:
    """Where in an entity without a scheme the address starts; nowhere if it is only code with a dot in it."""
    position = next(hosts.starts(text, span.start, span.end), None)
    if position is not None:
        yield position
        return
    blank = _NOT_IN_NAME.match(text, span.start, span.end)
    start = blank.end() if blank else span.start
    host = re.split("[/?#]", text[start : span.end], maxsplit=1)[0]
    if "@" in host or not host.isascii():
        yield start


def _in_order(text: str, fixed: list[Piece], starts: list[_Start]) -> Iterator[Piece]:
    """Read the addresses one after the other; none starts inside of another one, of code or of a label."""
    known: dict[str, Address] = {}
    todo: list[tuple[int, int, Piece | _Start]] = [(piece.start, piece.kind.value, piece) for piece in fixed]
    todo += [(start.position, len(Kind), start) for start in starts]
    at = run_until = 0
    for position, _, item in sorted(todo, key=lambda entry: entry[:2]):
        if isinstance(item, Piece):
            yield item
            at = max(at, item.end)
            continue
        if position < at:
            continue
        if position >= run_until or item.has_other_scheme:
            run_until = run_end(text, position)
        run = text[position : min(run_until, item.limit)]
        address = known.get(run) or known.setdefault(run, read(run))
        piece = _piece(address, item)
        if piece:
            yield piece
            at = piece.end


def _piece(address: Address, start: _Start) -> Piece | None:
    end = start.position + address.length
    if start.has_other_scheme:
        return Piece(Kind.OTHER_SCHEME, start.position, end, address.url)
    if address.is_valid:
        return Piece(Kind.LINK, start.position, end, address.url, address.tags)
    if _SPOILT.match(address.url):
        return Piece(Kind.NO_ADDRESS, start.position, end, address.url)
    return None
