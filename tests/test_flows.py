"""What is done with saved links by talking: answers, edits, notes, deleting and taking back."""

import pytest

from bot.conversation.replies import Card, Change, Message, Reaction, Reply, Toast
from bot.wording import KEPT, SEEN, WRITTEN, Words
from storage.artifacts import Artifacts, open_artifacts
from storage.database import Database
from storage.kinds import Verdict
from storage.queue import Outcome
from tests.on_a_card import CARD, A, B, base_36, changed_card, only, saves, tags, the
from tests.talking import ENGLISH, Person, button, capture_all, conversation_on, labels, seen, texts
from tests.talking import KEPT as CAPTURED


@pytest.fixture
def artifacts() -> Artifacts:
    return open_artifacts("memory:///")


@pytest.fixture
async def ada(database: Database, artifacts: Artifacts) -> Person:
    return Person((await conversation_on(database, artifacts))[0])


@pytest.mark.parametrize("target", [CARD, 10])
async def test_an_answer_puts_tags_on_and_takes_them_off(
    target: int, ada: Person, database: Database
) -> None:
    await saves(ada, database, f"{A} #one #two")
    replies = await ada.says("#three -#ONE －＃two", reply_to=target)
    assert await tags(database) == ["three"]
    assert replies[0] == Reaction(WRITTEN)
    assert "#three" in seen(changed_card(replies)).text
    assert texts(replies).endswith("#three")


async def test_an_answer_that_takes_off_the_last_tag_says_so(ada: Person, database: Database) -> None:
    await saves(ada, database, f"{A} #one")
    assert texts(await ada.says("-#one", reply_to=CARD)).endswith("No tags now.")


async def test_an_answer_in_words_is_the_note_and_stands_on_the_card(ada: Person, database: Database) -> None:
    await saves(ada, database, f"{A} #one")
    replies = await ada.says("Read <this> again", reply_to=CARD)
    assert (await the(database)).note == "Read <this> again"
    assert "📝 Read <this> again" in seen(changed_card(replies)).text
    assert await tags(database) == ["one"]


async def test_a_note_that_took_the_place_of_another_can_be_taken_back(
    ada: Person, database: Database
) -> None:
    await saves(ada, database, f"{A} the first one")
    for said in ("the second one", "#tag and a third"):
        noted = (await ada.says(said, reply_to=CARD))[-1]
        assert isinstance(noted, Message)
        assert "Noted for Adam 优化器" in texts([noted])
        replies = await ada.presses(button(noted, "Undo"))
        assert texts(replies) == "Back again: the first one"
        assert "📝 the first one" in seen(changed_card(replies)).text
    await saves(ada, database, B, message_id=11)
    noted = (await ada.says("only one", reply_to=11))[-1]
    assert isinstance(noted, Message)
    assert texts(await ada.presses(button(noted, "Undo"))) == "The note is gone again."
    assert (await the(database, "b")).note is None


async def test_an_answer_may_bring_tags_and_a_note(ada: Person, database: Database) -> None:
    await saves(ada, database, A)
    await ada.says("for the thesis #论文", reply_to=CARD)
    assert ((await the(database)).note, await tags(database)) == ("for the thesis", ["论文"])


async def test_an_answer_to_several_links_tags_them_all_but_notes_none(
    ada: Person, database: Database
) -> None:
    await ada.says(f"{A} {B}", message_id=10)
    await ada.says("#both", reply_to=10)
    assert await tags(database, "a") == await tags(database, "b") == ["both"]
    assert texts(await ada.says("which one?", reply_to=10)) == ENGLISH("note-for-one")


async def test_an_answer_with_a_link_or_a_command_is_what_it_is_alone(
    ada: Person, database: Database
) -> None:
    await saves(ada, database, A)
    assert "Saved example.org/b" in texts(await ada.says(f"{B} #new", reply_to=CARD))
    assert await tags(database) == []
    assert "example.org/a" not in texts(await ada.says("/tags", reply_to=CARD))


