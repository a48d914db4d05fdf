"""Stored files that no artifact speaks of any more: noted where that may come about, and removed when it has.

A capture notes its files before it stores them, because it may die before their rows are there; whoever deletes
artifacts notes their files in the same transaction; whoever mends files notes those that nobody speaks of any more.
Nothing that was never noted is removed: files that another database knows, or that are all that is left after this
one was lost.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.artifacts import Artifacts
from storage.chats import LooseFile
from storage.database import Database
from storage.models import Artifact, Snapshot, now
from storage.search import batched

UNSURE_FOR = timedelta(hours=1)
"""A capture stores its files up to a quarter of an hour before it commits the rows that speak of them."""
ASKED_AT_ONCE = 500


async def expect_files(session: AsyncSession, sha256s: Iterable[str]) -> None:
    """Note files that are about to be stored."""
    expected = set(sha256s)
    known = await session.exec(select(LooseFile).where(col(LooseFile.sha256).in_(expected)))
    for file in known:
        file.noted_at = now()
        expected.remove(file.sha256)
    session.add_all(LooseFile(sha256=sha256, noted_at=now()) for sha256 in expected)


async def loosen_files_of(session: AsyncSession, link_ids: Collection[int]) -> None:
    """Note the files of links that are about to be deleted with their snapshots."""
    files = select(Artifact.sha256).join(Snapshot).where(col(Snapshot.link_id).in_(link_ids))
    await loosen_files(session, (await session.exec(files)).all())


async def loosen_files(session: AsyncSession, sha256s: Iterable[str]) -> None:
    """Note files that lose an artifact: from now on they may go, but for one that is expected just now."""
    for sha256 in set(sha256s):
        if await session.get(LooseFile, sha256) is None:
            session.add(LooseFile(sha256=sha256, noted_at=now() - UNSURE_FOR))
    await session.flush()


async def spoken_of(database: Database, sha256s: Collection[str]) -> set[str]:
    """Those of the files that an artifact speaks of now."""
    found: set[str] = set()
    async with database.read() as session:
        for some in batched(sorted(sha256s), ASKED_AT_ONCE):
            named = select(Artifact.sha256).where(col(Artifact.sha256).in_(some))
            found.update((await session.exec(named)).all())
    return found


async def remove_leftovers(database: Database, artifacts: Artifacts) -> int:
    """Remove every noted file that no artifact speaks of and that nobody has stored within ``UNSURE_FOR``.

    Tells how many. Safe beside captures: one that makes the same file again notes it anew and makes it young first.
    What can't be removed now is tried again at the next call. Raises ``StorageError``.
    """
    before, removed, last = now() - UNSURE_FOR, 0, ""
    while noted := await _noted(database, before, last):
        last = max(noted)
        left = noted - await spoken_of(database, noted)
        young = await artifacts.remove(left, put_before=before) if left else set()
        await _settle(database, noted - young, before)
        removed += len(left - young)
    return removed


async def _noted(database: Database, before: datetime, after: str) -> set[str]:
    """Files that were noted before then, the next ones by their names."""
    statement = select(LooseFile.sha256).where(
        col(LooseFile.noted_at) <= before, col(LooseFile.sha256) > after
    )
    async with database.read() as session:
        return set((await session.exec(statement.order_by(col(LooseFile.sha256)).limit(ASKED_AT_ONCE))).all())


async def _settle(database: Database, sha256s: Collection[str], before: datetime) -> None:
    """Forget the notes, but not those that were made anew meanwhile."""
    async with database.write() as session:
        await session.exec(
            delete(LooseFile).where(col(LooseFile.sha256).in_(sha256s), col(LooseFile.noted_at) <= before)
        )
