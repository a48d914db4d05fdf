"""Library 0 from the command line: save a link, capture it here if asked to, give back what was saved."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from bot.app import Kept
from bot.capture.browser import Browser
from bot.conversation import parse
from bot.conversation.records import link_record, tag_records
from bot.file_types import Record
from bot.terminal import LIBRARY
from bot.work.bell import Bell
from bot.work.worker import Worker
from storage.fold import fold
from storage.library import Library
from storage.models import Link, SnapshotStatus

LOOK_EVERY_SECONDS = 0.5


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
    library = Library(kept.database, LIBRARY)
    words = await kept.wishes.languages.of(LIBRARY)
    saving = await kept.conversation(Bell()).save(words, parse.parse(text), library, origin=None)
    snapshot_ids = [each.snapshot_id for each in saving.saved if each.snapshot_id is not None]
    if wait and snapshot_ids:
        await _capture(kept, snapshot_ids)
    links = [await _record(kept, library, each.link) for each in saving.saved]
    return SavedHere(links, saving.refusals)


async def by_tag(kept: Kept, names: Sequence[str]) -> list[Record] | None:
    """All links that have these tags, newest first; None when there is no such tag."""
    library = Library(kept.database, LIBRARY)
    ids = {count.key: count.id for count in await library.tags()}
    wanted = [ids.get(fold(name)) for name in names]
    if None in wanted:
        return None
    tag_ids = [each for each in wanted if each is not None]
    page = await library.by_tags(tag_ids)
    links = list(page.links)
    for number in range(1, page.pages):
        links += (await library.by_tags(tag_ids, number, page.anchor)).links
    return [await _record(kept, library, link) for link in links]


async def all_tags(kept: Kept) -> list[Record]:
    """All tags, most used first."""
    return tag_records(await Library(kept.database, LIBRARY).tags())


async def _capture(kept: Kept, snapshot_ids: Sequence[int]) -> None:
    """Work on these snapshots until each has ended or failed a try; a running bot may take some of them."""
    async with Browser.from_settings(kept.settings, kept.rule) as browser:
        worker = Worker(
            kept.queue,
            kept.artifacts,
            browser.capture,
            timeout_seconds=kept.settings.capture_timeout_seconds,
            bell=Bell(),
        )
        while await kept.queue.is_untried(snapshot_ids):
            if not await worker.work_once(only=snapshot_ids):
                await asyncio.sleep(LOOK_EVERY_SECONDS)


async def _record(kept: Kept, library: Library, link: Link) -> Record:
    snapshot = await library.newest_snapshot(link.id or 0)
    return link_record(link if snapshot is None else snapshot.link, snapshot, kept.artifacts.path)


def state(record: Record) -> str:
    """How a link's newest snapshot stands, in a few words."""
    snapshot = record["snapshot"]
    if snapshot["error"]:
        return str(snapshot["error"])
    return "kept" if snapshot["status"] == SnapshotStatus.DONE else "waits for its capture"
