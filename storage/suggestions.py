"""Which tags of a library a link might want: told from its site, its words, and how tags were used before.

No model and no network, and a bounded piece of work however large the library is: a tag is worth a tap only when it
fits, so that without a sign of that none is given.
"""

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import TextClause
from sqlalchemy import text as sql
from sqlmodel import col, select
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


_SHARES = (
    "WITH newest(link_id) AS ({newest}) SELECT tag_id, count(*), (SELECT count(*) FROM newest) FROM link_tag"
    " WHERE link_id IN (SELECT link_id FROM newest) GROUP BY tag_id HAVING count(*) >= :least"
)
_OF_CHAT = "SELECT id FROM link WHERE chat_id = :chat ORDER BY id DESC LIMIT :most"
_OF_SITE = "SELECT id FROM link WHERE chat_id = :chat AND site_key = :site AND id != :link ORDER BY id DESC LIMIT :most"
_WITH_TAGS = (
    "WITH sought(tag_id) AS (SELECT value FROM json_each(:tags))"
    " SELECT DISTINCT had.link_id FROM sought CROSS JOIN link_tag AS had"
    " WHERE had.tag_id = sought.tag_id AND had.link_id >= (SELECT max(coalesce("
    "(SELECT last.link_id FROM link_tag AS last WHERE last.tag_id = each.tag_id"
    " ORDER BY last.link_id DESC LIMIT 1 OFFSET :most - 1), 0)) FROM sought AS each)"
    " ORDER BY 1 DESC LIMIT :most"
)
"""One tag's newest leave behind all that are older, so no tag's links are read further back than that."""
_LATELY, _ON_SITE, _TOGETHER = (sql(_SHARES.format(newest=each)) for each in (_OF_CHAT, _OF_SITE, _WITH_TAGS))


@dataclass(frozen=True, slots=True)
class _About:
    """What a link is judged by."""

    chat_id: int
    link_id: int
    site_key: str
    said: str
    page: str


async def suggested(database: Database, chat_id: int, link_id: int, most: int = 4) -> Sequence[TagCount]:
    """Tags that the link lacks and might want, the likeliest first. None, if the link is not of this chat."""
    async with database.read() as session:
        about = await _about(session, chat_id, link_id)
        if about is None:
            return ()
        own = set((await session.exec(select(LinkTag.tag_id).where(LinkTag.link_id == link_id))).all())
        scores = await _by_words(session, about)
        _add(scores, await _on_site(session, about), ON_SITE)
        strong = [each for each, score in scores.most_common(MOST_STRONG) if score >= STRONG]
        _add(scores, await together(session, {*strong, *own}), TOGETHER)
        _add(scores, await _lately(session, chat_id), LATELY)
        fitting = [each for each, score in scores.items() if score >= ENOUGH and each not in own]
        tags = await _named(session, chat_id, fitting)
    return sorted(tags, key=lambda tag: (-scores[tag.id], tag.key))[:most]


async def _about(session: AsyncSession, chat_id: int, link_id: int) -> _About | None:
    statement = select(Link.site_key, Link.title, Link.note).where(
        Link.chat_id == chat_id, Link.id == link_id
    )
    link = (await session.exec(statement)).first()
    if link is None:
        return None
    site_key, title, note = link
    page = await search.page_text(session, link_id, TEXT_CHARACTERS)
    return _About(chat_id, link_id, site_key, f"{title or ''} {note or ''}"[:TITLE_CHARACTERS], page)


def _add(scores: Counter[int], shares: Mapping[int, float], weight: float) -> None:
    for tag_id, share in shares.items():
        scores[tag_id] += weight * share  # type: ignore[assignment]


async def _named(session: AsyncSession, chat_id: int, tag_ids: Sequence[int]) -> list[TagCount]:
    of_chat = col(Tag.chat_id) + 0 == chat_id  # so that the chat is no reason to read all of its tags
    named = select(Tag.id, Tag.name, Tag.key).where(of_chat, col(Tag.id).in_(select(listed(tag_ids))))
    return [TagCount(id_ or 0, name, key, 0) for id_, name, key in await session.exec(named)]


async def _by_words(session: AsyncSession, about: _About) -> Counter[int]:
    """The tags that the title, the note or the text names, looked up by the words that are there."""
    title, text = _row(about.said), _row(about.page)
    words = {*title.split(), *text.split()}
    among = col(Tag.first_token).in_(select(listed(sorted(words))))
    known = select(Tag.id, Tag.key).where(Tag.chat_id == about.chat_id, among)
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


async def _on_site(session: AsyncSession, about: _About) -> dict[int, float]:
    """How many of the newest links of the same site have each tag."""
    if not about.site_key:
        return {}
    of_site = {"chat": about.chat_id, "site": about.site_key, "link": about.link_id}
    return await _shares(session, _ON_SITE, {**of_site, "most": SITE_LINKS, "least": 2})


async def together(session: AsyncSession, tag_ids: Collection[int]) -> dict[int, float]:
    """How many of the newest links with one of these tags have each other tag."""
    if not tag_ids:
        return {}
    with_them = {"tags": json.dumps(sorted(tag_ids)), "most": TOGETHER_LINKS, "least": 2}
    shares = await _shares(session, _TOGETHER, with_them)
    return {each: share for each, share in shares.items() if each not in tag_ids}


async def _lately(session: AsyncSession, chat_id: int) -> dict[int, float]:
    return await _shares(session, _LATELY, {"chat": chat_id, "most": RECENT_LINKS, "least": 1})


async def _shares(
    session: AsyncSession, counted: TextClause, values: Mapping[str, object]
) -> dict[int, float]:
    """Which part of the newest links has each tag that at least so many of them have."""
    rows = (await (await session.connection()).execute(counted, values)).all()
    return {tag_id: count / all_ for tag_id, count, all_ in rows}
