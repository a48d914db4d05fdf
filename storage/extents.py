"""What is known of the parts of a query before any link is read: how many links each has, under which values.

It costs one statement, which counts no further than it helps to know. The statement is SQLite's own SQL as text:
told so it is made in no time, and JSON carries lists of any length through it.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from sqlalchemy import text as sql
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.columns import clean
from storage.hosts import site_key
from storage.query import (
    After,
    AllOf,
    Before,
    HasTag,
    InLanguage,
    Is,
    OnSite,
    Query,
    State,
    TagPrefix,
    leaves,
)

MANY = 20_001
"""So far links are counted, except those with a tag, whose number is known."""
NEWEST = 2**62


@dataclass(frozen=True, slots=True)
class Extent:
    """``links`` is how many the part has, at most; for ``MANY`` or more it may be any number unless it ``is_exact``.

    ``values`` are those of the column by which an index has them: the ids of tags, keys of sites, languages, days.
    ``oldest`` and ``newest`` are ids that bound it.
    """

    links: int
    values: tuple[str | int, ...] = ()
    oldest: int = 0
    newest: int = NEWEST
    is_exact: bool = False


Extents = Mapping[Query, Extent]
Told = tuple[str, dict[str, str]]
"""A statement that selects a list as JSON, and its parameters."""

_TAGS = (
    "SELECT json_array(coalesce(sum(links), 0), json_group_array(id))"
    " FROM tag WHERE chat_id = :chat AND key >= :low AND key {below} :high"
)
_COUNTED = (
    "coalesce((SELECT :many FROM link WHERE chat_id = :chat AND {which} LIMIT 1 OFFSET :many - 1),"
    " (SELECT count(*) FROM link WHERE chat_id = :chat AND {which}))"
)
"""To find one behind all that are counted is half of the work of counting them."""
_STATES = f"SELECT json_array({_COUNTED})"
_VALUES = (
    "WITH RECURSIVE found(value) AS (SELECT min({column}) FROM link"
    " WHERE chat_id = :chat AND {column} >= :low AND {column} < :high"
    " UNION ALL SELECT (SELECT min({column}) FROM link"
    " WHERE chat_id = :chat AND {column} > found.value AND {column} < :high)"
    " FROM found WHERE found.value IS NOT NULL)"
    " SELECT json_array({links},"
    " json_group_array(value){ends}) FROM found WHERE value IS NOT NULL"
)
_ENDS = (
    ", min((SELECT min(id) FROM link WHERE chat_id = :chat AND {column} = value)),"
    " max((SELECT max(id) FROM link WHERE chat_id = :chat AND {column} = value))"
)
"""The index is asked for one value after another, and for the ends of each, not link by link."""
STATES = {
    State.UNTAGGED: "tag_count = 0",
    State.FAILED: "is_failed IS 1",
    State.DEAD: "is_dead IS 1",
    State.PDF: "is_pdf IS 1",
    State.UNREAD: "is_kept IS 1 AND read_at IS NULL",
}
"""The conditions to the letter of the indexes."""


async def extents_of(session: AsyncSession, chat_id: int, query: Query) -> Extents:
    """The extents of all parts of the query that an index has."""
    spans = list(spans_of(query))
    within = [bound for span in spans for bound in span.parts]
    parts = dict.fromkeys((*spans, *(leaf for leaf in leaves(query) if leaf not in within)))
    asked = {part: told for part in parts if (told := _told(part)) is not None}
    if not asked:
        return {}
    columns, given = zip(*map(_numbered, range(len(asked)), asked.values()), strict=True)
    statement = sql(f"SELECT {', '.join(columns)}")
    values = {"chat": chat_id, "many": MANY} | {name: value for each in given for name, value in each.items()}
    row = (await (await session.connection()).execute(statement, values)).one()
    return {part: _extent(part, json.loads(told)) for part, told in zip(asked, row, strict=True)}


def _numbered(number: int, told: Told) -> Told:
    """One of several statements that become one, with names of its own for its parameters."""
    statement, values = told
    for name in values:
        statement = statement.replace(f":{name}", f":{name}{number}")
    return f"({statement})", {f"{name}{number}": clean(value) for name, value in values.items()}


def _told(part: Query) -> Told | None:
    match part:
        case HasTag(key):
            return _TAGS.format(below="<="), {"low": key, "high": key}
        case TagPrefix(key):
            return _TAGS.format(below="<"), {"low": key, "high": after(key)}
        case OnSite(host):
            key = site_key(host)
            return _values("site_key", key, after(key))
        case InLanguage(code):
            return _values("language", code, after(f"{code}-"))
        case Before() | After():
            return _days([part])
        case AllOf(parts) if len(bounds := bounds_of(parts)) == len(parts):
            return _days(bounds)
        case Is(state):
            return _STATES.format(which=STATES[state]), {}
        case _:
            return None


def _values(column: str, low: str, high: str, ends: str = "") -> Told:
    links = _COUNTED.format(which=f"{column} >= :low AND {column} < :high")
    return _VALUES.format(column=column, links=links, ends=ends), {"low": low, "high": high}


def _days(bounds: Sequence[Before | After]) -> Told:
    first, last = days_within(bounds)
    return _values("saved_on", first, f"{last}.", _ENDS.format(column="saved_on"))


def _extent(part: Query, told: Sequence[Any]) -> Extent:
    match part, told:
        case ((HasTag() | TagPrefix()), [links, ids]):
            return Extent(links, tuple(ids), is_exact=True)
        case InLanguage(code), [links, values]:
            return Extent(
                links, tuple(each for each in values if each == code or each.startswith(f"{code}-"))
            )
        case _, [links, values, oldest, newest]:
            return Extent(links, tuple(values), oldest or 0, newest or 0)
        case _, [links, values]:
            return Extent(links, tuple(values))
        case _, [links]:
            return Extent(links)
        case _:
            raise ValueError(f"not an extent: {told}")


def spans_of(query: Query) -> Iterator[AllOf]:
    """Bounds that hold together: half of the links may be beyond each, and few between them."""
    if isinstance(query, AllOf) and len(bounds := bounds_of(query.parts)) > 1:
        yield AllOf(tuple(bounds))


def bounds_of(parts: Iterable[Query]) -> list[Before | After]:
    """The bounds in time among the parts."""
    return [part for part in parts if isinstance(part, Before | After)]


def days_within(bounds: Iterable[Before | After]) -> tuple[str, str]:
    """The first and the last day, in UTC, that bounds in time leave."""
    days = [(isinstance(bound, After), bound.at.astimezone(UTC).date().isoformat()) for bound in bounds]
    first = max((day for is_first, day in days if is_first), default="")
    return first, min((day for is_first, day in days if not is_first), default="9999")


def after(beginning: str) -> str:
    """What sorts behind everything that begins so."""
    return f"{beginning}\U0010ffff"
