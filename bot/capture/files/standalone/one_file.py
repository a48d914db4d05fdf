"""Putting a page that was taken in pieces together to one HTML file. No browser in here."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from html import escape
from typing import TypeAlias

from bot.capture.files.received import Body
from bot.capture.files.standalone import stylesheets
from bot.capture.files.standalone.stylesheets import Address, Import, Part

MAX_BYTES = 50 * 1024 * 1024
MAX_ONE_BYTES = 12 * 1024 * 1024
MAX_IMPORT_DEPTH = 4
# Nothing but what is in the file itself: whatever the cleaning may have missed can't be loaded or run.
POLICY = (
    "default-src 'none'; img-src data:; media-src data:; font-src data:; "
    "style-src 'unsafe-inline' data:; base-uri 'none'; form-action 'none'"
)
_NOTHING = "data:,0"


class Place(Enum):
    """Where CSS stands, which decides what is escaped in it."""

    ELEMENT = "css"
    SVG_ELEMENT = "svg-css"
    ATTRIBUTE = "style"


@dataclass(frozen=True, slots=True)
class Style:
    """CSS in its parts."""

    parts: list[Part]
    place: Place


class Head(Enum):
    """The place for what we say at the beginning of the file."""

    OURS = "head"


@dataclass(frozen=True, slots=True)
class Document:
    """What one document shows; strings are HTML. The documents in its frames are among its ``pieces``."""

    address: str
    pieces: "list[Piece]"
    is_cut: bool

    def everything(self) -> "Iterator[Piece]":
        """Its pieces and those of its frames."""
        for piece in self.pieces:
            yield piece
            if isinstance(piece, Document):
                yield from piece.everything()


Piece: TypeAlias = str | Address | Style | Head | Document


@dataclass(frozen=True, slots=True)
class Copy:
    """All that the file is made of. ``late`` is what the browser did not give in time."""

    document: Document
    sheets: Mapping[str, list[Part]]
    bodies: Mapping[str, Body]
    late: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class OneFile:
    """The file in UTF-8, and sentences about what did not get into it."""

    content: bytes
    problems: list[str]


def one_file(copy: Copy, title: str, captured_at: datetime) -> OneFile:
    """Put everything into its place, up to ``MAX_BYTES``."""
    joining = _Joining(copy, _head(copy.document.address, title, captured_at))
    content = "".join(joining.document(copy.document)).encode("utf-8", "replace")
    problems = []
    if left_out := len(joining.left_out | copy.late):
        problems.append(
            f"The HTML file is without {left_out} of its pictures and fonts: with them it is larger than "
            f"{MAX_BYTES // 1024**2} MB, or the browser did not give them in time."
        )
    if any(
        isinstance(each, Document) and each.is_cut for each in (copy.document, *copy.document.everything())
    ):
        problems.append("The HTML file ends early: the page is too large to be copied whole.")
    return OneFile(content, problems)


def _head(address: str, title: str, captured_at: datetime) -> str:
    return (
        f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f'<meta name="referrer" content="no-referrer"><title>{escape(title)}</title>'
        f'<meta name="captured-from" content="{escape(address)}">'
        f'<meta name="captured-at" content="{captured_at.isoformat(timespec="seconds")}">'
    )


@dataclass(slots=True)
class _Joining:
    """One way through all pieces, in the order in which they are shown."""

    copy: Copy
    head: str
    left_bytes: int = MAX_BYTES
    left_out: set[str] = field(default_factory=set)
    _ready: dict[str, str] = field(default_factory=dict)

    def document(self, document: Document, *, depth: int = 0) -> Iterator[str]:
        for piece in document.pieces:
            match piece:
                case str():
                    yield piece
                case Address():
                    yield escape(self._embedded(piece, document.address))
                case Style():
                    yield self._style(piece, document.address)
                case Head() if depth == 0:
                    yield self.head
                case Document():
                    yield escape("".join(self.document(piece, depth=depth + 1)))

    def _style(self, style: Style, here: str) -> str:
        css = self._css(style.parts, here, ())
        return css if style.place is Place.ELEMENT else escape(css)

    def _css(self, parts: Sequence[Part], here: str, above: tuple[str, ...]) -> str:
        return stylesheets.joined(
            parts,
            embed=lambda address: self._embedded(address, here),
            sheet=lambda each: self._imported(each, here, above),
        )

    def _imported(self, sheet: Import, here: str, above: tuple[str, ...]) -> str:
        if sheet.address in above or len(above) > MAX_IMPORT_DEPTH:
            return ""
        return self._css(self.copy.sheets.get(sheet.address, ()), here, (*above, sheet.address))

    def _embedded(self, named: Address, here: str) -> str:
        if named.address in {"", here.partition("#")[0]}:
            return named.fragment
        return self._held(named.address) + named.fragment

    def _held(self, address: str) -> str:
        """The address as one that holds what it stands for, as long as there is room."""
        if address not in self._ready:
            self._ready[address] = self._holding(address)
        ready = self._ready[address]
        if len(ready) > min(self.left_bytes, MAX_ONE_BYTES):
            self.left_out.add(address)
            return _NOTHING
        self.left_bytes -= len(ready)
        return ready

    def _holding(self, address: str) -> str:
        if address.startswith("data:"):
            return address
        body = self.copy.bodies.get(address)
        if not body or not body.content:
            return _NOTHING
        return f"data:{body.media_type};base64,{base64.b64encode(body.content).decode()}"
