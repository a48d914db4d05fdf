"""What one chat has saved. Every statement here is bound to its chat, so a foreign id finds nothing.

How a link is saved is next door, in ``saving``.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from secrets import randbelow
from typing import Any

from sqlalchemy.orm import selectinload
from sqlalchemy.orm.interfaces import ORMOption
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.database import Database
from storage.extents import NEWEST, extents_of
from storage.kinds import ArtifactKind, SnapshotStatus, Viewport
from storage.matching import found_of
from storage.models import Artifact, Link, Snapshot, Tag
from storage.query import Everything, Is, Query, State, words_of
from storage.quota import NO_QUOTA, Quota
from storage.ranking import RANKED, ranked
from storage.saving import NewLink, Origin, Saved, queue_snapshot, save, with_tags_and_snapshots
from storage.search import is_whole, page_text

PAGE_SIZE = 10
COUNTED = 500
"""Beyond so many, the number of links says little, and counting them all would be most of the work."""
MOST_PAGES = 1_000_000
"""Further than this no list is turned."""

_IS_TEXT = col(Artifact.kind) == ArtifactKind.TEXT


@dataclass(frozen=True, slots=True)
class TagCount:
    """A tag and how many links have it."""

    id: int
    name: str
    key: str
    links: int


@dataclass(frozen=True, slots=True)
class Page:
    """Ten links of a longer list. ``anchor`` is the newest link of the list when it was first shown.

    Pages are counted from 0 among the links up to the anchor, so they stay right while new links arrive. With
    ``is_more`` there are more links than ``total``, which then were not counted to the end.
    """

    links: Sequence[Link]
    number: int
    total: int
    anchor: int
    is_more: bool = False

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // PAGE_SIZE))


class Library:
    """The links, tags and snapshots of the chat ``chat_id``, which gets no new snapshot beyond its ``quota``."""

    def __init__(self, database: Database, chat_id: int, quota: Quota = NO_QUOTA) -> None:
        self._database = database
        self._quota = quota
        self.chat_id = chat_id

    async def add(self, new_links: Sequence[NewLink], origin: Origin | None) -> list[Saved]:
        """Save links and tags, queue a snapshot of each link that has none, note whom to tell: one transaction.

        Saying the same message again changes nothing. Without ``origin`` nobody is told.
        """
        async with self._database.write() as session:
            return [await save(session, self.chat_id, new, origin, self._quota) for new in new_links]

    async def again(self, link_id: int, origin: Origin, viewport: Viewport | None = None) -> Saved | None:
        """Queue a new snapshot of a link, to be told to ``origin``. None: there is no such link here."""
        async with self._database.write() as session:
            link = await self._link(session, link_id)
            if link is None:
                return None
            return await queue_snapshot(session, link, origin, viewport, self._quota)

    async def find(self, url_key: str) -> Link | None:
        """The link with that key, with its tags and snapshots."""
        statement = select(Link).where(Link.chat_id == self.chat_id, Link.url_key == url_key)
        async with self._database.read() as session:
            return (await session.exec(statement.options(*with_tags_and_snapshots()))).first()

    async def snapshot(self, snapshot_id: int) -> Snapshot | None:
        """A snapshot with its link, the link's tags, and its artifacts."""
        statement = (
            select(Snapshot)
            .join(Link)
            .where(Link.chat_id == self.chat_id, Snapshot.id == snapshot_id)
            .options(*with_link_and_artifacts())
        )
        async with self._database.read() as session:
            return (await session.exec(statement)).first()

    async def newest_snapshot(self, link_id: int) -> Snapshot | None:
        """The newest snapshot of a link that was kept, else the newest of all."""
        statement = (
            select(Snapshot)
            .join(Link)
            .where(Link.chat_id == self.chat_id, Link.id == link_id)
            .order_by((col(Snapshot.status) == SnapshotStatus.DONE).desc(), col(Snapshot.id).desc())
            .limit(1)
            .options(*with_link_and_artifacts())
        )
        async with self._database.read() as session:
            return (await session.exec(statement)).first()

    async def newest_kept(self, links: Sequence[Link]) -> list[Snapshot]:
        """The newest snapshot that was kept of each of these links, in their order; those without are left out."""
        newest = [
            max((each.id or 0 for each in link.snapshots if each.status == SnapshotStatus.DONE), default=0)
            for link in links
        ]
        statement = (
            select(Snapshot)
            .join(Link)
            .where(Link.chat_id == self.chat_id, col(Snapshot.id).in_(newest))
            .options(*with_link_and_artifacts())
        )
        async with self._database.read() as session:
            found = {each.id: each for each in (await session.exec(statement)).all()}
        return [found[each] for each in newest if each in found]

    async def failure_since(self, kept: Snapshot) -> Snapshot | None:
        """The newest snapshot of the same link, if it came after one that was kept and failed."""
        statement = (
            select(Snapshot)
            .where(Snapshot.link_id == kept.link_id, col(Snapshot.id) > (kept.id or 0))
            .order_by(col(Snapshot.id).desc())
            .limit(1)
        )
        async with self._database.read() as session:
            newest = (await session.exec(statement)).first()
        return newest if newest and newest.status == SnapshotStatus.FAILED else None

    async def recent(self, page: int = 0, anchor: int | None = None) -> Page:
        """All links, newest first; counted as by ``matching``."""
        return await self.matching(Everything(), page, anchor)

    async def search(self, query: Query, page: int = 0, anchor: int | None = None) -> Page:
        """The links that the query finds, those first that its words fit best; see ``storage.ranking``.

        A query without words that every link must have finds as ``matching`` does, newest first.
        """
        if not words_of(query):
            return await self.matching(query, page, anchor)
        async with self._database.read() as session:
            newest = select(func.max(Link.id)).where(Link.chat_id == self.chat_id)
            hits = await ranked(session, self.chat_id, query, anchor or NEWEST)
            anchor = anchor or (await session.exec(newest)).one() or 0
            page = max(0, min(page, _last_page(len(hits))))
            links = await self._links_in(session, hits[page * PAGE_SIZE :][:PAGE_SIZE])
            return Page(links, page, len(hits), anchor, is_more=len(hits) >= RANKED)

    async def is_indexed(self) -> bool:
        """Whether all links can be found by their words; not while the index catches up."""
        async with self._database.read() as session:
            return await is_whole(session, self.chat_id)

    async def page_texts(self, link_ids: Collection[int]) -> dict[int, str]:
        """What there is to read of these links, as far as it can be searched."""
        async with self._database.read() as session:
            return {each: await page_text(session, each) for each in link_ids}

    async def _links_in(self, session: AsyncSession, link_ids: Sequence[int]) -> Sequence[Link]:
        statement = select(Link).where(Link.chat_id == self.chat_id, col(Link.id).in_(link_ids))
        found = (await session.exec(statement.options(*with_tags_and_snapshots()))).all()
        return sorted(found, key=lambda link: link_ids.index(link.id or 0))

    async def matching(self, query: Query, page: int = 0, anchor: int | None = None) -> Page:
        """The links that the query finds, newest first.

        Counted are up to ``COUNTED`` of them, or as many as there are up to the page after this one; fewer, but as
        many as that page needs, where to count more would be to go through long lists.
        """
        needed = (min(max(page, 0), MOST_PAGES) + 2) * PAGE_SIZE
        most = max(COUNTED, needed)
        async with self._database.read() as session:
            extents = await extents_of(session, self.chat_id, query)
            found = await found_of(session, self.chat_id, query, extents, most + 1, needed + 1, anchor)
            is_more = not found.is_all or len(found.ids) > most
            total = len(found.ids) - is_more
            page = max(0, min(page, _last_page(total)))
            links = await self._links_in(session, found.ids[page * PAGE_SIZE :][:PAGE_SIZE])
            return Page(links, page, total, anchor or next(iter(found.ids), 0), is_more)

    async def untagged(self, page: int = 0, anchor: int | None = None) -> Page:
        """The links that have no tag, newest first; counted as by ``matching``."""
        return await self.matching(Is(State.UNTAGGED), page, anchor)

    async def random_link(self) -> Link | None:
        """Any link, with its tags and snapshots. One that follows links that were removed comes a little more often."""
        of_chat = Link.chat_id == self.chat_id
        async with self._database.read() as session:
            ends = select(
                select(func.min(Link.id)).where(of_chat).scalar_subquery(),
                select(func.max(Link.id)).where(of_chat).scalar_subquery(),
            )
            first, last = (await session.exec(ends)).one()
            if first is None:
                return None
            drawn = first + randbelow(last - first + 1)
            links = select(Link).where(of_chat, col(Link.id) >= drawn).order_by(col(Link.id)).limit(1)
            return (await session.exec(links.options(*with_tags_and_snapshots()))).first()

    async def tag_ids(self, keys: Collection[str]) -> dict[str, int]:
        """The ids of the tags with these keys; a key that nothing has is left out."""
        known = select(Tag.key, Tag.id).where(Tag.chat_id == self.chat_id, col(Tag.key).in_(keys))
        async with self._database.read() as session:
            return {key: id_ for key, id_ in await session.exec(known) if id_ is not None}

    async def tags_with(self, keys: Collection[str]) -> dict[str, Tag]:
        """The tags with these keys; a key that nothing has is left out."""
        known = select(Tag).where(Tag.chat_id == self.chat_id, col(Tag.key).in_(keys))
        async with self._database.read() as session:
            return {tag.key: tag for tag in await session.exec(known)}

    async def tags(self) -> list[TagCount]:
        """Every tag with its number of links, most used first."""
        return await self._tags(self._counts().order_by(col(Tag.links).desc(), col(Tag.key)))

    async def tags_numbered(self, ids: Collection[int]) -> list[TagCount]:
        """The tags with these ids, in their order; an id of no tag of this chat is left out."""
        found = {tag.id: tag for tag in await self._tags(self._counts().where(col(Tag.id).in_(ids)))}
        return [found[each] for each in ids if each in found]

    async def remember_upload(self, artifact_id: int, telegram_file_id: str | None) -> None:
        """Note the file id under which an artifact of this library can be sent again; None forgets it."""
        statement = (
            select(Artifact)
            .join(Snapshot)
            .join(Link)
            .where(Link.chat_id == self.chat_id, Artifact.id == artifact_id)
        )
        async with self._database.write() as session:
            artifact = (await session.exec(statement)).first()
            if artifact is not None:
                artifact.telegram_file_id = telegram_file_id

    def _counts(self) -> Any:
        return select(Tag.id, Tag.name, Tag.key, Tag.links).where(Tag.chat_id == self.chat_id)

    async def _tags(self, counts: Any) -> list[TagCount]:
        async with self._database.read() as session:
            return [TagCount(*row) for row in (await session.exec(counts)).all()]

    async def _link(self, session: AsyncSession, link_id: int) -> Link | None:
        statement = select(Link).where(Link.chat_id == self.chat_id, Link.id == link_id)
        return (await session.exec(statement.options(*with_tags_and_snapshots()))).first()


async def newest_texts(session: AsyncSession, link_id: int) -> Sequence[str]:
    """The sha-256 of what there is to read of a link's newest snapshot that was kept: of each file that was given."""
    is_text = (Snapshot.link_id == link_id, Snapshot.status == SnapshotStatus.DONE, _IS_TEXT)
    newest = select(func.max(Snapshot.id)).join(Artifact).where(*is_text).scalar_subquery()
    statement = select(Artifact.sha256).where(Artifact.snapshot_id == newest, _IS_TEXT)
    return (await session.exec(statement.order_by(col(Artifact.position)))).all()


def with_link_and_artifacts() -> tuple[ORMOption, ...]:
    """What a snapshot's card needs."""
    return (
        selectinload(Snapshot.artifacts),  # type: ignore[arg-type]
        selectinload(Snapshot.link).selectinload(Link.tags),  # type: ignore[arg-type]
    )


def _last_page(total: int) -> int:
    """The number of the last page of so many links."""
    return max(0, -(-total // PAGE_SIZE) - 1)
