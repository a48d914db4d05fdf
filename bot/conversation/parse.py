"""A message as it is meant: its links with their tags, what can't be saved, a command, and the note that is left.

Where an address ends is decided in ``addresses``, what a tag is in ``hashtags``, which pages are the same in ``urls``.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.conversation import hashtags
from bot.conversation.entities import spans
from bot.conversation.message import Entity
from bot.conversation.pieces import Kind, Piece, pieces
from bot.conversation.urls import destination, is_address, url_key


class Rejection(StrEnum):
    """Why something that looks like an address is not one that can be saved."""

    OTHER_SCHEME = "other-scheme"
    NO_ADDRESS = "no-address"


@dataclass(frozen=True, slots=True)
class FoundLink:
    """A link as it is written, and the tags that are meant for it; ``destination`` makes the address to fetch of it."""

    url: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rejected:
    """What looks like an address and can't be saved."""

    url: str
    reason: Rejection


@dataclass(frozen=True, slots=True)
class Command:
    """``/name argument`` at the very beginning; ``name`` in lower case, ``bot`` if it is called by its name."""

    name: str
    argument: str
    bot: str | None


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a message means. ``tags`` are those of all links and of none, each as first written and in NFC.

    ``note`` is the text without links, tags and the command's name, blanks tidied, its lines kept.
    """

    links: tuple[FoundLink, ...]
    tags: tuple[str, ...]
    rejected: tuple[Rejected, ...]
    command: Command | None
    note: str


_LINK = "\ufdd0"
_KEPT = "\ufdd1"
_MARKS = re.compile(f"[{_LINK}{_KEPT}]")
_COMMAND = re.compile(r"[/／]([A-Za-z0-9_]{1,64})(?:@([A-Za-z0-9_]{3,32}))?(?![A-Za-z0-9_/@<>.-])")
# The colon of a Chinese keyboard. What takes its place is as long, so the places of the entities stay right.
_WIDE_SCHEME = re.compile(r"(https?)：//", re.IGNORECASE)
_INVISIBLE = re.compile(r"[\u200b\u2060\ufeff\u00ad\ufffc]")
_FOOTER = re.compile(r"(?:www\.)?(?:t|telegram)\.(?:me|dog)/(?:[\w+]+|joinchat/[^/]+)/?(?:\?.*)?")
_REASONS = {Kind.OTHER_SCHEME: Rejection.OTHER_SCHEME, Kind.NO_ADDRESS: Rejection.NO_ADDRESS}


@dataclass(frozen=True, slots=True)
class _Marked:
    """A text with a mark in place of each link and of each part that is only kept."""

    text: str
    links: tuple[str, ...]
    kept: tuple[str, ...]
    rejected: tuple[Rejected, ...]


def parse(
    text: str,
    entities: Sequence[Entity] | None = None,
    *,
    is_forward: bool = False,
    spare_urls: Sequence[str] = (),
) -> Parsed:
    """Understand a message. Never raises, whatever the text and the entities are.

    ``entities`` is None if the front end has recognised none. ``spare_urls`` (preview, buttons) count only if
    there is nothing better. In a forward a link to a channel is a footer, unless it is the only link.
    """
    text = _MARKS.sub(" ", text)
    if "：//" in text:
        text = _WIDE_SCHEME.sub(r"\1://", text)
    found = list(pieces(text, None if entities is None else spans(text, entities)))
    command = None if found and found[0].start == 0 else _COMMAND.match(text)
    marked = _marked(text, found, start=command.end() if command else 0)
    names, rest = hashtags.split(marked.text)
    tags = hashtags.unique(names)
    spare = [FoundLink(url, tags) for url in spare_urls if is_address(url)]
    return Parsed(
        links=_once(_best(_links(marked, tags), spare, is_forward=is_forward)),
        tags=tags,
        rejected=tuple(dict.fromkeys(marked.rejected)),
        command=Command(command[1].lower(), text[command.end() :].strip(), command[2]) if command else None,
        note=_note(rest, marked.kept),
    )


def join(earlier: Parsed, later: Parsed) -> Parsed:
    """Two messages as one: the tags of one that has no link are for all links of the other."""
    return Parsed(
        links=_once((*_shared(earlier, later), *_shared(later, earlier))),
        tags=hashtags.unique((*earlier.tags, *later.tags)),
        rejected=tuple(dict.fromkeys((*earlier.rejected, *later.rejected))),
        command=later.command or earlier.command,
        note="\n".join(note for note in (earlier.note, later.note) if note),
    )


def _shared(links_of: Parsed, tags_of: Parsed) -> Iterable[FoundLink]:
    more = () if tags_of.links else tags_of.tags
    return (FoundLink(link.url, hashtags.unique((*link.tags, *more))) for link in links_of.links)


def _marked(text: str, found: Iterable[Piece], start: int) -> _Marked:
    parts: list[str] = []
    links: list[str] = []
    kept: list[str] = []
    rejected: list[Rejected] = []
    at = start
    for piece in found:
        kind = piece.kind
        if piece.start < at and kind is not Kind.LABEL:
            continue
        parts.append(text[at : piece.start])
        at = max(at, piece.start if kind is Kind.LABEL else piece.end)
        if kind is Kind.LINK or kind is Kind.LABEL:
            links.append(piece.url)
            parts.append(_LINK + "".join([f"#{tag} " for tag in piece.tags]) if piece.tags else _LINK)
        elif kind is Kind.KEPT:
            kept.append(text[piece.start : piece.end])
            parts.append(_KEPT)
        else:
            rejected.append(Rejected(piece.url, _REASONS[kind]))
            parts.append(" ")
    return _Marked("".join((*parts, text[at:])), tuple(links), tuple(kept), tuple(rejected))


def _links(marked: _Marked, tags: tuple[str, ...]) -> list[FoundLink]:
    """The links with the tags of the message, or with those of their lines if each line has its own link."""
    lines = marked.text.split("\n") if len(marked.links) > 1 else []
    of_links = [line for line in lines if _LINK in line]
    names = [hashtags.split(line)[0] for line in of_links]
    # Tags that stand only behind the last link are meant for all: they are typed below what was shared.
    if len(of_links) < len(marked.links) or not any(names[:-1]):
        return [FoundLink(url, tags) for url in dict.fromkeys(marked.links)]
    of_all = [name for line in lines if _LINK not in line for name in hashtags.split(line)[0]]
    return [
        FoundLink(url, hashtags.unique((*own, *of_all))) for url, own in zip(marked.links, names, strict=True)
    ]


def _best(links: list[FoundLink], spare: list[FoundLink], *, is_forward: bool) -> list[FoundLink]:
    if not is_forward:
        return links or spare
    without_footers = ([link for link in some if not _is_footer(link.url)] for some in (links, spare))
    return next((some for some in without_footers if some), links or spare)


def _is_footer(url: str) -> bool:
    return _FOOTER.fullmatch(destination(url).partition("://")[2]) is not None


def _once(links: Iterable[FoundLink]) -> tuple[FoundLink, ...]:
    """Each page once, as first written, with the tags of all its links."""
    links = tuple(links)
    urls = dict.fromkeys(link.url for link in links)
    keys = {url: url_key(url) for url in urls} if len(urls) > 1 else dict.fromkeys(urls, "")
    pages: dict[str, FoundLink] = {}
    for link in links:
        first = pages.setdefault(keys[link.url], link)
        if first.tags != link.tags:
            pages[keys[link.url]] = FoundLink(first.url, hashtags.unique((*first.tags, *link.tags)))
    return tuple(pages.values())


def _note(text: str, kept: Iterable[str]) -> str:
    parts = iter(kept)
    whole = re.sub(_KEPT, lambda _: next(parts), _INVISIBLE.sub("", text.replace(_LINK, " ")))
    lines = (" ".join(line.split()) for line in whole.split("\n"))
    return "\n".join(line for line in lines if line)
