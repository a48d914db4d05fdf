"""Stored files that no row speaks of any more: found and removed. What a link that was removed had is kept as long
as that can be taken back, because its rows are.
"""

from collections.abc import Collection
from datetime import timedelta

from sqlmodel import col, select

from storage.artifacts import Artifacts
from storage.database import Database
from storage.models import Artifact, now

UNSURE_FOR = timedelta(hours=1)
"""A capture stores its files up to a quarter of an hour before it commits the rows that speak of them."""

ASKED_AT_ONCE = 500


async def remove_leftovers(database: Database, artifacts: Artifacts) -> int:
    """Remove every file that no row speaks of and that is older than ``UNSURE_FOR``; tell how many.

    Safe beside captures: one that makes the same file again makes it young first. Raises ``StorageError``.
    """
    before, removed = now() - UNSURE_FOR, 0
    async for some in artifacts.put_before(before):
        if left := await _unspoken_of(database, some):
            removed += await artifacts.remove(left, put_before=before)
    return removed


async def remove_unspoken_of(database: Database, artifacts: Artifacts, sha256s: Collection[str]) -> int:
    """Remove those of these files that no row speaks of, as ``remove_leftovers`` does."""
    every, removed = sorted(sha256s), 0
    for at in range(0, len(every), ASKED_AT_ONCE):
        if left := await _unspoken_of(database, every[at : at + ASKED_AT_ONCE]):
            removed += await artifacts.remove(left, put_before=now() - UNSURE_FOR)
    return removed


async def _unspoken_of(database: Database, sha256s: Collection[str]) -> set[str]:
    async with database.read() as session:
        spoken_of = select(Artifact.sha256).where(col(Artifact.sha256).in_(sha256s))
        return set(sha256s) - set((await session.exec(spoken_of)).all())
