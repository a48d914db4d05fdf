"""A query as SQL: which links of a chat it finds, newest first, as many as are wanted.

A query is a condition that is put to links one after another; what makes it quick is which links it is put to, and
that it is put to no more of them than needed. They come from sources (next door, in ``sources``), else from all links
of the chat. Sources that have them by their age under a few values, as tags and sites have, are read together until
enough are found; others of few links are read whole, and of many in stretches of ids that grow from the newest on.
Every leaf is bound to the chat, so the tags and hosts of another chat find nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Select, intersect, literal_column, union, union_all
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.conditions import holds
from storage.extents import MANY, NEWEST, Extents, bounds_of
from storage.query import (
    After,
    AllOf,
    AnyOf,
    Before,
    Everything,
    HasTag,
    InLanguage,
    Is,
    OnSite,
    Query,
    TagPrefix,
    all_of,
)
from storage.sources import Choice, Source, everything, smallest, source_of

FEW = 4_000
"""A source of up to so many links is read whole."""
ARMS = 8
"""So many lists in order are read together."""
STRETCH = 4
"""The first stretch of ids is so many times as long as what is wanted, each next one so many times longer."""
LOOKED_AT = 10_000
"""If so many newest links of a list have enough that are wanted, those behind are not looked at to count more."""
LONGER = 8
"""Two lists are gone through side by side if the one is no more than so many times as long as the other."""


@dataclass(frozen=True, slots=True)
class Found:
    """The ids of links, newest first. Unless these ``is_all``, there may be more behind the last."""

    ids: Sequence[int]
    is_all: bool = True


async def newest(
    session: AsyncSession,
    chat_id: int,
    query: Query,
    extents: Extents,
    count: int,
    anchor: int | None = None,
) -> Sequence[int]:
    """The ids of the newest ``count`` links that the query finds, up to ``anchor``, newest first.

    ``extents`` (``extents_of``) make it quick.
    """
    return (await found_of(session, chat_id, query, extents, count, count, anchor)).ids


async def found_of(
    session: AsyncSession,
    chat_id: int,
    query: Query,
    extents: Extents,
    count: int,
    enough: int,
    anchor: int | None = None,
) -> Found:
    """As ``newest``; but where long lists are gone through, it looks no further back once it has ``enough``."""
    top = NEWEST if anchor is None else anchor
    choice = smallest(chat_id, _ordered(query, extents), extents)
    if choice is None:
        return Found(await _ids(session, _in_order(chat_id, [everything(chat_id)], query, count, 0, top)))
    rest = without(query, choice.part)
    oldest, top = between(query, extents, top)
    if choice.arms == 0 or oldest > top:
        return Found([])
    if choice.arms <= ARMS:
        beside, rest = _beside(chat_id, choice, rest, extents)
        in_order = partial(_in_order, chat_id, choice.sources, rest, beside=beside)
        is_long = choice.links > LOOKED_AT and beside and rest != Everything() and not oldest
        if is_long and enough < count:
            return await _no_further_back(session, choice, in_order, count, enough, top)
        return Found(await _ids(session, in_order(count, oldest, top)))
    if choice.links <= FEW:
        return Found(await _ids(session, _at_once(chat_id, choice.sources, rest, count, oldest, top)))
    return Found(await _stretch_by_stretch(session, chat_id, choice.sources, rest, count, top))


async def _no_further_back(
    session: AsyncSession,
    choice: Choice,
    in_order: Callable[[int, int, int], Any],
    count: int,
    enough: int,
    top: int,
) -> Found:
    """First among the newest of the one list that was chosen, and behind them only if that was not enough."""
    [arm] = (arm for source in choice.sources for arm in source.in_order(source.link_id <= top))
    behind = await _ids(session, arm.order_by(literal_column("1").desc()).limit(1).offset(LOOKED_AT))
    cut = next(iter(behind), 0)
    ids = await _ids(session, in_order(count, cut + 1, top))
    if not cut or len(ids) >= enough:
        return Found(ids, is_all=not cut)
    return Found([*ids, *await _ids(session, in_order(count - len(ids), 0, cut))])


def _ordered(query: Query, extents: Extents) -> Query:
    """What of the query to take a source of: with a time, the tag, which is then read within that time alone."""
    parts = parts_of(query)
    tags = [part for part in parts if isinstance(part, HasTag) and part in extents]
    return all_of(tags) if tags and bounds_of(parts) else query


def between(query: Query, extents: Extents, top: int) -> tuple[int, int]:
    """The oldest and the newest id, up to ``top``, of links that were saved in the time that the query speaks of."""
    extent = extents.get(all_of(bounds_of(parts_of(query))))
    return (extent.oldest, min(extent.newest, top)) if extent else (0, top)


def _beside(chat_id: int, choice: Choice, rest: Query, extents: Extents) -> tuple[Sequence[Source], Query]:
    """The sources to go through beside the one that was chosen, and what of the rest is left to ask.

    One that may be of any length is gone through only if there is no other, and the chosen one may be so too.
    """
    if choice.arms > 1:
        return (), rest
    lists = {
        part: (extent, source)
        for part in parts_of(rest)
        if (extent := extents.get(part)) is not None
        and (source := source_of(chat_id, part, extent)).arms == 1
        and not source.exactly
        and extent.links <= LONGER * choice.links
    }
    known = [part for part, (extent, _) in lists.items() if extent.is_exact or extent.links < MANY]
    beside = known or [part for part in lists if choice.links >= MANY][:1]
    return [lists[part][1] for part in beside], all_of(part for part in parts_of(rest) if part not in beside)


async def _stretch_by_stretch(
    session: AsyncSession, chat_id: int, sources: Sequence[Source], rest: Query, count: int, top: int
) -> Sequence[int]:
    found: list[int] = []
    length = STRETCH * count
    while len(found) < count and (begin := await _begin(session, sources, top)) is not None:
        top = begin - length
        found += await _ids(session, _at_once(chat_id, sources, rest, count - len(found), top + 1, begin))
        length *= STRETCH
    return found


async def _begin(session: AsyncSession, sources: Sequence[Source], top: int) -> int | None:
    """The newest id up to ``top`` that a source has."""
    row = (await (await session.connection()).execute(select(*(each.newest(top) for each in sources)))).one()
    return max((each for each in row if each is not None), default=None)


async def _ids(session: AsyncSession, statement: Any) -> Sequence[int]:
    return (await (await session.connection()).execute(statement)).scalars().all()


def _in_order(
    chat_id: int,
    sources: Sequence[Source],
    rest: Query,
    count: int,
    oldest: int,
    top: int,
    beside: Sequence[Source] = (),
) -> Any:
    """The newest ids from ``oldest`` to ``top`` for which the rest holds, and that all of ``beside`` have as well.

    The lists are read side by side, each in its order, and no further than needed.
    """
    if beside:
        together = (*sources, *beside)
        in_order = [arm for each in together for arm in each.in_order(*_from_to(each, oldest, top))]
        return side_by_side(chat_id, in_order, rest, count)
    arms = [
        arm.where(holds(chat_id, rest, source.link_id))
        for source in sources
        for arm in source.in_order(*_from_to(source, oldest, top))
    ]
    found: Any = union(*arms) if len(arms) > 1 else arms[0]
    return found.order_by(literal_column("1").desc()).limit(count)


def side_by_side(chat_id: int, arms: Sequence[Any], rest: Query, count: int) -> Any:
    """The newest ids that all arms have, each in its order, and for which the rest holds."""
    every: Any = intersect(*arms).order_by(literal_column("1").desc())
    if rest == Everything():
        return every.limit(count)
    # Without a limit SQLite would forget the order and no longer read them side by side.
    both = every.limit(-1).subquery()
    found: Any = Select(both.c[0]).where(holds(chat_id, rest, both.c[0]))
    return found.order_by(both.c[0].desc()).limit(count)


def _at_once(chat_id: int, sources: Sequence[Source], rest: Query, count: int, oldest: int, top: int) -> Any:
    """The same of sources that are read whole between the two ids."""
    either = union_all(*(source.links(*_from_to(source, oldest, top)) for source in sources)).subquery()
    link_id: Any = either.c[0] + 0  # so that its order is no reason to read another index than the source's
    found: Any = Select(link_id).distinct().where(holds(chat_id, rest, link_id))
    return found.order_by(link_id.desc()).limit(count)


def _from_to(source: Source, oldest: int, top: int) -> tuple[Any, Any]:
    return source.link_id >= oldest, source.link_id <= top


def without(query: Query, known: Query) -> Query:
    """What of a query is left to ask of links from a source that stands for the part."""
    is_exact = not isinstance(known, AnyOf) or all(isinstance(each, _EXACT) for each in known.parts)
    if not is_exact:
        return query
    gone = parts_of(known)
    left = [part for part in parts_of(query) if part not in gone]
    return all_of(sorted(left, key=lambda part: not isinstance(part, HasTag)))  # asking for a tag is quickest


_EXACT = HasTag | TagPrefix | OnSite | Before | After | InLanguage | Is


def parts_of(query: Query) -> Sequence[Query]:
    """What all has to hold."""
    return query.parts if isinstance(query, AllOf) else (query,)
