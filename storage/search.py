"""Full-text search: what of each link is in the index, and which links have some words.

What was indexed stands in ``indexed_text``, because the index itself keeps no texts: to take something out of it,
one has to say what had been put in. The index is SQLite's FTS5; another database needs another ``_put_in``,
``_take_out``, ``matching`` and ``matches``, and nothing else. In what order links come is next door, in ``ranking``.
"""

import zlib
from collections.abc import Collection, Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, column, literal_column, table
from sqlalchemy import text as sql
from sqlmodel import col, delete, false, func, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from storage import tokens
from storage.models import IndexedText, Link, LinkTag, Tag
from storage.tokens import Term

Id = TypeVar("Id", int, str)

MOST_CHARACTERS = 200_000
"""Of a page's text so many characters can be found: a book's worth of what is shown first."""
LONGEST_CHARACTER = 4
"""As so many bytes."""
MOST_AT_ONCE = 200
COMPACTED_PAGES = 500
COLUMNS = ("title", "tags", "note", "address", "page")
INDEX: Any = table("link_index", column("rowid"), column("link_index"))
ROWID: Any = literal_column("link_index.rowid")


async def refresh(session: AsyncSession, link_ids: Collection[int]) -> None:
    """Bring what persons say of these links into the index, as the rows stand: title, tags, note, address.

    Of very many they are only marked, and ``missing`` gives them out, some at a time. So it does with one that was
    kept and whose page is not in the index.
    """
    await session.flush()
    if len(link_ids) > MOST_AT_ONCE:
        for some in batched(sorted(link_ids), MOST_AT_ONCE):
            marked = update(IndexedText).where(col(IndexedText.link_id).in_(some)).values(is_stale=True)
            await session.exec(marked)
        return
    for link in (await session.exec(select(Link).where(col(Link.id).in_(link_ids)))).all():
        row = await session.get(IndexedText, link.id)
        new = await _row_of(session, link, row.page if row else b"")
        new.is_stale = link.is_kept and not new.page
        await _replace(session, row, new)


async def index_page(session: AsyncSession, link_id: int, text: str) -> None:
    """As ``refresh``, and with the text of the link's newest snapshot; what was there of an older one goes."""
    await session.flush()
    link = await session.get(Link, link_id)
    if link is not None:
        page = zlib.compress(text[:MOST_CHARACTERS].encode("utf-8", "replace"))
        new = await _row_of(session, link, page)
        await _replace(session, await session.get(IndexedText, link_id), new)


async def forget(session: AsyncSession, link_ids: Collection[int]) -> None:
    """Take links out of the index, before they are deleted."""
    for row in (await session.exec(select(IndexedText).where(col(IndexedText.link_id).in_(link_ids)))).all():
        await _take_out(session, row)
        await session.delete(row)
    await session.flush()


async def page_text(session: AsyncSession, link_id: int, most: int = MOST_CHARACTERS) -> str:
    """The text of a link's page, as far as it is in the index, or its first characters."""
    kept = select(IndexedText.page).where(IndexedText.link_id == link_id)
    page = (await session.exec(kept)).first() or b""
    begins = zlib.decompressobj().decompress(page, LONGEST_CHARACTER * most)
    return begins.decode("utf-8", "ignore")[:most]


async def is_fresh(session: AsyncSession) -> bool:
    """Whether the index has the tags of all its links as they are now."""
    return (
        await session.exec(select(IndexedText.link_id).where(col(IndexedText.is_stale)).limit(1))
    ).first() is None


async def is_whole(session: AsyncSession, chat_id: int) -> bool:
    """Whether the index has all links of the chat. It lacks some after it was made anew, until it has caught up."""
    of_chat = Link.chat_id == chat_id
    oldest = select(col(Link.is_indexed)).where(of_chat).order_by(col(Link.id)).limit(1)
    return await is_fresh(session) and (await session.exec(oldest)).first() is not False


async def missing(session: AsyncSession, most: int) -> Sequence[int]:
    """Links that the index does not have as they are now: they are older than it, or many were changed at once.

    The newest come first: they are looked for most, and ``is_whole`` looks at the oldest.
    """
    stale = select(IndexedText.link_id).where(col(IndexedText.is_stale)).limit(most)
    found = list((await session.exec(stale)).all())
    if found:
        return found
    absent = select(Link.id).where(col(Link.is_indexed).is_(False)).order_by(col(Link.id).desc()).limit(most)
    return [each for each in (await session.exec(absent)).all() if each is not None]


