"""The figures of a library: its own links, tags, snapshots and files, and no other chat's."""

from datetime import timedelta

from storage.database import Database
from storage.kinds import ArtifactKind, Verdict
from storage.library import Library
from storage.models import Artifact, Link, now
from storage.overview import RECENTLY, Stats, stats
from storage.queue import Outcome, Queue
from tests.storing import MINUTE, link


async def _end(database: Database, verdict: Verdict, *hashes: str) -> None:
    """End the snapshot whose turn it is, with a file of 10 bytes for each hash."""
    queue = Queue(database)
    claim = await queue.claim("test", lease=MINUTE)
    assert claim is not None
    files = [
        Artifact(
            snapshot_id=claim.snapshot_id,
            kind=ArtifactKind.SLICES,
            sha256=sha256,
            size_bytes=10,
            content_type="image/jpeg",
            position=at,
        )
        for at, sha256 in enumerate(hashes)
    ]
    await queue.finish(claim, Outcome(verdict, artifacts=files))


async def test_an_empty_library_has_no_figures(database: Database) -> None:
    await Library(database, 2).add([link("other", "tag")], None)
    assert await stats(database, 1) == Stats(0, 0, 0, 0, 0, 0, None)


async def test_links_tags_snapshots_and_files_are_counted(database: Database) -> None:
    began_at = now() - RECENTLY - timedelta(days=1)
    async with database.write() as session:
        session.add(Link(chat_id=1, url="", url_key="old", created_at=began_at))
    await Library(database, 1).add([link("a", "x"), link("b", "x", "y"), link("c")], None)
    await Library(database, 2).add([link("a", "z")], None)
    await _end(database, Verdict.OK, "one", "two")
    await _end(database, Verdict.OK, "three", "four")  # of the other chat, whose turn it is
    await _end(database, Verdict.OK, "two")
    await _end(database, Verdict.NOT_FOUND)
    found = await stats(database, 1)
    assert found == Stats(
        links=4, links_lately=3, tags=2, done=2, failed=1, stored_bytes=20, began_at=began_at
    )
