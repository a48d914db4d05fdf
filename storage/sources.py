"""Where the links that a query may find can come from, and how many there are: what ``matching`` chooses among.

A source gives every link that its part of a query finds, maybe twice, and none of another chat. It reads an index:
under one value, as a tag or a state, that has the links by their age; under several, as the hosts of a site or the
days of a month, it has them by age under each.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from sqlalchemy import ColumnElement, Select, literal_column, or_
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.hosts import site_key
from storage.models import Link, LinkTag, Tag
from storage.query import (
    After,
    AllOf,
    AnyOf,
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
"""So far the links of a source are counted."""

Sizes = Mapping[Query, int]
"""How many links the sources of some parts of a query have; ``MANY`` is any number from there on."""


@dataclass(frozen=True, slots=True)
class Source:
    """The links, by the column with their ids, that meet the conditions.

    ``values`` selects what a ``column`` of an index may be, where that is more than one value; ``exactly`` is then
    what the values say only roughly.
    """

    link_id: Any
    conditions: tuple[Any, ...]
    column: Any = None
    values: Any = None
    exactly: tuple[Any, ...] = ()

    def links(self, *bounds: Any) -> Any:
        """A select of their ids, within bounds of these."""
        among = () if self.values is None else (self.column.in_(self.values),)
        return select(self.link_id).where(*self.conditions, *among, *self.exactly, *bounds)

    def newest(self, most: int) -> Any:
        """The newest id up to ``most``, as a value in a statement: one look into the index for each value."""
        ids = select(self.link_id).where(*self.conditions, self.link_id <= most)
        return self._last(ids.order_by(self.link_id.desc()).limit(1), func.max)

    def oldest(self) -> Any:
        """The oldest id, as a value in a statement."""
        return self._last(
            select(self.link_id).where(*self.conditions).order_by(self.link_id).limit(1), func.min
        )

    def _last(self, one: Any, of: Any) -> Any:
        if self.values is None:
            return one.scalar_subquery()
        values = self.values.cte()
        of_each = one.where(self.column == values.c[0]).scalar_subquery()
        return select(of(of_each)).select_from(values).scalar_subquery()


async def sizes_of(session: AsyncSession, chat_id: int, query: Query) -> Sizes:
    """The sizes of all sources that the query has, counted up to ``MANY`` where they are not known."""
    spans = list(_spans(query))
    within = [bound for span in spans for bound in span.parts]
    found = dict.fromkeys((*spans, *(leaf for leaf in leaves(query) if leaf not in within)))
    counts = {part: count for part in found if (count := _size(chat_id, part)) is not None}
    if not counts:
        return {}
    statement: Any = Select(*(count.scalar_subquery() for count in counts.values()))
    row: Sequence[int | None] = (await (await session.connection()).execute(statement)).one()
    return {part: size or 0 for part, size in zip(counts, row, strict=True)}


def _size(chat_id: int, part: Query) -> Any:
    match part:
        case HasTag(key):
            return select(Tag.links).where(Tag.chat_id == chat_id, Tag.key == key)
        case TagPrefix():
            return select(func.sum(Tag.links)).where(*begins(chat_id, part))
    source = source_of(chat_id, part)
    return source and select(func.count()).select_from(source.links().limit(MANY).subquery())


def size_of(part: Query, sizes: Sizes) -> int | None:
    """How many links the smallest source of the part has; None where there is none, or it was not counted."""
    match part:
        case AllOf():
            return min(_choices(part, sizes).values(), default=None)
        case AnyOf(parts):
            each = [size_of(one, sizes) for one in parts]
            return None if None in each else sum(size for size in each if size is not None)
        case _:
            return sizes.get(part)


def smallest(chat_id: int, part: Query, sizes: Sizes) -> tuple[list[Source], Query]:
    """The smallest source of a part that has one, or several for *or*, and what of the part they stand for."""
    match part:
        case AllOf():
            choices = _choices(part, sizes)
            choice = min(choices, key=lambda each: choices[each])
            is_span = isinstance(choice, AllOf)
            return ([_found(chat_id, choice)], choice) if is_span else smallest(chat_id, choice, sizes)
        case AnyOf(parts):
            return [source for each in parts for source in smallest(chat_id, each, sizes)[0]], part
        case _:
            return [_found(chat_id, part)], part


def _found(chat_id: int, part: Query) -> Source:
    source = source_of(chat_id, part)
    if source is None:
        raise ValueError(f"no source: {part}")
    return source


def _choices(query: AllOf, sizes: Sizes) -> dict[Query, int]:
    """What of the query a source may stand for, with its size: each part, and the bounds in time together."""
    spans = {span: sizes[span] for span in _spans(query) if span in sizes}
    parts = {part: size for part in query.parts if (size := size_of(part, sizes)) is not None}
    return spans | parts


def source_of(chat_id: int, part: Query) -> Source | None:
    """The source of a leaf, or of several bounds in time. None: links would have to be looked at one by one."""
    match part:
        case HasTag():
            return Source(col(LinkTag.link_id), (LinkTag.tag_id == tag_id(chat_id, part),))
        case TagPrefix():
            tags = select(Tag.id).where(*begins(chat_id, part))
            return Source(col(LinkTag.link_id), (), col(LinkTag.tag_id), tags)
        case OnSite(host):
            key = site_key(host)
            return _of_links(chat_id, col(Link.site_key), key, _after(key))
        case Before() | After():
            return _saved_within(chat_id, [part])
        case AllOf(parts) if len(bounds := bounds_of(parts)) == len(parts):
            return _saved_within(chat_id, bounds)
        case InLanguage(code):
            exactly = (speaks(code, col(Link.language)),)
            return _of_links(chat_id, col(Link.language), code, _after(f"{code}-"), exactly)
        case Is(state):
            return Source(col(Link.id), (Link.chat_id == chat_id, *stands(state, Link)))
        case _:
            return None


def everything(chat_id: int) -> Source:
    """All links of the chat."""
    return Source(col(Link.id), (Link.chat_id == chat_id,))


def tag_id(chat_id: int, tag: HasTag) -> Any:
    """The id of the tag, as a value in a statement; null if the chat has no such tag."""
    return select(Tag.id).where(Tag.chat_id == chat_id, Tag.key == tag.key).scalar_subquery()


def begins(chat_id: int, prefix: TagPrefix) -> tuple[ColumnElement[bool], ...]:
    """What makes a tag one of the chat's that begin so."""
    return Tag.chat_id == chat_id, *_between(col(Tag.key), prefix.key, _after(prefix.key))  # type: ignore[return-value]