async def is_missing(session: AsyncSession, link_id: int) -> bool:
    """Whether the link is one of those that ``missing`` gives."""
    row = await session.get(IndexedText, link_id)
    return row is None or row.is_stale


def having(words: str, link_id: Any) -> ColumnElement[bool]:
    """Whether the link with that id has all the words. Where there are no words in the text, it has not."""
    match = matching(words)
    if match is None:
        return false()
    found: Any = select(literal_column("rowid")).select_from(INDEX).where(matches(match))
    return col(link_id).in_(found)


def matching(words: str, column: str = "") -> str | None:
    """The words as FTS5 wants to be asked, in any column or in one; None where there is nothing to look for."""
    where = f"{column} : " if column else ""
    return " AND ".join(where + _fts_phrase(term) for term in tokens.of_query(words)) or None


def _fts_phrase(term: Term) -> str:
    """Tokens are letters and digits alone, so within quotes nothing of them is a sign of the language."""
    return '"' + " ".join(term.tokens) + '"' + (" *" if term.is_prefix else "")


def matches(match: str) -> ColumnElement[bool]:
    """Whether a row of the index is one of those that were asked for."""
    condition: ColumnElement[bool] = INDEX.c.link_index.op("MATCH")(match)
    return condition


async def _row_of(session: AsyncSession, link: Link, page: bytes) -> IndexedText:
    tags = select(Tag.name).join(LinkTag).where(LinkTag.link_id == link.id).order_by(col(Tag.id))
    return IndexedText(
        link_id=link.id or 0,
        title=link.title or "",
        tags=" ".join((await session.exec(tags)).all()),
        note=link.note or "",
        address=link.url,
        page=page,
    )


async def _replace(session: AsyncSession, old: IndexedText | None, new: IndexedText) -> None:
    if old is not None:
        if old.model_dump() == new.model_dump():
            return
        await _take_out(session, old)
        session.expunge(old)
        await session.exec(delete(IndexedText).where(col(IndexedText.link_id) == new.link_id))
    session.add(new)
    await session.flush()
    await _put_in(session, new)


async def _put_in(session: AsyncSession, row: IndexedText) -> None:
    await _write(session, "INSERT INTO link_index (rowid, {columns}) VALUES (:rowid, {values})", row)


async def _take_out(session: AsyncSession, row: IndexedText) -> None:
    await _write(
        session,
        "INSERT INTO link_index (link_index, rowid, {columns}) VALUES ('delete', :rowid, {values})",
        row,
    )


async def _write(session: AsyncSession, statement: str, row: IndexedText) -> None:
    texts = (row.title, row.tags, row.note, row.address, _page(row))
    values = {name: " ".join(tokens.of_text(text)) for name, text in zip(COLUMNS, texts, strict=True)}
    shape = statement.format(columns=", ".join(COLUMNS), values=", ".join(f":{name}" for name in COLUMNS))
    await session.exec(sql(shape), params={"rowid": row.link_id, **values})  # type: ignore[call-overload]


def _page(row: IndexedText) -> str:
    return zlib.decompress(row.page).decode() if row.page else ""


async def compact(session: AsyncSession, *, is_first: bool) -> bool:
    """Go a step, perhaps the first, towards an index that holds nothing of what was taken out. True: it was the last.

    Until its parts are made one, FTS5 keeps the words and only notes that they count no more.
    """
    pages = -COMPACTED_PAGES if is_first else COMPACTED_PAGES
    before = (await session.exec(sql("SELECT total_changes()"))).scalar_one()  # type: ignore[call-overload]
    merge = sql("INSERT INTO link_index (link_index, rank) VALUES ('merge', :pages)")
    await session.exec(merge, params={"pages": pages})  # type: ignore[call-overload]
    after = (await session.exec(sql("SELECT total_changes()"))).scalar_one()  # type: ignore[call-overload]
    return not is_first and int(after - before) < 2


async def count(session: AsyncSession) -> int:
    """How many links are in the index."""
    return (await session.exec(select(func.count()).select_from(IndexedText))).one()


def batched(ids: Sequence[Id], size: int) -> Iterator[Sequence[Id]]:
    """The ids, so many at a time."""
    for at in range(0, len(ids), size):
        yield ids[at : at + size]
