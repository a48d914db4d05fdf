"""Library 0 from the command line: save a link, give back what was saved. Capturing it is next door, in ``here``."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from importlib import import_module

from bot.conversation import finding, parse, render
from bot.conversation.admitting import admitted
from bot.conversation.foreign import escaped
from bot.conversation.members import LIBRARY
from bot.conversation.query import Bare, read
from bot.conversation.query_fields import Mistake
from bot.conversation.records import link_record, tag_records
from bot.conversation.urls import destination, is_address, url_key
from bot.errors import TagshotError
from bot.file_types import Record
from bot.kept import Kept
from bot.plain import as_text
from bot.wording import Words
from bot.wording.stored import retold
from storage.kinds import SnapshotStatus
from storage.library import Library
from storage.models import Link
from storage.query import tag_names
from storage.undoing import Undoing, WouldMerge

CaptureHere = Callable[[Kept, Sequence[int]], Awaitable[None]]


class AskedWrongly(TagshotError):  # noqa: N818 - it is the person who asked
    """What was asked for can't be found or done; the sentence says why."""


@dataclass(frozen=True, slots=True)
class SavedHere:
    """What came of ``tagshot save``: the links as records, and the refused addresses with their reasons."""

    links: Sequence[Record]
    refused: Sequence[tuple[str, str]]

    @property
    def is_whole(self) -> bool:
        """Whether something was saved, nothing was refused, and no snapshot has failed so far."""
        snapshots = [link["snapshot"] for link in self.links]
        return bool(self.links) and not self.refused and not any(each["error"] for each in snapshots)


async def save(kept: Kept, text: str, *, wait: bool) -> SavedHere:
    """Save the links of ``text`` with its tags; with ``wait``, capture them before returning.

    Raises ``BrowserError`` when they are to be captured and there is no browser: they are saved all the same.
    """
    library = Library(kept.database, LIBRARY, kept.quota)
    words = await kept.wishes.languages.of(LIBRARY)
    new_links, refusals = admitted(words, kept.rule, parse.parse(text))
    saved = await library.add(new_links, None)
    snapshot_ids = [each.snapshot_id for each in saved if each.snapshot_id is not None]
    if wait and snapshot_ids:
        capture: CaptureHere = import_module("bot.here").capture  # with the browser, which is slow to load
        await capture(kept, snapshot_ids)
    links = [await _record(kept, library, each.link) for each in saved]
    return SavedHere(links, refusals)


async def find(kept: Kept, text: str, bare: Bare) -> list[Record]:
    """All links that a query finds. Raises ``AskedWrongly`` for a mistake in it, or a tag that there is not."""
    library, words = Library(kept.database, LIBRARY), await kept.wishes.languages.of(LIBRARY)
    query = read(text, bare, words.zone)
    if isinstance(query, Mistake):
        raise AskedWrongly(as_text(finding.mistake(words, query)))
    names = tag_names(query)
    known = await library.tags_with(names)
    for key, name in names.items():
        if key not in known:
            raise AskedWrongly(as_text(words("unknown-tag", tag=render.tag_text(name))))
    page = await library.search(query)
    links = list(page.links)
    while len(links) < page.total or page.is_more:
        page = await library.search(query, page.number + 1, page.anchor)
        if not page.links or page.links[0].id in {link.id for link in links}:
            break
        links += page.links
    return [await _record(kept, library, link) for link in links]


async def rename(kept: Kept, old: str, new: str, *, merge: bool) -> Record:
    """Give a tag another name. Raises ``AskedWrongly`` if there is none, or another tag has the name already."""
    undoing, words = Undoing(kept.database, LIBRARY), await kept.wishes.languages.of(LIBRARY)
    tag = await undoing.tag_named(old)
    if tag is None:
        raise AskedWrongly(as_text(words("unknown-tag", tag=render.tag_text(old))))
    done = await undoing.rename_tag(tag.id or 0, new, merge=merge)
    if isinstance(done, WouldMerge):
        other = render.tag_text(done.other.name)
        raise AskedWrongly(as_text(words("would-merge-with-option", tag=other)))
    if done is None:
        raise AskedWrongly(as_text(words("no-tag-name", name=escaped(new, render.QUERY_LENGTH))))
    return {"name": done.name, "links": done.links}


async def remove(kept: Kept, url: str) -> Record:
    """Delete a link with its snapshots. Raises ``AskedWrongly`` if it was never saved."""
    undoing = Undoing(kept.database, LIBRARY)
    link = await undoing.link_known_by(url_key(destination(url))) if is_address(url) else None
    removed = await undoing.delete_link(link.id or 0) if link else None
    if link is None or removed is None:
        words = await kept.wishes.languages.of(LIBRARY)
        raise AskedWrongly(as_text(words("not-saved", address=escaped(url, render.ADDRESS_LENGTH))))
    return {"url": link.url, "title": link.title}


async def all_tags(kept: Kept) -> list[Record]:
    """All tags, most used first."""
    return tag_records(await Library(kept.database, LIBRARY).tags())


async def _record(kept: Kept, library: Library, link: Link) -> Record:
    snapshot = await library.newest_snapshot(link.id or 0)
    return link_record(link if snapshot is None else snapshot.link, snapshot, kept.artifacts.path)


def state(words: Words, record: Record) -> str:
    """How a link's newest snapshot stands, in a few words."""
    snapshot = record["snapshot"]
    if snapshot["error"]:
        return retold(words, str(snapshot["error"]))
    return words("state-kept" if snapshot["status"] == SnapshotStatus.DONE else "state-waiting")
