"""The fields of the query language: what ``site:``, ``before:``, ``after:``, ``lang:`` and ``is:`` take."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from difflib import get_close_matches
from enum import StrEnum
from unicodedata import normalize

from ada_url import idna_to_ascii

from storage.hosts import host_of
from storage.query import After, Before, InLanguage, Is, Leaf, OnSite, State

LONGEST_WORD = 64
_EARLIEST_YEAR, _LATEST_YEAR = 1900, 2999
_DATE = re.compile(
    r"(?P<year>\d{4})(?:[-/.年](?P<month>\d{1,2})(?:[-/.月](?P<day>\d{1,2}))?)?[年月日号]?|"
    r"(?P<year8>\d{4})(?P<month8>\d{2})(?P<day8>\d{2})",
    re.ASCII,
)
_HOST = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8}){0,3}")


class MistakeKind(StrEnum):
    """What can't be understood in a query."""

    UNKNOWN_FIELD = "unknown-field"
    NO_VALUE = "no-value"
    UNKNOWN_STATE = "unknown-state"
    BAD_DATE = "bad-date"
    BAD_SITE = "bad-site"
    BAD_LANGUAGE = "bad-language"
    UNBALANCED = "unbalanced"
    TOO_DEEP = "too-deep"
    TOO_MANY_TERMS = "too-many-terms"
    TOO_LONG = "too-long"


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with a query: ``word`` is the part of it to point at, and ``offered`` what may stand there."""

    kind: MistakeKind
    word: str
    offered: tuple[str, ...] = ()


class Misread(Exception):  # noqa: N818 - it never leaves the two modules that read queries
    """A mistake on its way out of the reader."""

    def __init__(self, kind: MistakeKind, word: str, offered: Iterable[str] = ()) -> None:
        super().__init__(kind)
        shown = word if len(word) <= LONGEST_WORD else word[: LONGEST_WORD - 1] + "…"
        self.mistake = Mistake(kind, shown, tuple(offered))


def field(name: str, value: str, zone: tzinfo) -> Leaf:
    """What ``name:value`` asks for. ``name`` is one of ``FIELDS``; dates are days of ``zone``. Raises ``Misread``."""
    try:
        return FIELDS[name](normalize("NFKC", value).strip().lower(), zone)
    except Misread as error:
        raise Misread(error.mistake.kind, value, error.mistake.offered) from None


def field_text(leaf: Leaf, zone: tzinfo) -> str:
    """The field as it is typed; empty for what is no field."""
    match leaf:
        case OnSite(host):
            return f"site:{host}"
        case Before(at):
            return f"before:{at.astimezone(zone).date().isoformat()}"
        case After(at):
            return f"after:{at.astimezone(zone).date().isoformat()}"
        case InLanguage(code):
            return f"lang:{code}"
        case Is(state):
            return f"is:{state}"
        case _:
            return ""


def nearest_first(word: str, names: Iterable[str]) -> tuple[str, ...]:
    """The names, those first that are written nearly as the word is."""
    names = list(names)
    return tuple(dict.fromkeys([*get_close_matches(word, names, n=3, cutoff=0.5), *names]))


def _site(value: str, _zone: tzinfo) -> OnSite:
    """Of a host or a whole address, also one with ``www.`` or ``*.``."""
    host = host_of(value if "://" in value else f"//{value.removeprefix('*.')}").strip(".")
    if not host.isascii():
        host = bytes(idna_to_ascii(host)).decode()
    host = host.removeprefix("www.")
    if not _HOST.fullmatch(host):
        raise Misread(MistakeKind.BAD_SITE, value)
    return OnSite(host)


def _before(value: str, zone: tzinfo) -> Before:
    """Strictly before the beginning of the day, month or year."""
    return Before(_beginning(value, zone))


def _after(value: str, zone: tzinfo) -> After:
    """From the beginning of the day, month or year on: so ``after:2026-05 before:2026-06`` is May."""
    return After(_beginning(value, zone))


def _beginning(value: str, zone: tzinfo) -> datetime:
    found = _DATE.fullmatch(value)
    if found is None:
        raise Misread(MistakeKind.BAD_DATE, value)
    year, month, day = (int(found[part] or found[f"{part}8"] or 1) for part in ("year", "month", "day"))
    if not _EARLIEST_YEAR <= year <= _LATEST_YEAR:
        raise Misread(MistakeKind.BAD_DATE, value)
    try:
        return datetime(year, month, day, tzinfo=zone).astimezone(UTC)
    except ValueError:
        raise Misread(MistakeKind.BAD_DATE, value) from None


def _language(value: str, _zone: tzinfo) -> InLanguage:
    code = value.replace("_", "-")
    if not _LANGUAGE.fullmatch(code):
        raise Misread(MistakeKind.BAD_LANGUAGE, value)
    return InLanguage(code)


def _state(value: str, _zone: tzinfo) -> Is:
    try:
        return Is(State(value))
    except ValueError:
        raise Misread(MistakeKind.UNKNOWN_STATE, value, nearest_first(value, State)) from None


FIELDS: dict[str, Callable[[str, tzinfo], Leaf]] = {
    "site": _site,
    "before": _before,
    "after": _after,
    "lang": _language,
    "is": _state,
}
