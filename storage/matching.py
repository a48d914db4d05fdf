"""A query as SQL: which links of a chat it finds, newest first, as many as are wanted.

A query is a condition that is put to links one after another; what makes it quick is which links it is put to, and
that it is put to no more of them than needed. They come from a source (next door, in ``sources``), else from all
links of the chat. A source that has them by their age, as a tag has, is read until enough are found; another one of
few links is read whole, and one of many in stretches of ids that grow from the newest on. Every leaf is bound to the
chat, so the tags and hosts of another chat find nothing.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, true, union_all
from sqlalchemy import not_ as is_not
from sqlalchemy.orm import aliased
from sqlmodel import and_, col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models import Link, LinkTag, Tag
from storage.query import (
    After,
    AllOf,
    AnyOf,
    Before,
    Everything,
    HasTag,
    InLanguage,
    Is,
    Leaf,
    Not,
    OnSite,
    Query,
    State,
    TagPrefix,
    Words,
    all_of,
)
from storage.search import having
from storage.sources import (
    Sizes,
    Source,
    begins,
    bounds_of,
    everything,
    is_on,
    is_within,
    size_of,
    smallest,
    source_of,
    speaks,
    stands,
    tag_id,
)

FEW = 4_000
"""A source of up to so many links is read whole."""
STRETCH = 4
"""The first stretch of ids is so many times as long as what is wanted, each next one so many times longer."""
NEWEST = 2**62


async def newest(
    session: AsyncSession,
    chat_id: int,
    query: Query,
    sizes: Sizes,
    count: int,
    anchor: int | None = None,
) -> Sequence[int]:
    """The ids of the newest ``count`` links that the query finds, up to ``anchor``, newest first.

    ``sizes`` (``sizes_of``) make it quick.
    """
    top = NEWEST if anchor is None else anchor
    size = size_of(query, sizes)
    if size is None:
        return await _first(session, chat_id, [everything(chat_id)], query, count, top)
    sources, known = smallest(chat_id, _ordered(query, sizes), sizes)
    rest = _without(query, known)
    top, above = await _between(session, chat_id, query, top)
    if size <= FEW or _has_order(sources):
        return await _first(session, chat_id, sources, rest, count, top, above)
    return await _stretch_by_stretch(session, chat_id, sources, rest, count, top)


def _ordered(query: Query, sizes: Sizes) -> Query:
    """What of the query to take a source of: with a time, the tag, which is then read within that time alone."""
    parts = query.parts if isinstance(query, AllOf) else (query,)
    tags = [part for part in parts if isinstance(part, HasTag) and part in sizes]
    return all_of(tags) if tags and bounds_of(parts) else query


async def _between(session: AsyncSession, chat_id: int, query: Query, top: int) -> tuple[int, int]:
    """The ids up to which and above which links were saved in the time that the query speaks of."""
    times = bounds_of(query.parts if isinstance(query, AllOf) else (query,))
    source = source_of(chat_id, all_of(times)) if times else None
    if source is None:
        return top, -1
    ends = select(source.newest(top), source.oldest())
    newest, oldest = (await (await session.connection()).execute(ends)).one()
    return (-1, -1) if newest is None else (newest, oldest - 1)


async def _stretch_by_stretch(
    session: AsyncSession, chat_id: int, sources: Sequence[Source], rest: Query, count: int, top: int
) -> Sequence[int]:
    found: list[int] = []
    length = STRETCH * count
    while len(found) < count and (begin := await _begin(session, sources, top)) is not None:
        top = begin - length
        found += await _first(session, chat_id, sources, rest, count - len(found), begin, top)
        length *= STRETCH
    return found


async def _begin(session: AsyncSession, sources: Sequence[Source], top: int) -> int | None:
    """The newest id up to ``top`` that a source has."""
    row = (await (await session.connection()).execute(select(*(each.newest(top) for each in sources)))).one()
    return max((each for each in row if each is not None), default=None)


async def _first(
    session: AsyncSession,
    chat_id: int,
    sources: Sequence[Source],
    rest: Query,
    count: int,
    top: int,
    above: int = -1,
) -> Sequence[int]:
    """The newest ids of the sources up to ``top``, and above ``above``, for which the rest of the query holds."""
    arms: list[Any] = [source.links(source.link_id <= top, source.link_id > above) for source in sources]
    link_id: Any = sources[0].link_id
    found: Any = arms[0]
    if not _has_order(sources):
        either = union_all(*arms).subquery()
        link_id = either.c[0] + 0  # so that its order is no reason to read another index than the source's
        found = Select(link_id).distinct()
    found = found.where(holds(chat_id, rest, link_id)).order_by(link_id.desc()).limit(count)
    return (await (await session.connection()).execute(found)).scalars().all()


def _has_order(sources: Sequence[Source]) -> bool:
    """Whether the sources give links newest first."""
    return len(sources) == 1 and sources[0].values is None


def _without(query: Query, known: Query) -> Query:
    """What of a query is left to ask of links from a source that stands for the part."""
    is_exact = not isinstance(known, AnyOf) or all(isinstance(each, _EXACT) for each in known.parts)
    if not is_exact:
        return query
    gone = known.parts if isinstance(known, AllOf) else (known,)
    parts = query.parts if isinstance(query, AllOf) else (query,)
    left = [part for part in parts if part not in gone]
    return all_of(sorted(left, key=lambda part: not isinstance(part, HasTag)))  # asking for a tag is quickest


_EXACT = HasTag | TagPrefix | OnSite | Before | After | InLanguage | Is


def holds(chat_id: int, query: Query, link_id: Any) -> ColumnElement[bool]:
    """Whether the query finds the link with that id, which is one of this chat."""
    match query:
        case Everything():
            return true()
        case Not(inner):
            return is_not(holds(chat_id, inner, link_id))
        case AllOf(parts):
            return and_(*(holds(chat_id, part, link_id) for part in parts))
        case AnyOf(parts):
            return or_(*(holds(chat_id, part, link_id) for part in parts))
        case _:
            return _leaf_holds(chat_id, query, link_id)


def _leaf_holds(chat_id: int, leaf: Leaf, link_id: Any) -> ColumnElement[bool]:
    link, tagged = aliased(Link), aliased(LinkTag)
    match leaf:
        case HasTag():
            return _any(tagged.link_id == link_id, tagged.tag_id == tag_id(chat_id, leaf))
        case TagPrefix():
            begins_so = _any(col(Tag.id) == tagged.tag_id, *begins(chat_id, leaf))
            return _any(tagged.link_id == link_id, begins_so)
        case Words(text):
            return having(text, link_id)
        case OnSite(host):
            return _any(link.id == link_id, is_on(host, link.site_key))
        case Before() | After():
            return _any(link.id == link_id, is_within(leaf, link.created_at))
        case InLanguage(code):
            return _any(link.id == link_id, speaks(code, link.language))
        case Is(State.UNTAGGED):
            return is_not(_any(tagged.link_id == link_id))
        case Is(state):
            return _any(link.id == link_id, *stands(state, link))


def _any(*conditions: Any) -> ColumnElement[bool]:
    """Whether there is a row that meets all conditions."""
    return exists().where(*conditions)
