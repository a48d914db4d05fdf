"""How what was saved is changed: the tags of a link, its files, and what a message that was edited says now."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage import search
from storage.chats import Mention
from storage.database import Database
from storage.given import add_given, keep_given
from storage.leftovers import expect_files
from storage.models import Announcement, Link, Snapshot, now
from storage.notes import corrected, without_title
from storage.queue import Outcome
from storage.quota import NO_QUOTA, Quota, bytes_if_full
from storage.remarks import said_elsewhere
from storage.saving import (
    LONGEST_NOTE,
    NewLink,
    Origin,
    Saved,
    add_note,
    known,
    save,
    spoken_of,
    with_tags_and_snapshots,
)
from storage.tagging import keys_of, tag, untag


@dataclass(frozen=True, slots=True)
class Retagged:
    """A link as it is now, and the names of the tags that were put on it and taken off."""

    link: Link
    added: Sequence[str] = ()
    removed: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Followed:
    """What came of a message that was edited: its links, and those that have changed by it."""

    saved: Sequence[Saved]
    changed: Sequence[Link]


class Editing:
    """Changes to what the chat ``chat_id`` has saved. A link of another chat is none."""

    def __init__(self, database: Database, chat_id: int, quota: Quota = NO_QUOTA) -> None:
        self._database = database
        self._chat_id = chat_id
        self._quota = quota

    async def links_of(self, message_id: int) -> Sequence[Link]:
        """The links that a message speaks of, a person's or ours, with their tags and snapshots."""
        async with self._database.read() as session:
            return (await session.exec(spoken_of(self._chat_id, message_id))).all()

    async def retag(
        self, link_ids: Collection[int], add: Sequence[str] = (), remove: Sequence[str] = ()
    ) -> list[Retagged]:
        """Put tags on links and take others off."""
        async with self._database.write() as session:
            done = []
            for link in await self._links(session, link_ids):
                removed = await untag(session, link, keys_of(remove))
                added = await tag(session, link, add)
                await search.refresh(session, [link.id or 0])
                done.append(Retagged(link, added, removed))
            return done

    async def bytes_if_full(self) -> int | None:
        """How much the chat keeps, if no file has room any more; see ``quota``."""
        async with self._database.read() as session:
            return await bytes_if_full(session, self._chat_id, self._quota)

    async def expect_files(self, sha256s: Iterable[str]) -> None:
        """Note files that are about to be stored, in case nothing comes of it."""
        async with self._database.write() as session:
            await expect_files(session, sha256s)

    async def keep_files(self, link_id: int, given: Outcome) -> bool:
        """Keep files that a person gave as a finished snapshot of a link. False: there is no such link here."""
        async with self._database.write() as session:
            links = await self._links(session, [link_id])
            for link in links:
                await keep_given(session, link, given)
            return bool(links)

    async def add_files(self, link_id: int, given: Outcome) -> bool:
        """Put files that a person gave to those that they gave before. False: these are not the newest of the link."""
        async with self._database.write() as session:
            for link in await self._links(session, [link_id]):
                return await add_given(session, link, given)
            return False

    async def mark_read(self, link_id: int) -> None:
        """Note that the copy of a link was opened, the first time."""
        async with self._database.write() as session:
            for link in await self._links(session, [link_id]):
                link.read_at = link.read_at or now()

    async def follow(self, new_links: Sequence[NewLink], origin: Origin) -> Followed:
        """Save what an edited message says now, and take back the tags and the note that are no longer in it.

        A tag that another message gave as well stays; so does a link that the message no longer has.
        """
        async with self._database.write() as session:
            before = await self._said_in(session, origin.message_id)
            changed = [
                link
                for new in new_links
                if (link := await known(session, self._chat_id, new.url_key))
                and (mention := before.get(link.id or 0))
                and await self._catch_up(session, link, mention, new)
            ]
            saved = [await save(session, self._chat_id, new, origin, self._quota) for new in new_links]
            return Followed(saved, changed)

    async def card_messages(self, link_id: int) -> Sequence[int]:
        """The messages of ours that became cards of a link, newest first."""
        statement = (
            select(Announcement.status_message_id)
            .join(Snapshot)
            .where(
                Snapshot.link_id == link_id,
                Announcement.chat_id == self._chat_id,
                col(Announcement.status_message_id).is_not(None),
                col(Announcement.announced_at).is_not(None),
            )
            .order_by(col(Announcement.id).desc())
        )
        async with self._database.read() as session:
            return [each for each in (await session.exec(statement)).all() if each is not None]

    async def _links(self, session: AsyncSession, link_ids: Collection[int]) -> Sequence[Link]:
        statement = select(Link).where(Link.chat_id == self._chat_id, col(Link.id).in_(link_ids))
        return (await session.exec(statement.options(*with_tags_and_snapshots()))).all()

    async def _said_in(self, session: AsyncSession, message_id: int) -> dict[int, Mention]:
        """What a person's message said of each of its links before it was edited."""
        statement = select(Mention).where(
            Mention.chat_id == self._chat_id,
            Mention.message_id == message_id,
            col(Mention.is_ours).is_(False),
        )
        return {each.link_id: each for each in (await session.exec(statement)).all()}

    async def _catch_up(self, session: AsyncSession, link: Link, before: Mention, new: NewLink) -> bool:
        """Take back what the message no longer says of the link; whether anything about the link changes."""
        old, wanted = keys_of(before.tags.split()), keys_of(new.tags)
        dropped = old.keys() - wanted.keys() - await said_elsewhere(session, before)
        if before.note != new.note:
            old_note, new_note = (without_title(each, link.title or "") for each in (before.note, new.note))
            _replace_note(link, old_note, new_note)
        await untag(session, link, dropped)
        present = {each.key for each in link.tags}
        return bool(dropped) or before.note != new.note or not wanted.keys() <= present


def _replace_note(link: Link, old: str, new: str) -> None:
    """Put the new note of a message in the place of its old one; what else was noted stays."""
    now_noted = corrected(link.note or "", old, new)
    if now_noted is None:
        add_note(link, new)
    else:
        link.note = now_noted[:LONGEST_NOTE] or None