async def test_an_answer_to_a_message_about_no_link_is_like_any_other(ada: Person) -> None:
    assert texts(await ada.says("hello", reply_to=999)) == ENGLISH("hint").replace("<code>", "").replace(
        "</code>", ""
    )


async def test_an_answer_in_another_chat_changes_nothing(ada: Person, database: Database) -> None:
    await saves(ada, database, f"{A} #mine")
    eve = Person(ada.conversation, person_id=42)
    await eve.says("#hers -#mine", reply_to=CARD)
    await eve.says("her note", reply_to=10)
    assert (await tags(database), (await the(database)).note) == (["mine"], None)


async def test_what_stands_around_a_link_is_its_note_with_where_it_came_from(
    ada: Person, database: Database
) -> None:
    await ada.says(f"worth reading {A}", is_forward=True, forwarded_from="ML Daily, 李")
    assert (await the(database)).note == "worth reading\n↪ ML Daily, 李"


async def test_an_edit_moves_the_tags_and_the_card_follows(ada: Person, database: Database) -> None:
    await saves(ada, database, f"{A} #one")
    replies = await ada.says(f"{A} #two and a note", message_id=10, is_edit=True)
    assert await tags(database) == ["two"]
    assert "#two" in seen(changed_card(replies)).text
    assert not only(replies, Message)
    assert await ada.says(f"{A} #two and a note", message_id=10, is_edit=True) == []


@pytest.mark.parametrize("code", ["en", "zh"])
async def test_an_answer_that_is_edited_writes_another_note_and_the_card_follows(
    code: str, ada: Person, database: Database
) -> None:
    async def edits(text: str) -> list[Reply]:
        return await ada.says(text, message_id=20, is_edit=True, reply_to=CARD, language_code=code)

    await saves(ada, database, f"{A} 第一")
    await ada.says("tpyo", message_id=20, reply_to=CARD, language_code=code)
    replies = await edits("typo #one")
    assert "📝 typo" in seen(changed_card(replies)).text
    assert not only(replies, Message)
    assert "📝 第一" in seen(changed_card(await edits("#one"))).text
    replies = await edits("read it twice #one")
    assert texts([replies[-1]]) == texts([Message(Words(code)("noted", link="Adam 优化器"))])
    assert await edits("read it twice #one") == []
    assert await tags(database) == ["one"]


async def test_deleting_asks_first_and_can_be_taken_back(ada: Person, database: Database) -> None:
    link_id = await saves(ada, database, f"{A} #one")
    [card] = await ada.presses(f"card:{base_36(link_id)}:0:")
    assert isinstance(card, Card)
    [question] = await ada.presses(button(card, "Delete"))
    assert isinstance(question, Message)
    assert labels(question) == [["Delete it", "Keep it"]]
    assert await ada.presses(button(question, "Keep it")) == [Message(ENGLISH("kept-after-all"), edits=True)]
    deleted, change = await ada.presses(button(question, "Delete it"))
    assert isinstance(deleted, Message)
    assert deleted.edits
    assert isinstance(change, Change)
    assert (change.message_id, change.to.buttons) == (CARD, ())
    assert "Nothing saved" in texts(await ada.says("/recent"))
    undone, back = await ada.presses(button(deleted, "Undo"))
    assert texts([undone]) == "Back again: Adam 优化器"
    assert isinstance(back, Change)
    assert isinstance(back.to, Card)
    assert labels(back.to) == labels(card)
    assert await tags(database) == ["one"]
    assert await ada.presses(button(deleted, "Undo")) == [Toast(ENGLISH("toast-expired"))]


async def test_the_same_link_by_its_canonical_address_is_known(ada: Person, database: Database) -> None:
    await ada.says(A)
    await capture_all(
        database, Outcome(Verdict.OK, metadata=CAPTURED.metadata, further_keys=["example.org/b"])
    )
    replies = await ada.says(f"{B} #again")
    assert replies[0] == Reaction(KEPT)
    assert "You have had Adam 优化器" in texts(replies)
    assert Reaction(SEEN) not in replies
