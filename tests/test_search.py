"""Links are found by their words, in every script, and nothing that is typed is a mistake."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import delete, select

from storage import search
from storage.database import Database
from storage.library import Library
from storage.models import IndexedText
from storage.query import Words
from storage.ranking import ranked
from tests.searching import HERE, PAGE, THERE, captured, found, query, saved


@pytest.fixture
def library(database: Database) -> Library:
    return Library(database, HERE)


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
        assert await search.page_text(session, one, 7) == PAGE[:7]
        assert await search.page_text(session, 99) == ""
    async with database.write() as session:
        await session.exec(delete(IndexedText))
