"""Tags and a link that a phone sends as two messages, in either order, and what only looks like that."""

import pytest

from bot.conversation.message import Answered
from bot.conversation.replies import (
    Reaction,
)
from bot.wording import WRITTEN
from storage.announcements import Announcements
from storage.artifacts import Artifacts, open_artifacts
from storage.database import Database
from tests.conftest import OWNER
from tests.on_a_card import CARD, A, B, saves, tags, the
from tests.talking import (
    Person,
    conversation_on,
    texts,
)


@pytest.fixture
def artifacts() -> Artifacts:
    return open_artifacts("memory:///")


@pytest.fixture
async def ada(database: Database, artifacts: Artifacts) -> Person:
    return Person((await conversation_on(database, artifacts))[0])


async def test_a_caption_that_comes_after_its_link_is_for_that_link(ada: Person, database: Database) -> None:
    link = ada.message(A)
    await ada.conversation.answer(link)
    caption = ada.message("#one #二", after_seconds=1)
    assert await ada.conversation.answer(caption, link) == [Reaction(WRITTEN)]
    assert await tags(database) == ["one", "二"]


async def test_tags_that_a_link_has_already_are_a_question(ada: Person) -> None:
    link = ada.message(f"{A} #one")
    await ada.conversation.answer(link)
    assert "1 link" in texts(await ada.conversation.answer(ada.message("#one", after_seconds=1), link))


async def test_a_caption_that_comes_before_its_link_is_not_taken_for_a_question(ada: Person) -> None:
    caption, link = ada.message("#one"), ada.message(A, after_seconds=1)
    assert ada.conversation.may_be_caption(caption)
    assert await ada.conversation.answer(caption, None, link) == []
    assert "#one" in texts(await ada.conversation.answer(link, caption))


@pytest.mark.parametrize(
    ("before", "more"),
    [(A, {"after_seconds": 31}), (A, {"author_id": 7}), ("no link", {}), (A, {"is_edit": True})],
)
async def test_tags_that_belong_to_no_link_are_a_question(
    before: str, more: dict[str, object], ada: Person
) -> None:
    await ada.says("https://example.org/x #one")
    earlier = ada.message(before)
    await ada.conversation.answer(earlier)
    replies = await ada.conversation.answer(ada.message("#one", **more), earlier)  # type: ignore[arg-type]
    assert "1 link" in texts(replies)


@pytest.mark.parametrize("text", ["hello #one", A, "/tag one", "", f"{A} #one"])
async def test_what_is_more_than_tags_is_no_caption(text: str, ada: Person) -> None:
    assert not ada.conversation.may_be_caption(ada.message(text))


async def test_an_answer_to_a_card_is_no_caption_of_the_next_link(ada: Person, database: Database) -> None:
    await saves(ada, database, A)
    answer, link = ada.message("#one", reply_to=CARD), ada.message(B, after_seconds=1)
    await ada.conversation.answer(answer)
    await ada.conversation.answer(link, answer)
    assert (await tags(database), await tags(database, "b")) == (["one"], [])


async def test_a_quote_that_is_answered_by_tags_is_no_caption_of_the_next_link(
    ada: Person, database: Database
) -> None:
    quote = ada.message("#one", answered=Answered(A, is_elsewhere=True))
    link = ada.message(B, after_seconds=1)
    await ada.conversation.answer(quote)
    await ada.conversation.answer(link, quote)
    assert (await tags(database), await tags(database, "b")) == (["one"], [])


async def test_a_new_name_for_a_tag_is_no_caption_of_a_link(ada: Person, database: Database) -> None:
    await ada.says(f"{A} #old")
    tag_id = (await the(database)).tags[0].id or 0
    await Announcements(database).set_asks(OWNER, 600, tag_id)
    name, link = ada.message("#new", reply_to=600), ada.message(B, after_seconds=1)
    assert "#old is #new now" in texts(await ada.conversation.answer(name, ada.message(A)))
    await ada.conversation.answer(link, name)
    assert (await tags(database), await tags(database, "b")) == (["new"], [])


async def test_tags_in_answer_to_a_message_without_a_link_are_for_no_link_before_them(
    ada: Person, database: Database
) -> None:
    link = ada.message(A)
    await ada.conversation.answer(link)
    await ada.conversation.answer(ada.message("#one", reply_to=999, after_seconds=1), link)
    assert await tags(database) == []
