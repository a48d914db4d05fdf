"""Which tags of a library a link might want: told from its site, its words, and how tags were used before.

No model and no network, and a bounded piece of work however large the library is: a tag is worth a tap only when it
fits, so that without a sign of that none is given.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import union
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage import search, tokens
from storage.database import Database
from storage.library import TagCount
from storage.models import Link, LinkTag, Tag
from storage.sources import listed

SITE_LINKS = 200
TOGETHER_LINKS = 300
RECENT_LINKS = 50
TITLE_CHARACTERS = 500
TEXT_CHARACTERS = 4_000
IN_TITLE, IN_TEXT, ON_SITE, TOGETHER, LATELY = 6.0, 2.0, 4.0, 2.0, 0.5
ENOUGH = 2.0
"""What a tag has to reach: its name in the text, or half of the site's links, but not that it was used lately."""
STRONG = 3.0
MOST_STRONG = 12


async def suggested(database: Database, chat_id: int, link_id: int, most: int = 4) -> Sequence[TagCount]:
    """Tags that the link lacks and might want, the likeliest first. None, if the link is not of this chat."""
    async with database.read() as session:
        statement = select(Link).where(Link.chat_id == chat_id, Link.id == link_id)
        link = (await session.exec(statement)).first()
        if link is None:
            return ()
        own = set((await session.exec(select(LinkTag.tag_id).where(LinkTag.link_id == link_id))).all())
        scores = await _by_words(session, link)
        _add(scores, await _on_site(session, link), ON_SITE)
        strong = [each for each, score in scores.most_common(MOST_STRONG) if score >= STRONG]
        _add(scores, await together(session, {*strong, *own}), TOGETHER)
        _add(scores, await _lately(session, chat_id), LATELY)
        fitting = [each for each, score in scores.items() if score >= ENOUGH and each not in own]
        named = select(Tag).where(Tag.chat_id == chat_id, col(Tag.id).in_(fitting))
        tags = {tag.id: tag for tag in (await session.exec(named)).all() if tag.id is not None}
    best = sorted(tags, key=lambda each: (-scores[each], tags[each].key))[:most]
    return [TagCount(each, tags[each].name, tags[each].key, 0) for each in best]


def _add(scores: Counter[int], shares: Mapping[int, float], weight: float) -> None:
    for tag_id, share in shares.items():
        scores[tag_id] += weight * share  # type: ignore[assignment]


async def _by_words(session: AsyncSession, link: Link) -> Counter[int]:
    """The tags that the title, the note or the text names, looked up by the words that are there."""
    title = _row(f"{link.title or ''} {link.note or ''}"[:TITLE_CHARACTERS])
    text = _row((await search.page_text(session, link.id or 0))[:TEXT_CHARACTERS])
    words = {*title.split(), *text.split()}
    among = col(Tag.first_token).in_(select(listed(sorted(words))))
    known = select(Tag.id, Tag.key).where(Tag.chat_id == link.chat_id, among)
    scores = Counter[int]()
    for tag_id, key in (await (await session.connection()).execute(known)).all():
        terms = tokens.of_tag(key)
        for row, weight in ((title, IN_TITLE), (text, IN_TEXT)):
            if tag_id is not None and terms and all(term.stands_in(row) for term in terms):
                _add(scores, {tag_id: 1.0}, weight)
    return scores


def _row(text: str) -> str:
    """The words of a text, each without the ``s`` of a plural, as tags are looked for in them."""
    return f" {' '.join(map(tokens.stem, tokens.of_text(text)))} "


async def _on_site(session: AsyncSession, link: Link) -> dict[int, float]:
    """How many of the newest links of the same site have each tag."""
    if not link.site_key:
        return {}
    of_site = (
        select(Link.id)
        .where(Link.chat_id == link.chat_id, Link.site_key == link.site_key, Link.id != link.id)
        .order_by(col(Link.id).desc())
        .limit(SITE_LINKS)
    )
    return await _shares(session, of_site, at_least=2)


async def together(session: AsyncSession, tag_ids: Collection[int]) -> dict[int, float]:
    """How many of the newest links with one of these tags have each other tag."""
    if not tag_ids:
        return {}
    with_each = [
        select(LinkTag.link_id)
        .where(LinkTag.tag_id == tag_id)
        .order_by(col(LinkTag.link_id).desc())
        .limit(TOGETHER_LINKS)
        .subquery()
        for tag_id in tag_ids
    ]
    with_them = union(*(each.select() for each in with_each)).subquery()
    newest = select(with_them.c[0]).order_by(with_them.c[0].desc()).limit(TOGETHER_LINKS)
    shares = await _shares(session, newest, at_least=2)
    return {each: share for each, share in shares.items() if each not in tag_ids}


async def _lately(session: AsyncSession, chat_id: int) -> dict[int, float]:
    newest = select(Link.id).where(Link.chat_id == chat_id).order_by(col(Link.id).desc()).limit(RECENT_LINKS)
    return await _shares(session, newest, at_least=1)


async def _shares(session: AsyncSession, newest: Any, at_least: int) -> dict[int, float]:
    """Which part of the links with the ids of a select has each tag that at least so many of them have."""
    links = newest.cte()
    all_of_them = select(func.count()).select_from(links).scalar_subquery()
    counted = (
        select(LinkTag.tag_id, func.count(), all_of_them)
        .where(col(LinkTag.link_id).in_(select(links.c[0])))
        .group_by(col(LinkTag.tag_id))
    )
    rows = (await (await session.connection()).execute(counted)).all()
    return {tag_id: count / all_ for tag_id, count, all_ in rows if count >= at_least}
