"""The index of words follows what becomes of links, and is filled where it lacks them."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.work import indexing
from bot.work.indexing import index_missing
from storage import search
from storage.artifacts import open_artifacts
from storage.database import Database
from storage.editing import Editing
from storage.kinds import ArtifactKind, Verdict
from storage.library import Library, newest_texts
from storage.models import Artifact, IndexedText, now
from storage.nobody import KEPT_FOR, forget_expired
from storage.queue import Outcome
from storage.remarks import Remark
from storage.saving import NewLink, Origin
from storage.undoing import Removed, Undoing
from tests.searching import HERE, PAGE, captured, found, saved
from tests.storing import remarked


@pytest.fixture
def library(database: Database) -> Library:
    return Library(database, HERE)


async def test_the_index_follows_tags_and_notes(library: Library, database: Database) -> None:
    one = await saved(library, "a", "first")
    editing = Editing(database, HERE)
    await editing.retag([one], ["second"], ["first"])
    await remarked(database, HERE, one, Remark(70, note="remarkable"))
    assert (await found(library, "first"), await found(library, "second remarkable")) == ([], ["a"])
    new = NewLink("https://example.org/a", "example.org/a", ("third",), "changed")
    await editing.follow([new], Origin(7))
    assert (await found(library, "third"), await found(library, "changed")) == (["a"], ["a"])


async def test_the_index_follows_a_rename_and_its_undo(library: Library, database: Database) -> None:
    await saved(library, "a", "optimiser")
    undoing = Undoing(database, HERE)
    tag = await undoing.tag_named("optimiser")
    assert tag is not None
    done = await undoing.rename_tag(tag.id or 0, "优化器")
    assert isinstance(done, Removed)
    assert (await found(library, "optimiser"), await found(library, "优化器")) == ([], ["a"])
    await undoing.undo(done.undo_id)
    assert (await found(library, "optimiser"), await found(library, "优化器")) == (["a"], [])


async def test_a_new_snapshot_takes_the_place_of_the_older_text(library: Library, database: Database) -> None:
    one = await saved(library, "a")
    await captured(database, "Old", "former words")
    await library.again(one, Origin(8))
    await captured(database, "New", "present words")
    assert (await found(library, "former"), await found(library, "old")) == ([], [])
    assert await found(library, "present new") == ["a"]


async def test_a_deleted_link_is_not_found_and_leaves_nothing_in_the_index(
    library: Library, database: Database
) -> None:
    one = await saved(library, "a")
    await captured(database, "标题", PAGE)
    undoing = Undoing(database, HERE)
    done = await undoing.delete_link(one)
    assert done is not None
    assert await found(library, "优化") == []
    await undoing.undo(done.undo_id)
    assert await found(library, "优化") == ["a"]
    await undoing.delete_link(one)
    await forget_expired(database, now() + KEPT_FOR + timedelta(seconds=1))
    async with database.read() as session:
        assert (await session.exec(select(IndexedText))).all() == []
        match = "SELECT count(*) FROM link_index WHERE link_index MATCH '\"优化\"'"
        assert (await (await session.connection()).exec_driver_sql(match)).scalar_one() == 0


def _text(snapshot_id: int, sha256: str) -> Artifact:
    return Artifact(
        snapshot_id=snapshot_id,
        kind=ArtifactKind.TEXT,
        sha256=sha256,
        size_bytes=1,
        content_type="text/markdown",
    )


async def test_links_from_before_the_index_are_brought_into_it(library: Library, database: Database) -> None:
    artifacts = open_artifacts("memory:///")
    one = await saved(library, "a", "tag")
    await captured(database, "标题", "")
    snapshot = await library.newest_snapshot(one)
    assert snapshot is not None
    text = _text(snapshot.id or 0, await artifacts.put(PAGE.encode()))
    async with database.write() as session:
        session.add(text)
        await search.forget(session, [one])
    assert await found(library, "tag") == []
    assert await index_missing(database, artifacts) == 1
    assert await found(library, "tag 优化器 标题") == ["a"]
    assert await index_missing(database, artifacts) == 0


async def test_a_page_comes_back_into_the_index_though_its_link_was_changed_before(
    library: Library, database: Database
) -> None:
    artifacts = open_artifacts("memory:///")
    one = await saved(library, "a")
    await captured(database, "标题", "")
    text = _text(1, await artifacts.put(PAGE.encode()))
    async with database.write() as session:
        session.add(text)
        await search.forget(session, [one])
    assert not await library.is_indexed()
    await Editing(database, HERE).retag([one], add=["early"])
    await Editing(database, HERE).retag([one], add=["bird"])
    assert not await library.is_indexed()
    assert await index_missing(database, artifacts) == 1
    assert await found(library, "early bird 优化器") == ["a"]
    assert await index_missing(database, artifacts) == 0
    assert await library.is_indexed()


@pytest.mark.parametrize("is_stored", [True, False])
async def test_what_a_capture_brings_into_the_index_meanwhile_stays(
    library: Library, database: Database, monkeypatch: pytest.MonkeyPatch, *, is_stored: bool
) -> None:
    artifacts = open_artifacts("memory:///")
    one = await saved(library, "a")
    await captured(database, "标题", "")
    older = _text(1, await artifacts.put(b"early"))
    async with database.write() as session:
        session.add_all([older] if is_stored else [])
        await search.forget(session, [one])
    await library.again(one, Origin(7))

    async def and_then_captured(session: AsyncSession, link_id: int) -> Sequence[str]:
        found = await newest_texts(session, link_id)
        monkeypatch.setattr(indexing, "newest_texts", newest_texts)
        await captured(database, "标题", "later")
        return found

    monkeypatch.setattr(indexing, "newest_texts", and_then_captured)
    assert await index_missing(database, artifacts) == 1
    assert (await found(library, "later"), await found(library, "early")) == (["a"], [])
    assert await index_missing(database, artifacts) == 0


async def test_every_file_of_an_album_that_was_given_is_indexed_anew(
    library: Library, database: Database
) -> None:
    artifacts = open_artifacts("memory:///")
    one, editing = await saved(library, "a"), Editing(database, HERE)
    await captured(database, "标题", "earlier")
    for text in ("one", "two 二"):
        artifact = Artifact(
            snapshot_id=0,
            kind=ArtifactKind.TEXT,
            sha256=await artifacts.put(text.encode()),
            size_bytes=len(text),
            content_type="text/markdown",
        )
        given = Outcome(Verdict.FILE, artifacts=[artifact], text=text)
        assert await editing.add_files(one, given) or await editing.keep_files(one, given)
    async with database.write() as session:
        await search.forget(session, [one])
    assert await index_missing(database, artifacts) == 1
    assert (await found(library, "one two 二"), await found(library, "earlier")) == (["a"], [])


async def test_the_newest_links_are_brought_into_the_index_first(
    library: Library, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "AT_ONCE", 1)
    ids = [await saved(library, name) for name in ("old", "new")]
    async with database.write() as session:
        await search.forget(session, ids)
    await index_missing(database, open_artifacts("memory:///"))
    assert await found(library, "example") == ["new"]
    assert not await library.is_indexed()
    await index_missing(database, open_artifacts("memory:///"))
    assert await found(library, "example") == ["new", "old"]
    assert await library.is_indexed()


async def test_very_many_links_are_followed_some_at_a_time(
    library: Library, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "MOST_AT_ONCE", 2)
    for name in ("a", "b", "c"):
        await saved(library, name, "before")
    undoing = Undoing(database, HERE)
    tag = await undoing.tag_named("before")
    assert tag is not None
    await undoing.rename_tag(tag.id or 0, "after")
    artifacts = open_artifacts("memory:///")
    assert await index_missing(database, artifacts) == 3
    assert sorted(await found(library, "after")) == ["a", "b", "c"]
    assert await index_missing(database, artifacts) == 0
