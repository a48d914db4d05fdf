"""Removing links and tags, renaming, and taking it back; a new note too, which is written next door, in ``remarks``.

Where removed links are meanwhile is in ``nobody``. What else is needed to take something back is JSON in ``Undo``.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert
from sqlmodel import col, delete, literal, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from storage import search
from storage.chats import Question, Undo
from storage.database import Database
from storage.models import Link, LinkKey, LinkTag, Tag, now
from storage.nobody import KEPT_FOR, NOBODY, move, move_into, take_out
from storage.saving import known, with_tags_and_snapshots
from storage.tagging import drop_unused, keys_of, named, tag

NEWEST = 5
LINKS_AT_ONCE = 500
"""As many as one statement names; a tag may have very many links, and a statement of very many would be refused."""


@dataclass(frozen=True, slots=True)
class Removed:
    """What was changed or is back, by name, with the id to take it back by. ``link_id`` is set for a link.

    Of a note that is back the name is the note: empty where there was none. ``newest`` are of a tag's links those whose
    cards a person may still have before their eyes.
    """

    undo_id: int
    name: str
    links: int = 1
    link_id: int | None = None
    newest: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class WouldMerge:
    """A tag can't get a name that another tag has, unless the two become one."""

    tag: Tag
    other: Tag


class Undoing:
    """Removes and renames in the library of the chat ``chat_id``, and takes it back."""

    def __init__(self, database: Database, chat_id: int) -> None:
        self._database = database
        self._chat_id = chat_id

    async def delete_link(self, link_id: int) -> Removed | None:
        """Remove a link with its tags and snapshots. None: there is no such link here."""
        async with self._database.write() as session:
            link = await self._link(session, link_id, self._chat_id)
            if link is None:
                return None
            keys = (await session.exec(select(LinkKey).where(LinkKey.link_id == link_id))).all()
            undo = await noted(
                session,
                self._chat_id,
                kind="link",
                link_id=link_id,
                url_key=link.url_key,
                tags=[each.name for each in link.tags],
                keys=[each.url_key for each in keys],
            )
            await take_out(session, link)
            return Removed(undo, link.title or link.url, link_id=link_id)

    async def link_known_by(self, url_key: str) -> Link | None:
        """The link with that key, its own or a further one."""
        async with self._database.read() as session:
            return await known(session, self._chat_id, url_key)

    async def tag_named(self, name: str) -> Tag | None:
        """The tag of that name."""
        key = next(iter(keys_of([name])), "")
        async with self._database.read() as session:
            return await named(session, self._chat_id, key)

    async def tag_asked_about(self, message_id: int) -> Tag | None:
        """The tag whose new name a message of ours asks for."""
        statement = (
            select(Tag)
            .join(Question, col(Question.tag_id) == col(Tag.id))
            .where(Question.chat_id == self._chat_id, Question.message_id == message_id)
        )
        async with self._database.read() as session:
            return (await session.exec(statement)).first()

    async def delete_tag(self, tag_id: int) -> Removed | None:
        """Take a tag off all links. None: there is no such tag here."""
        async with self._database.write() as session:
            gone = await self._tag(session, tag_id)
            if gone is None:
                return None
            link_ids = await _links_with(session, tag_id)
            undo = await noted(
                session, self._chat_id, kind="tag", name=gone.name, key=gone.key, links=link_ids
            )
            await session.exec(delete(LinkTag).where(col(LinkTag.tag_id) == tag_id))
            await session.delete(gone)
            await search.refresh(session, link_ids)
            return Removed(undo, gone.name, len(link_ids), newest=_newest(link_ids))

    async def rename_tag(self, tag_id: int, name: str, *, merge: bool = False) -> Removed | WouldMerge | None:
        """Give a tag another name; ``merge`` makes it one with the tag that has the name already.

        None: there is no such tag here, or the name is none.
        """
        async with self._database.write() as session:
            old = await self._tag(session, tag_id)
            key = next(iter(keys_of([name])), None)
            if old is None or key is None:
                return None
            other = await named(session, self._chat_id, key)
            if other is None or other.id == old.id:
                undo = await noted(
                    session, self._chat_id, kind="rename", tag_id=tag_id, name=old.name, key=old.key
                )
                link_ids = await _links_with(session, tag_id)
                old.name, old.key = name, key
                await search.refresh(session, link_ids)
                return Removed(undo, old.name, len(link_ids), newest=_newest(link_ids))
            if not merge:
                return WouldMerge(old, other)
            return await self._merge(session, old, other)

    async def undo(self, undo_id: int) -> Removed | None:
        """Take back what was done under this id. None: it is too late, or was never done here."""
        async with self._database.write() as session:
            done = await session.get(Undo, undo_id)
            if done is None or done.chat_id != self._chat_id or done.expires_at < now():
                return None
            removed: dict[str, Any] = json.loads(done.removed)
            await session.delete(done)
            match removed["kind"]:
                case "link":
                    return await self._put_back(session, undo_id, removed)
                case "note":
                    return await self._note_again(session, undo_id, removed)
                case "rename":
                    return await self._rename_back(session, undo_id, removed)
                case _:
                    return await self._tag_again(session, undo_id, removed)

    async def _merge(self, session: AsyncSession, old: Tag, other: Tag) -> Removed:
        link_ids = await _links_with(session, old.id or 0)
        both = set(await _links_with(session, other.id or 0)) & set(link_ids)
        undo = await noted(
            session,
            self._chat_id,
            kind="merge",
            name=old.name,
            key=old.key,
            links=link_ids,
            into=other.id,
            both=sorted(both),
        )
        have = select(LinkTag.link_id).where(LinkTag.tag_id == other.id)
        await session.exec(
            delete(LinkTag).where(col(LinkTag.tag_id) == old.id, col(LinkTag.link_id).in_(have))
        )
        await session.exec(update(LinkTag).where(col(LinkTag.tag_id) == old.id).values(tag_id=other.id))
        await session.delete(old)
        await search.refresh(session, link_ids)
        return Removed(undo, other.name, len(link_ids), newest=_newest(link_ids))

    async def _put_back(self, session: AsyncSession, undo_id: int, removed: dict[str, Any]) -> Removed | None:
        """Move a link back, with its tags and keys; into the one that has its key by now, if there is one."""
        link = await self._link(session, removed["link_id"], NOBODY)
        if link is None:
            return None
        keys = [*removed["keys"], *await self._late_keys(session, link)]
        same = await known(session, self._chat_id, removed["url_key"])
        if same is None:
            move(link, self._chat_id, removed["url_key"])
            same = link
            await session.flush()
        else:
            await move_into(session, link, same)
        await tag(session, same, removed["tags"])
        await self._keys_back(session, same, keys)
        await search.refresh(session, [same.id or 0])
        return Removed(undo_id, same.title or same.url, link_id=same.id)

    async def _note_again(
        self, session: AsyncSession, undo_id: int, removed: dict[str, Any]
    ) -> Removed | None:
        link = await self._link(session, removed["link_id"], self._chat_id)
        if link is None:
            return None
        link.note = removed["note"]
        await search.refresh(session, [removed["link_id"]])
        return Removed(undo_id, link.note or "", link_id=link.id)

    async def _late_keys(self, session: AsyncSession, link: Link) -> Sequence[str]:
        """Take the keys from a removed link that a capture has given it, which ended only then."""
        of_link = col(LinkKey.link_id) == link.id
        keys = (await session.exec(select(LinkKey.url_key).where(of_link))).all()
        await session.exec(delete(LinkKey).where(of_link))
        return keys

    async def _keys_back(self, session: AsyncSession, link: Link, keys: Sequence[str]) -> None:
        for key in keys:
            if await known(session, self._chat_id, key) is None:
                session.add(LinkKey(chat_id=self._chat_id, url_key=key, link_id=link.id or 0))

    async def _rename_back(
        self, session: AsyncSession, undo_id: int, removed: dict[str, Any]
    ) -> Removed | None:
        old = await self._tag(session, removed["tag_id"])
        taken = await named(session, self._chat_id, removed["key"])
        if old is None or (taken is not None and taken.id != old.id):
            return None
        old.name, old.key = removed["name"], removed["key"]
        link_ids = await _links_with(session, old.id or 0)
        await search.refresh(session, link_ids)
        return Removed(undo_id, old.name, len(link_ids), newest=_newest(link_ids))

    async def _tag_again(self, session: AsyncSession, undo_id: int, removed: dict[str, Any]) -> Removed:
        """Give the links that still are here their tag back, and take off the one that it was merged into."""
        again = await named(session, self._chat_id, removed["key"])
        if again is None:
            again = Tag(chat_id=self._chat_id, key=removed["key"], name=removed["name"])
            session.add(again)
            await session.flush()
        link_ids: list[int] = []
        for some in search.batched(removed["links"], LINKS_AT_ONCE):
            here = select(Link.id, literal(again.id)).where(
                Link.chat_id == self._chat_id, col(Link.id).in_(some)
            )
            link_ids += [link_id for link_id, _ in (await session.exec(here)).all() if link_id is not None]
            tagged = select(LinkTag).where(LinkTag.link_id == Link.id, LinkTag.tag_id == again.id)
            await session.exec(
                insert(LinkTag).from_select(["link_id", "tag_id"], here.where(~tagged.exists()))
            )
        if into := removed.get("into"):
            moved = sorted(set(link_ids) - set(removed["both"]))
            for some in search.batched(moved, LINKS_AT_ONCE):
                of_other = (col(LinkTag.tag_id) == into, col(LinkTag.link_id).in_(some))
                await session.exec(delete(LinkTag).where(*of_other))
            await drop_unused(session, [into])
        await search.refresh(session, link_ids)
        return Removed(undo_id, again.name, len(link_ids), newest=_newest(link_ids))

    async def _tag(self, session: AsyncSession, tag_id: int) -> Tag | None:
        return (await session.exec(select(Tag).where(Tag.chat_id == self._chat_id, Tag.id == tag_id))).first()

    async def _link(self, session: AsyncSession, link_id: int, chat_id: int) -> Link | None:
        statement = select(Link).where(Link.chat_id == chat_id, Link.id == link_id)
        return (await session.exec(statement.options(*with_tags_and_snapshots()))).first()


def _newest(link_ids: Sequence[int]) -> Sequence[int]:
    return sorted(link_ids, reverse=True)[:NEWEST]


async def _links_with(session: AsyncSession, tag_id: int) -> list[int]:
    return list((await session.exec(select(LinkTag.link_id).where(LinkTag.tag_id == tag_id))).all())


async def noted(session: AsyncSession, chat_id: int, **removed: object) -> int:
    """Note what was removed or changed, for taking it back; the id to do so by."""
    undo = Undo(chat_id=chat_id, removed=json.dumps(removed), expires_at=now() + KEPT_FOR)
    session.add(undo)
    await session.flush()
    return undo.id or 0
