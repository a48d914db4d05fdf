"""Where the links that a query may find can come from: what ``matching`` chooses among, by their ``extents``.

A source gives every link that its part of a query finds, maybe twice, and none of another chat. It reads an index,
which has the links by their age under each value: of a tag, a site, a language, a day; a state is one value.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import String, false, literal, or_
from sqlmodel import and_, col, func, select

from storage.conditions import is_within, stands
from storage.extents import Extent, Extents, bounds_of, days_within, spans_of
from storage.models import Link, LinkTag
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
    TagPrefix,
)


@dataclass(frozen=True, slots=True)
class Source:
    """The links, by the column with their ids, that meet the conditions.

    ``values`` are what a ``column`` of an index is to be, one of them; ``exactly`` is what they say only roughly.
    """

    link_id: Any
    conditions: tuple[Any, ...] = ()
    column: Any = None
    values: tuple[str | int, ...] = ()
    exactly: tuple[Any, ...] = ()

    @property
    def arms(self) -> int:
        """Under how many values the index has the links, each in their order."""
        return len(self.values) if self.column is not None else 1

    def links(self, *bounds: Any) -> Any:
        """A select of their ids, within bounds of these, in any order."""
        return select(self.link_id).where(*self.conditions, *self._among(), *self.exactly, *bounds)

    def in_order(self, *bounds: Any) -> list[Any]:
        """Selects of their ids that each have the order of the index."""
        if self.column is None:
            return [self.links(*bounds)]
        under = select(self.link_id).where(*self.conditions, *self.exactly, *bounds)
        return [under.where(self.column == value) for value in self.values]

    def newest(self, most: int) -> Any:
        """The newest id up to ``most``, as a value in a statement: one look into the index for each value."""
        ids = select(self.link_id).where(*self.conditions, self.link_id <= most)
        last = ids.order_by(self.link_id.desc()).limit(1)
        if self.column is None:
            return last.scalar_subquery()
        values = listed(self.values)
        of_each = last.where(self.column == values).scalar_subquery()
        return select(func.max(of_each)).select_from(values.table).scalar_subquery()

    def _among(self) -> Sequence[Any]:
        match self.values:
            case _ if self.column is None:
                return ()
            case []:
                return (false(),)
            case [value]:
                return (self.column == value,)
            case _:
                return (self.column.in_(select(listed(self.values))),)


def listed(values: Sequence[str | int]) -> Any:
    """The column of a table with these values, of which a statement is the same whatever they are."""
    rows = func.json_each(literal(json.dumps(values), String)).table_valued("value")
    return rows.c.value


@dataclass(frozen=True, slots=True)
class Choice:
    """Sources whose links are all that the ``part`` of a query finds, and of how many links at most."""

    sources: tuple[Source, ...]
    part: Query
    links: int

    @property
    def arms(self) -> int:
        """Of how many lists in order their links are."""
        return sum(each.arms for each in self.sources)


def smallest(chat_id: int, part: Query, extents: Extents) -> Choice | None:
    """The smallest source of a part that has one, or several for *or*."""
    if (extent := extents.get(part)) is not None:
        return Choice((source_of(chat_id, part, extent),), part, extent.links)
    match part:
        case AllOf(parts):
            found = [smallest(chat_id, each, extents) for each in (*spans_of(part), *parts) if each != part]
            return min(filter(None, found), key=lambda each: each.links, default=None)
        case AnyOf(parts):
            choices = [smallest(chat_id, each, extents) for each in parts]
            known = [each for each in choices if each is not None]
            sources = tuple(source for each in known for source in each.sources)
            links = sum(each.links for each in known)
            return Choice(sources, part, links) if len(known) == len(choices) else None
        case _:
            return None


def source_of(chat_id: int, part: Query, extent: Extent) -> Source:
    """The source of a part of which there is an extent: a leaf, or several bounds in time."""
    of_chat: Any = Link.chat_id == chat_id
    match part:
        case HasTag() | TagPrefix():
            return Source(col(LinkTag.link_id), (), col(LinkTag.tag_id), extent.values)
        case OnSite():
            return Source(col(Link.id), (of_chat,), col(Link.site_key), extent.values)
        case InLanguage():
            return Source(col(Link.id), (of_chat,), col(Link.language), extent.values)
        case Is(state):
            return Source(col(Link.id), (of_chat, *stands(state, Link)))
        case _:
            bounds = bounds_of(part.parts if isinstance(part, AllOf) else (part,))
            return Source(col(Link.id), (of_chat,), col(Link.saved_on), extent.values, _exactly(bounds))


def _exactly(bounds: Sequence[Before | After]) -> tuple[Any, ...]:
    """Whether a link is within the bounds: only of the first and the last day its time is looked at."""
    first, last = days_within(bounds)
    between = and_(col(Link.saved_on) > first, col(Link.saved_on) < last)
    return (or_(between, and_(*(is_within(bound, col(Link.created_at)) for bound in bounds))),)


def everything(chat_id: int) -> Source:
    """All links of the chat."""
    return Source(col(Link.id), (Link.chat_id == chat_id,))
