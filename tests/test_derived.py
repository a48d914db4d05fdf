"""The columns by which links are found follow whatever is done to tags and snapshots."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection
from sqlmodel import col, delete, select, update

import storage
from storage.database import Database
from storage.derived import STANDING
from storage.editing import Editing
from storage.kinds import ArtifactKind, Verdict
from storage.library import Library
from storage.models import Artifact, Link, Snapshot
from storage.queue import Outcome, Queue
from storage.undoing import Removed, Undoing
from tests.storing import MINUTE, link

COLUMNS = "SELECT id, site_key, saved_on, language, tag_count, is_kept, is_failed, is_dead, is_pdf FROM link"
INDEXED = "SELECT id, is_indexed FROM link"
TAGS = "SELECT key, links, first_token FROM tag ORDER BY id"
TOLD_ANEW = (
    "UPDATE link SET {standing}, tag_count = (SELECT count(*) FROM link_tag WHERE link_tag.link_id = link.id)",
    "UPDATE link SET is_indexed = EXISTS (SELECT 1 FROM indexed_text WHERE link_id = link.id)",
    "UPDATE tag SET links = (SELECT count(*) FROM link_tag WHERE link_tag.tag_id = tag.id)",
)


async def _rows(database: Database, statement: str) -> Sequence[Sequence[object]]:
    async with database.read() as session:
        return (await (await session.connection()).exec_driver_sql(statement)).all()


async def _is_right(database: Database) -> bool:
    """Whether telling everything anew changes nothing."""
    before = [await _rows(database, statement) for statement in (COLUMNS, INDEXED, TAGS)]
    async with database.write() as session:
        for statement in TOLD_ANEW:
            await (await session.connection()).exec_driver_sql(statement.format(standing=STANDING))
    return before == [await _rows(database, statement) for statement in (COLUMNS, INDEXED, TAGS)]


async def _captured(database: Database, verdict: Verdict, *, is_pdf: bool = False) -> None:
    queue = Queue(database)
    claim = await queue.claim("test", lease=MINUTE)
    assert claim is not None
    file = Artifact(
        snapshot_id=claim.snapshot_id,
        kind=ArtifactKind.PDF,
        sha256="0",
        size_bytes=1,
        content_type="application/pdf",
        name="paper.pdf" if is_pdf else None,
    )
    await queue.finish(claim, Outcome(verdict, artifacts=[file]))


async def _standing(database: Database, link_id: int) -> tuple[bool, bool, bool, bool]:
    async with database.read() as session:
        found = await session.get_one(Link, link_id)
        return found.is_kept, found.is_failed, found.is_dead, found.is_pdf


async def test_how_a_link_stands_follows_its_snapshots(database: Database) -> None:
    library = Library(database, 1)
    await library.add([link("a")], None)
    assert await _standing(database, 1) == (False, False, False, False)
    await _captured(database, Verdict.NOT_FOUND)
    assert await _standing(database, 1) == (False, True, True, False)
    await library.add([link("a")], None)
    assert await _standing(database, 1) == (False, False, False, False)
    await _captured(database, Verdict.FILE, is_pdf=True)
    assert await _standing(database, 1) == (True, False, False, True)
    async with database.write() as session:
        await session.exec(delete(Artifact))
    assert await _standing(database, 1) == (True, False, False, False)
    async with database.write() as session:
        await session.exec(delete(Snapshot).where(col(Snapshot.id) == 2))
    assert await _standing(database, 1) == (False, True, True, False)


async def test_a_snapshot_that_moves_to_another_link_counts_there(database: Database) -> None:
    await Library(database, 1).add([link("a"), link("b")], None)
    await _captured(database, Verdict.FILE, is_pdf=True)
    async with database.write() as session:
        await session.exec(update(Snapshot).where(col(Snapshot.id) == 1).values(link_id=2, status="done"))
        await session.exec(delete(Snapshot).where(col(Snapshot.id) == 2))
    assert await _standing(database, 1) == (False, False, False, False)
    assert await _standing(database, 2) == (True, False, False, True)
    assert await _is_right(database)


async def test_tags_are_counted_through_all_that_is_done_to_them(database: Database) -> None:
    library, editing, undoing = Library(database, 1), Editing(database, 1), Undoing(database, 1)
    await library.add([link("a", "x", "learning_rates"), link("b", "x", "y"), link("c")], None)
    await editing.retag([1, 3], ["y"], ["x"])
    ids = {count.name: count.id for count in await library.tags()}
    assert [(count.name, count.links) for count in await library.tags()] == [
        ("y", 3),
        ("learning_rates", 1),
        ("x", 1),
    ]
    merged = await undoing.rename_tag(ids["x"], "y", merge=True)
    assert isinstance(merged, Removed)
    assert await _is_right(database)
    await undoing.undo(merged.undo_id)
    deleted = await undoing.delete_link(2)
    assert deleted is not None
    assert await _is_right(database)
    await undoing.undo(deleted.undo_id)
    dropped = await undoing.delete_tag(ids["y"])
    assert dropped is not None
    assert await _is_right(database)
    await undoing.undo(dropped.undo_id)
    assert await _is_right(database)
    async with database.write() as session:
        await session.exec(delete(Link).where(col(Link.id) == 1))
    assert await _is_right(database)
    assert {(key, first) for key, _, first in await _rows(database, TAGS)} == {
        ("x", ""),
        ("y", ""),
        ("learning_rates", "learning"),
    }


async def test_site_and_day_are_set_when_a_link_is_saved(database: Database) -> None:
    at = datetime(2026, 5, 4, 1, tzinfo=UTC).astimezone()
    async with database.write() as session:
        session.add(Link(chat_id=1, url="", url_key="a", host="blog.example.org", created_at=at))
    async with database.read() as session:
        saved = (await session.exec(select(Link))).one()
    assert (saved.site_key, saved.saved_on) == ("org.example.blog.", "2026-05-04")


async def _upgraded_from_before(path: Path, revision: str) -> None:
    """Bring a library with a bit of everything down to a schema from before, and up again."""
    database = Database(f"sqlite:///{path}")
    await database.migrate()
    library = Library(database, 1)
    await library.add([link("a", "x", "优化器"), link("b", "x")], None)
    await Library(database, 2).add([link("c", "y")], None)
    await _captured(database, Verdict.FILE, is_pdf=True)
    await _captured(database, Verdict.NOT_FOUND)
    async with database.write() as session:
        for each in await session.exec(select(Link)):
            each.created_at -= timedelta(days=each.id or 0)
    before = await _rows(database, COLUMNS), await _rows(database, TAGS)

    def run(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(Path(storage.__file__).parent / "migrations"))
        config.attributes["connection"] = connection
        command.downgrade(config, revision)

    async with database.write() as session:
        await (await session.connection()).run_sync(run)
    await database.migrate()
    assert (await _rows(database, COLUMNS), await _rows(database, TAGS)) == before
    assert await _is_right(database)
    assert [is_indexed for _, is_indexed in await _rows(database, INDEXED)] == [revision > "0011"] * 3
    await database.close()


@pytest.mark.parametrize("revision", ["0008", "0014"])
def test_a_library_from_before_gets_its_columns(revision: str, tmp_path: Path) -> None:
    asyncio.run(_upgraded_from_before(tmp_path / "tagshot.db", revision))
