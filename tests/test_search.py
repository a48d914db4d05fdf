"""Links are found by their words, in every script, and the index follows what becomes of them."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.conversation.query import Bare, read
from bot.work import indexing
from bot.work.indexing import index_missing
from storage import search
from storage.artifacts import open_artifacts
from storage.database import Database
from storage.editing import Editing
from storage.kinds import ArtifactKind, Verdict
from storage.library import Library, newest_text
from storage.metadata import Metadata
from storage.models import Artifact, IndexedText, now
from storage.nobody import KEPT_FOR, forget_expired
from storage.query import Query, Words
from storage.queue import Outcome, Queue
from storage.ranking import ranked
from storage.remarks import Remark
from storage.saving import NewLink, Origin
from storage.undoing import Removed, Undoing
from tests.storing import remarked

HERE, THERE = 1, 2
PAGE = "深度學習中的優化器：Adam 與 SGD 的學習率比較。We compare learning rates of optimizers, café included."


@pytest.fixture
def library(database: Database) -> Library:
    return Library(database, HERE)


async def saved(library: Library, name: str, *tags: str, note: str = "", message_id: int = 7) -> int:
    new = NewLink(f"https://example.org/{name}", f"example.org/{name}", tags, note)
    [one] = await library.add([new], Origin(message_id))
    return one.link.id or 0


async def captured(database: Database, title: str, text: str) -> None:
    queue = Queue(database)
    while (claim := await queue.claim("test", lease=timedelta(minutes=1))) is not None:
        await queue.finish(claim, Outcome(Verdict.OK, metadata=Metadata(title=title), text=text))


def query(text: str) -> Query:
    understood = read(text, Bare.TEXT)
    assert not hasattr(understood, "kind"), understood
    return understood


async def found(library: Library, text: str) -> list[str]:
    return [link.url_key.rpartition("/")[2] for link in (await library.search(query(text))).links]


@pytest.mark.parametrize(
    "words",
    [
        "优",
        "优化",
        "优化器",
        "優化器",
        "学习率",
        "學習 率",
        "adam",
        "ADAM",
        "Ａｄａｍ",
        "adam 优化",
        "optim*",
        '"learning rates"',
        "cafe",
        "论文",
        "读过",
        "note*",
        "a-page",
        "标题",
        "example.org",
    ],
)
async def test_a_link_is_found_by_its_words(words: str, library: Library, database: Database) -> None:
    await saved(library, "a-page", "论文", note="读过 noteworthy")
    await captured(database, "一个标题", PAGE)
    await saved(library, "other")
    assert await found(library, words) == ["a-page"] or words == "example.org"
    assert "a-page" in await found(library, words)


@pytest.mark.parametrize("words", ["optim", "化优", '"rates learning"', "sgdx", "lion", "率学"])
async def test_what_is_not_there_is_not_found(words: str, library: Library, database: Database) -> None:
    await saved(library, "a")
    await captured(database, "标题", PAGE)
    assert await found(library, words) == []


async def test_words_are_found_with_the_other_conditions(library: Library, database: Database) -> None:
    await saved(library, "a", "paper")
    await saved(library, "b", "blog")
    await captured(database, "Adam", PAGE)
    assert await found(library, "adam #paper") == ["a"]
    assert await found(library, "adam -#paper") == ["b"]
    assert await found(library, "adam site:example.org -优化") == []
    assert sorted(await found(library, "(优化 | lion) adam")) == ["a", "b"]
    assert await found(library, "#paper | lion") == ["a"]


async def test_a_title_counts_more_than_the_page_and_a_newer_link_more_than_an_older(
    library: Library, database: Database
) -> None:
    await saved(library, "body")
    await captured(database, "Something", "It mentions momentum once among many other words. " * 5)
    await saved(library, "title")
    await captured(database, "Momentum", "Something else. " * 5)
    await saved(library, "newer")
    await captured(database, "Something", "It mentions momentum once among many other words. " * 5)
    assert await found(library, "momentum") == ["title", "newer", "body"]


async def test_pages_stay_right_while_links_arrive(library: Library, database: Database) -> None:
    for number in range(25):
        await saved(library, f"adam-{number:02}")
    first = await library.search(query("adam"))
    assert (first.total, len(first.links), first.pages) == (25, 10, 3)
    await saved(library, "adam-new")
    second = await library.search(query("adam"), 1, first.anchor)
    last = await library.search(query("adam"), 99, first.anchor)
    ids = [link.id for page in (first, second, last) for link in page.links]
    assert len(ids) == len(set(ids)) == 25
    assert last.number == 2


async def test_another_chats_links_are_not_found(library: Library, database: Database) -> None:
    await saved(Library(database, THERE), "a", "secret")
    await captured(database, "标题", PAGE)
    assert await found(library, "优化") == []
    assert await found(library, "secret") == []


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


async def test_links_from_before_the_index_are_brought_into_it(library: Library, database: Database) -> None:
    artifacts = open_artifacts("memory:///")
    one = await saved(library, "a", "tag")
    await captured(database, "标题", "")
    snapshot = await library.newest_snapshot(one)
    assert snapshot is not None
    text = Artifact(
        snapshot_id=snapshot.id or 0,
        kind=ArtifactKind.TEXT,
        sha256=await artifacts.put(PAGE.encode()),
        size_bytes=1,
        content_type="text/markdown",
    )
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
    text = Artifact(
        snapshot_id=1,
        kind=ArtifactKind.TEXT,
        sha256=await artifacts.put(PAGE.encode()),
        size_bytes=1,
        content_type="text/markdown",
    )
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
    sha256 = await artifacts.put(b"early")
    older = Artifact(
        snapshot_id=1, kind=ArtifactKind.TEXT, sha256=sha256, size_bytes=1, content_type="text/markdown"
    )
    async with database.write() as session:
        session.add_all([older] if is_stored else [])
        await search.forget(session, [one])
    await library.again(one, Origin(7))

    async def and_then_captured(session: AsyncSession, link_id: int) -> str | None:
        found = await newest_text(session, link_id)
        monkeypatch.setattr(indexing, "newest_text", newest_text)
        await captured(database, "标题", "later")
        return found

    monkeypatch.setattr(indexing, "newest_text", and_then_captured)
    assert await index_missing(database, artifacts) == 1
    assert (await found(library, "later"), await found(library, "early")) == (["a"], [])
    assert await index_missing(database, artifacts) == 0


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


@pytest.mark.parametrize(
    "words", ["", "，。", '"', "*", "OR", "AND NOT", "NEAR(a b)", "title:a", "a^2", "(", '"a" *']
)
async def test_no_text_is_a_mistake_in_the_search(words: str, library: Library, database: Database) -> None:
    await saved(library, "a")
    async with database.read() as session:
        await ranked(session, HERE, Words(words))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(words=st.text(max_size=40))
async def test_nothing_that_is_typed_is_a_mistake_in_the_search(words: str, database: Database) -> None:
    async with database.read() as session:
        await session.exec(select(IndexedText.link_id).where(search.having(words, IndexedText.link_id)))


async def test_the_page_text_is_kept_for_snippets(library: Library, database: Database) -> None:
    one = await saved(library, "a")
    await captured(database, "标题", PAGE)
    async with database.read() as session:
        assert await search.page_text(session, one) == PAGE
        assert await search.page_text(session, 99) == ""
    async with database.write() as session:
        await session.exec(delete(IndexedText))