def is_on(host: str, column: Any) -> ColumnElement[bool]:
    """Whether the column with keys of sites has the host's or one of a subdomain."""
    key = site_key(host)
    condition: ColumnElement[bool] = (column >= key) & (column < _after(key))
    return condition


def is_within(bound: Before | After, saved_at: Any) -> ColumnElement[bool]:
    """Whether a time is on that side of the bound."""
    is_before: ColumnElement[bool] = saved_at < bound.at
    return is_before if isinstance(bound, Before) else saved_at >= bound.at


def speaks(code: str, column: Any) -> ColumnElement[bool]:
    """Whether the column with a language has this one, of whatever region."""
    return or_(column == code, (column >= f"{code}-") & (column < _after(f"{code}-")))


def stands(state: State, link: Any) -> tuple[ColumnElement[bool], ...]:
    """The conditions on a link in that state, to the letter those of the indexes."""
    match state:
        case State.UNTAGGED:
            return (link.tag_count == literal_column("0"),)
        case State.FAILED:
            return (link.is_failed.is_(True),)
        case State.DEAD:
            return (link.is_dead.is_(True),)
        case State.PDF:
            return (link.is_pdf.is_(True),)
        case State.UNREAD:
            return link.is_kept.is_(True), link.read_at.is_(None)


def _saved_within(chat_id: int, bounds: Sequence[Before | After]) -> Source:
    first, last = days_within(bounds)
    exactly = tuple(is_within(bound, col(Link.created_at)) for bound in bounds)
    return _of_links(chat_id, col(Link.saved_on), first, f"{last}.", exactly)


def days_within(bounds: Iterable[Before | After]) -> tuple[str, str]:
    """The first and the last day, in UTC, that bounds in time leave."""
    days = [(isinstance(bound, After), bound.at.astimezone(UTC).date().isoformat()) for bound in bounds]
    first = max((day for is_first, day in days if is_first), default="")
    return first, min((day for is_first, day in days if not is_first), default="9999")


def _of_links(chat_id: int, column: Any, low: str, high: str, exactly: tuple[Any, ...] = ()) -> Source:
    """The links whose column is from ``low`` on and below ``high``."""
    of_chat: Any = Link.chat_id == chat_id
    return Source(col(Link.id), (of_chat,), column, _values(of_chat, column, low, high), exactly)


def _values(of_chat: Any, column: Any, low: str, high: str) -> Any:
    """The values of the column in the chat: the index is asked for one after another, not link by link."""
    first = select(func.min(column).label("value")).where(of_chat, *_between(column, low, high))
    values = first.cte(recursive=True)
    following = select(func.min(column)).where(of_chat, column > values.c.value, column < high)
    values = values.union_all(select(following.scalar_subquery()).where(values.c.value.is_not(None)))
    return select(values.c.value).where(values.c.value.is_not(None))


def _between(column: Any, low: str, high: str) -> tuple[Any, Any]:
    return column >= low, column < high


def _after(beginning: str) -> str:
    """What sorts behind everything that begins so."""
    return f"{beginning}\U0010ffff"


def bounds_of(parts: Iterable[Query]) -> list[Before | After]:
    """The bounds in time among the parts."""
    return [part for part in parts if isinstance(part, Before | After)]


def _spans(query: Query) -> Iterator[AllOf]:
    """Bounds that hold together: half of the links may be beyond each, and few between them."""
    if isinstance(query, AllOf) and len(bounds := bounds_of(query.parts)) > 1:
        yield AllOf(tuple(bounds))
