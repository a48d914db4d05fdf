"""Which tags of a library a link might want: told from its site, its words, and how tags were used before.

No model and no network, and a bounded piece of work however large the library is: a tag is worth a tap only when it
fits, so that without a sign of that none is given.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage import search
from storage.database import Database
from storage.library import TagCount
from storage.models import Link, LinkTag, Tag
from storage.tokens import folded

SITE_LINKS = 200
TOGETHER_LINKS = 300
RECENT_LINKS = 50
TITLE_CHARACTERS = 500
TEXT_CHARACTERS = 4_000
LONGEST_RUN = 6
IN_TITLE, IN_TEXT, ON_SITE, TOGETHER, LATELY = 6.0, 2.0, 4.0, 2.0, 0.5
ENOUGH = 2.0
"""What a tag has to reach: its name in the text, or half of the site's links, but not that it was used lately."""
STRONG = 3.0
_WORD = re.compile(r"[a-z0-9]+(?:[-_+#.][a-z0-9]+)*")
_CJK_RUN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2,}")


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    """The tags of a library by id: their names and keys, and the keys as texts are compared."""

    names: dict[int, str]
    keys: dict[int, str]
    folded: dict[int, str]


async def suggested(database: Database, chat_id: int, link_id: int, most: int = 4) -> Sequence[TagCount]:
    """Tags that the link lacks and might want, the likeliest first. None, if the link is not of this chat."""
    async with database.read() as session:
        statement = select(Link).where(Link.chat_id == chat_id, Link.id == link_id)
        link = (await session.exec(statement)).first()
        if link is None:
            return ()
        tags = await _vocabulary(session, chat_id)
        own = set((await session.exec(select(LinkTag.tag_id).where(LinkTag.link_id == link_id))).all())
        scores = Counter[int]()
        _add(scores, _by_words(tags, f"{link.title or ''} {link.note or ''}"[:TITLE_CHARACTERS]), IN_TITLE)
        text = (await search.page_text(session, link_id))[:TEXT_CHARACTERS]
        _add(scores, _by_words(tags, text), IN_TEXT)
        _add(scores, await _on_site(session, link), ON_SITE)
        strong = [each for each, score in scores.items() if score >= STRONG] + list(own)
        _add(scores, await _together(session, strong), TOGETHER)
        _add(scores, await _lately(session, chat_id), LATELY)
    fitting = [
        each for each, score in scores.items() if score >= ENOUGH and each not in own and each in tags.names
    ]
    best = sorted(fitting, key=lambda each: (-scores[each], tags.keys[each]))[:most]
    return [TagCount(each, tags.names[each], tags.keys[each], 0) for each in best]


def _add(scores: Counter[int], shares: dict[int, float], weight: float) -> None:
    for tag_id, share in shares.items():
        scores[tag_id] += weight * share  # type: ignore[assignment]


async def _vocabulary(session: AsyncSession, chat_id: int) -> _Vocabulary:
    rows = (await session.exec(select(Tag.id, Tag.name, Tag.key).where(Tag.chat_id == chat_id))).all()
    ids = [id_ for id_, _, _ in rows if id_ is not None]
    keys = [key for _, _, key in rows]
    alike = folded("\n".join(keys)).split("\n") if keys else []  # at once: each call has its cost
    return _Vocabulary(
        dict(zip(ids, (name for _, name, _ in rows), strict=True)),
        dict(zip(ids, keys, strict=True)),
        dict(zip(ids, alike, strict=True)),
    )


def _by_words(tags: _Vocabulary, text: str) -> dict[int, float]:
    """The tags whose names stand in the text: words as words, also one more or less ``s``; signs anywhere."""
    plain = folded(text)
    words = set(_WORD.findall(plain))
    words |= {part for word in words for part in re.split("[-_.]", word)}
    grams = set(_runs(plain))
    return {id_: 1.0 for id_, key in tags.folded.items() if _stands_in(key, words, grams, plain)}


def _stands_in(key: str, words: Collection[str], grams: Collection[str], plain: str) -> bool:
    if key.isascii():
        plain_key = key.replace("_", "-")
        return (
            any(each in words for each in (key, plain_key, f"{key}s", key.removesuffix("s"))) and len(key) > 1
        )
    if _CJK_RUN.fullmatch(key):
        return key in grams if len(key) <= LONGEST_RUN else key in plain
    return key in plain


def _runs(plain: str) -> Iterable[str]:
    for run in _CJK_RUN.findall(plain):
        for size in range(2, LONGEST_RUN + 1):
            yield from (run[at : at + size] for at in range(len(run) - size + 1))


async def _on_site(session: AsyncSession, link: Link) -> dict[int, float]:
    """How many of the newest links of the same site have each tag."""
    if not link.host:
        return {}
    of_site = (
        select(Link.id)
        .where(Link.chat_id == link.chat_id, Link.host == link.host, Link.id != link.id)
        .order_by(col(Link.id).desc())
        .limit(SITE_LINKS)
    )
    return await _shares(session, list((await session.exec(of_site)).all()), at_least=2)


async def _together(session: AsyncSession, tag_ids: Collection[int]) -> dict[int, float]:
    """How many of the newest links with one of these tags have each other tag."""
    if not tag_ids:
        return {}
    with_them = (
        select(LinkTag.link_id)
        .where(col(LinkTag.tag_id).in_(tag_ids))
        .order_by(col(LinkTag.link_id).desc())
        .limit(TOGETHER_LINKS)
    )
    shares = await _shares(session, list((await session.exec(with_them)).all()), at_least=2)
    return {each: share for each, share in shares.items() if each not in tag_ids}


async def _lately(session: AsyncSession, chat_id: int) -> dict[int, float]:
    newest = select(Link.id).where(Link.chat_id == chat_id).order_by(col(Link.id).desc()).limit(RECENT_LINKS)
    return await _shares(session, list((await session.exec(newest)).all()), at_least=1)


async def _shares(session: AsyncSession, link_ids: Sequence[int | None], at_least: int) -> dict[int, float]:
    """Which part of these links has each tag that at least so many of them have."""
    if not link_ids:
        return {}
    counted = (
        select(LinkTag.tag_id, func.count())
        .where(col(LinkTag.link_id).in_(set(link_ids)))
        .group_by(col(LinkTag.tag_id))
    )
    return {
        tag_id: count / len(link_ids)
        for tag_id, count in (await session.exec(counted)).all()
        if count >= at_least
    }
