"""Finding what was saved: with the language of queries, by words, at random; and what is said where that fails."""

from datetime import timedelta

import pytest

from bot.conversation.replies import Action, Card, Message, Toast, Verb
from bot.work.indexing import index_missing
from storage import search
from storage.artifacts import open_artifacts
from storage.database import Database
from storage.kinds import Verdict
from storage.metadata import Metadata
from storage.queue import Outcome, Queue
from tests.talking import ENGLISH, Person, button, capture_all, conversation_on, labels, seen, texts

TEXT = "A page on 學習率 and momentum, <b>with</b> markup. " + "Filler words follow here. " * 20


@pytest.fixture
async def ada(database: Database) -> Person:
    return Person((await conversation_on(database))[0])


async def captured(database: Database, title: str, text: str = TEXT) -> None:
    queue = Queue(database)
    while (claim := await queue.claim("test", lease=timedelta(minutes=1))) is not None:
        await queue.finish(claim, Outcome(Verdict.OK, metadata=Metadata(title=title), text=text))


@pytest.fixture
async def three(ada: Person, database: Database) -> Person:
    """Three links: a with one and two, b with one and three, c with none."""
    await ada.says("https://csdn.net/a #one #Two")
    await captured(database, "Adam")
    await ada.says("https://blog.csdn.net/b #one #three")
    await captured(database, "优化器")
    await ada.says("https://arxiv.org/c")
    await captured(database, "Paper", "Nothing of note")
    return ada


async def found(ada: Person, asked: str) -> str:
    """The names of the links in a list, in their order."""
    lines = seen(await ada.hears(asked)).text.split("\n")
    return " ".join(line.split(". ", 1)[1] for line in lines if line[:1].isdigit() and ". " in line)


@pytest.mark.parametrize(
    ("asked", "links"),
    [
        ("/tag one", "优化器 Adam"),
        ("/tag one two", "Adam"),
        ("/tag one -two", "优化器"),
        ("/tag two | three", "优化器 Adam"),
        ("/tag （two｜three） -one", ""),
        ("/tag t*", "优化器 Adam"),
        ("/tag one site:blog.csdn.net", "优化器"),
        ("/search site:csdn.net", "优化器 Adam"),
        ("/search is:untagged", "Paper"),
        ("/untagged", "Paper"),
        ("/search 学习率", "优化器 Adam"),
        ("/search momentum -#three", "Adam"),
        ("/search 优化", "优化器"),
        ("/search lang:zh", ""),
        ("/search before:2020", ""),
        ("/search is:unread", "Paper 优化器 Adam"),
    ],
)
async def test_a_query_finds_its_links(asked: str, links: str, three: Person) -> None:
    assert await found(three, asked) == links


async def test_a_hit_shows_where_its_words_stand(three: Person) -> None:
    answer = await three.hears("/search 学习率 momentum")
    assert "A page on <b>學習率</b> and <b>momentum</b>, &lt;b&gt;with" in answer.html
    assert seen(answer).text.startswith("学习率 momentum · 2 links")


async def test_the_list_of_a_query_turns_its_pages(ada: Person, database: Database) -> None:
    for batch in range(2):
        links = " ".join(f"https://example.org/{batch}{number}" for number in range(6))
        await ada.says(f"{links} #a #b")
    answer = await ada.hears("/tag a | b")
    assert seen(answer).text.startswith("#a | #b · 12 links")
    [second] = await ada.presses(button(answer, "2 ›"))
    assert isinstance(second, Message)
    assert second.edits
    await ada.says("https://example.org/new #a")
    [back] = await ada.presses(button(second, "‹ 1"))
    assert isinstance(back, Message)
    assert back.html == answer.html
    eve = Person(ada.conversation, person_id=42)
    assert await eve.presses(button(answer, "2 ›")) == [Toast(ENGLISH("toast-expired"))]


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("/search is:lost", "A link can't be lost."),
        ("/search sites:x.org a", "I don't know sites:x.org. I know: site"),
        ("/tag before:soon", "soon is no date"),
        ("/search site:", "Something is missing behind site:"),
        ("/search " + " | ".join(f"a{n}" for n in range(30)), "at most 20"),
    ],
)
async def test_a_mistake_is_pointed_at(asked: str, answered: str, ada: Person) -> None:
    assert answered in seen(await ada.hears(asked)).text


async def test_a_search_for_nothing_says_how_to_search(ada: Person) -> None:
    assert await ada.hears("/search") == Message(ENGLISH("query-help"))


async def test_an_unknown_tag_in_a_query_is_answered_by_the_nearest(three: Person) -> None:
    answer = await three.hears("/tag one -thre")
    assert "There is no tag #thre. Did you mean" in seen(answer).text
    assert labels(answer) == [["#three 1"]]


async def test_what_nothing_matches_is_said_with_the_query(three: Person) -> None:
    assert seen(await three.hears("/search lion <b>")).text == "Nothing found: lion <b>"


async def test_what_is_not_found_while_the_index_catches_up_may_be_there(
    three: Person, database: Database
) -> None:
    async with database.write() as session:
        await search.forget(session, [1, 2, 3])
    not_all = ENGLISH("not-all-indexed")
    assert seen(await three.hears("/search adam")).text == f"Nothing found: adam\n{not_all}"
    assert seen(await three.hears("/tag one -one")).text == "Nothing found: #one -#one"
    await index_missing(database, open_artifacts("memory:///"))
    assert await found(three, "/search adam") == "Adam"
    assert seen(await three.hears("/search lion")).text == "Nothing found: lion"


async def test_any_link_is_shown_at_random(three: Person, ada: Person, database: Database) -> None:
    [answer] = await three.says("/random")
    assert isinstance(answer, Card | Message)
    assert any(title in texts([answer]) for title in ("Adam", "优化器", "Paper"))
    assert await Person(ada.conversation, person_id=42).hears("/random") == Message(ENGLISH("no-links"))


async def test_the_figures_are_those_of_the_chat(three: Person) -> None:
    text = seen(await three.hears("/stats")).text
    assert "3 links, 3 in the last 30 days\n3 tags\n3 snapshots kept, 0 failed" in text
    assert await Person(three.conversation, person_id=42).hears("/stats") == Message(ENGLISH("no-links"))


async def test_the_card_of_an_untagged_link_offers_tags_that_fit(three: Person, database: Database) -> None:
    await three.says("https://arxiv.org/d #momentum")
    await capture_all(database)
    await three.says("https://example.org/new")
    await captured(database, "Momentum explained")
    answer = await three.hears("/untagged")
    [card] = await three.presses(button(answer, "1"))
    assert isinstance(card, Card | Message)
    assert labels(card)[0] == ["+ #momentum"]
    toast, *_ = await three.presses(button(card, "+ #momentum"))
    assert toast == Toast("Tagged #momentum")
    assert await found(three, "/tag momentum") == "Momentum explained Adam 优化器"


async def test_a_query_that_was_forgotten_is_answered_like_nonsense(ada: Person) -> None:
    assert await ada.presses(Action(Verb.QUERY, (77,))) == [Toast(ENGLISH("toast-expired"))]
