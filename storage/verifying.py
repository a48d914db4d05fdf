"""Looking at everything that is kept, to the last byte, and mending what a backup still has."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlmodel import col, func, select

from storage.artifacts import Artifacts
from storage.backup.restoring import whole
from storage.backup.vault import Vault
from storage.database import Database
from storage.errors import DamagedFile, MissingFile
from storage.integrity import findings
from storage.leftovers import expect_files, spoken_of
from storage.models import Artifact, Link, Snapshot, now
from storage.nobody import NOBODY
from storage.saving import queue_snapshot, with_tags_and_snapshots
from storage.together import each_of

YOUNG = timedelta(hours=1)
"""A file may be stored before the row that names it is; older ones nothing names, and nothing will."""
PARAMETERS_AT_ONCE = 500


@dataclass(slots=True)
class Looked:
    """What was found: ``files`` and ``size_bytes`` of what is good, and the files that are not."""

    database: list[str] = field(default_factory=list)
    files: int = 0
    size_bytes: int = 0
    damaged: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    orphaned: list[str] = field(default_factory=list)
    repaired: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """Whether nothing is damaged or missing."""
        return not (self.database or self.damaged or self.missing)


async def look(database: Database, artifacts: Artifacts, progress: Callable[[str], None]) -> Looked:
    """Read the database and every file that it names. Raises ``StorageError`` where that is impossible.

    What is deleted meanwhile is not missing.
    """
    looked = Looked()
    if database.path:
        progress("Reading the database…")
        looked.database = await asyncio.to_thread(findings, database.path)
        if looked.database:
            return looked
    named = await _named(database)
    progress("Listing the files…")
    async for some in artifacts.put_before(now() - YOUNG):
        looked.orphaned += sorted(sha256 for sha256 in some if sha256 not in named)

    async def look_at(sha256: str) -> None:
        try:
            content = await artifacts.whole(sha256)
        except MissingFile:
            looked.missing.append(sha256)
        except DamagedFile:
            looked.damaged.append(sha256)
        else:
            looked.size_bytes += len(content)
            looked.files += 1
        seen = looked.files + len(looked.missing) + len(looked.damaged)
        progress(f"Reading files: {seen:,} of {len(named):,}…")

    await each_of(named, look_at)
    still_named = await spoken_of(database, looked.missing)
    looked.missing = [sha256 for sha256 in looked.missing if sha256 in still_named]
    return looked


async def repair(looked: Looked, database: Database, artifacts: Artifacts, vault: Vault) -> None:
    """Put back from a backup what is damaged or missing; what it does not have in good order stays as it is.

    What lost its last link meanwhile is noted, so that it is swept away again.
    """
    named = await _named(database)

    async def mend(sha256: str) -> None:
        try:
            content = await whole(vault, sha256, named[sha256])
        except DamagedFile:
            return
        await artifacts.mend(sha256, content)
        looked.repaired.append(sha256)

    await each_of([*looked.damaged, *looked.missing], mend)
    mended = set(looked.repaired)
    if left := mended - await spoken_of(database, mended):
        async with database.write() as session:
            await expect_files(session, left)
    looked.files += len(mended)
    looked.size_bytes += sum(named[sha256] for sha256 in mended)
    looked.damaged = [sha256 for sha256 in looked.damaged if sha256 not in mended]
    looked.missing = [sha256 for sha256 in looked.missing if sha256 not in mended]


async def recapture(database: Database, lost: Collection[str]) -> Sequence[str]:
    """Queue a new snapshot of each link that a lost file belongs to; their addresses."""
    names, urls = sorted(lost), []
    for first in range(0, len(names), PARAMETERS_AT_ONCE):
        some = names[first : first + PARAMETERS_AT_ONCE]
        async with database.write() as session:
            ids = select(Snapshot.link_id).join(Artifact).where(col(Artifact.sha256).in_(some))
            links = select(Link).where(col(Link.id).in_(ids), Link.chat_id != NOBODY).order_by(col(Link.id))
            for link in (await session.exec(links.options(*with_tags_and_snapshots()))).all():
                await queue_snapshot(session, link, None)
                urls.append(link.url)
    return list(dict.fromkeys(urls))


async def _named(database: Database) -> dict[str, int]:
    """The files that rows name, with their sizes."""
    statement = select(Artifact.sha256, func.max(Artifact.size_bytes)).group_by(col(Artifact.sha256))
    async with database.read() as session:
        return {row[0]: row[1] for row in (await session.exec(statement)).all()}
