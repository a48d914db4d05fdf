"""Which links a query with words finds, those first that the words fit best. The index itself is in ``search``."""

from collections.abc import Sequence
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Select, union_all
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage import search, tokens
from storage.conditions import holds
from storage.extents import MANY, NEWEST, extents_of
from storage.matching import between, parts_of, side_by_side, without
from storage.models import IndexedText, Link
from storage.query import AnyOf, HasTag, Not, OnSite, Query, Words, all_of, without_words, words_of
from storage.sources import Choice, listed, smallest
from storage.tokens import Sought, Term

ONE_BY_ONE = 200
"""So often the index is asked of one link whether it has one of the words."""
RANKED = 400
"""So many of the newest links that have the words are put in order; nobody turns more pages than that."""
TITLE, NOTE, ADDRESS = 4.0, 2.0, 1.0
"""How much a word counts there, beside one that only stands somewhere on the page; a tag counts as a title does."""


async def ranked(session: AsyncSession, chat_id: int, query: Query, anchor: int = NEWEST) -> Sequence[int]:
    """The links that the query finds, up to ``anchor``, best first, newer first among equals.

    Found are the newest ``RANKED``, so that a word that every link has takes no longer than a rare one: bm25 would
    count every link that has it. What counts is where the words stand.
    """
    match, rest = _said(query)
    if match is None:
        return ()
    narrower = await _narrower(session, rest)
    narrow = " AND ".join((f"({match})", *narrower.values()))
    others = all_of(part for part in parts_of(rest) if part not in narrower)
    extents = await extents_of(session, chat_id, others)
    oldest, newest = between(others, extents, anchor)
    hits = (
        select(search.ROWID.label("id"))
        .select_from(search.INDEX)
        .where(search.matches(narrow), *_from_to(oldest, newest))
    )
    few = ONE_BY_ONE // len(tokens.of_query(words_of(query)))
    found = _newest_of(chat_id, hits, rest, smallest(chat_id, others, extents), few)
    ids = (await (await session.connection()).execute(found)).scalars().all()
    scores = await _scores(session, ids, tokens.of_query(words_of(query)))
    return sorted(ids, key=lambda each: (-scores.get(each, 0), -each))


def _from_to(oldest: int, newest: int) -> list[ColumnElement[bool]]:
    """Bounds that bound nothing are left out: each is asked of every hit."""
    from_oldest = [oldest <= search.ROWID] if oldest else []
    return from_oldest + ([newest >= search.ROWID] if newest < NEWEST else [])


def _said(query: Query) -> tuple[str | None, Query]:
    """What the index is asked for: the words, and those that are not to be there; and what is left of the query."""
    match, rest = search.matching(words_of(query)), without_words(query)
    parts = parts_of(rest)
    unwanted = {part: said for part in parts if isinstance(part, Not) and (said := _of_words(part.query))}
    either = {part: said for part in parts if isinstance(part, AnyOf) and (said := _of_words(part))}
    if match is not None:
        match = " AND ".join((match, *either.values()))
        match = " NOT ".join((f"({match})", *unwanted.values()))
    return match, all_of(part for part in parts if part not in unwanted and part not in either)


def _of_words(query: Query) -> str | None:
    """A part of a query that speaks of nothing but words, as the index wants to be asked; else None."""
    match query:
        case Words(text):
            said = search.matching(text)
            return f"({said})" if said else None
        case AnyOf(parts):
            each = [_of_words(part) for part in parts]
            return None if None in each else f"({' OR '.join(filter(None, each))})"
        case _:
            return None


def _newest_of(chat_id: int, hits: Any, rest: Query, choice: Choice | None, few: int) -> Any:
    """The newest of the hits for which the rest holds; the choice may be of few links enough to help.

    The index is asked about each of up to ``few``; of more, it is gone through beside their list.
    """
    if choice is not None and few < choice.links < MANY and choice.arms == 1:
        arms = [arm for source in choice.sources for arm in source.in_order()]
        return side_by_side(chat_id, (hits, *arms), without(rest, choice.part), RANKED)
    if choice is not None and choice.links < MANY:
        ids = union_all(*(source.links() for source in choice.sources)).subquery()
        rowid = search.ROWID if choice.links <= few else search.ROWID + 0
        hits = hits.where(rowid.in_(ids.select()))
    of_chat = hits.join(Link, col(Link.id) == search.ROWID).where(Link.chat_id == chat_id)
    found = of_chat.where(holds(chat_id, rest, col(Link.id)))
    return found.order_by(search.ROWID.desc()).limit(RANKED)


async def _narrower(session: AsyncSession, rest: Query) -> dict[Query, str]:
    """What the index can say of other conditions, so that they are put to fewer links.

    The words of a site are in the address. Those of a tag stand with the tags, while no link waits to be indexed.
    """
    sites = {
        part: search.matching(part.host, "address") for part in parts_of(rest) if isinstance(part, OnSite)
    }
    tags = {part: search.matching(part.name, "tags") for part in parts_of(rest) if isinstance(part, HasTag)}
    if tags and not await search.is_fresh(session):
        tags = {}
    return {part: said for part, said in (sites | tags).items() if said is not None}


async def _scores(session: AsyncSession, ids: Sequence[int], terms: Sequence[Term]) -> dict[int, float]:
    """How well the terms fit each link: told from its row, because the index would be asked once for each place."""
    row: Any = IndexedText
    said: Any = Select(row.link_id, row.title, row.tags, row.note, row.address)
    said = said.where(row.link_id.in_(select(listed(ids))))
    rows = (await (await session.connection()).execute(said)).all() if len(ids) > 1 else ()
    texts = iter(tokens.folded_each([text for _, *texts in rows for text in texts]))
    sought = [tokens.sought(term) for term in terms]
    return {link_id: _score(sought, *islice(texts, 4)) for link_id, *_ in rows}


def _score(sought: Sequence[Sought], title: str, tags: str, note: str, address: str) -> float:
    return sum(
        TITLE * (each.stands_in(title) or each.stands_in(tags))
        + NOTE * each.stands_in(note)
        + ADDRESS * each.stands_in(address)
        for each in sought
    )
