"""What is done with saved links by talking: answers, edits, tags, notes, deleting and taking back."""

import pytest

from bot.conversation.replies import (
    Card,
    Change,
    Message,
    Reaction,
    Reply,
    Toast,
)
from bot.wording import KEPT, SEEN, WRITTEN, Words
from storage.announcements import Announcements
from storage.artifacts import Artifacts, open_artifacts
from storage.database import Database
from storage.kinds import Verdict
from storage.queue import Outcome
from tests.conftest import OWNER
from tests.on_a_card import CARD, A, B, base_36, changed_card, only, saves, tags, the
from tests.talking import (
    ENGLISH,
    Person,
    button,
    capture_all,
    conversation_on,
    labels,
    seen,
    texts,
)
from tests.talking import (
    KEPT as CAPTURED,
)


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


async def test_the_tags_button_shows_tags_to_take_off_and_to_put_on(ada: Person, database: Database) -> None:
    await ada.says(f"{B} #two #three")
    link_id = await saves(ada, database, f"{A} #one")
    [page] = await ada.presses(f"retag:{base_36(link_id)}:0:")
    assert isinstance(page, Message)
    assert labels(page) == [["✓ #one"], ["+ #three", "+ #two"]]
    page, card = await ada.presses(button(page, "+ #two"))
    assert isinstance(page, Message)
    assert page.edits
    assert labels(page) == [["✓ #two", "✓ #one"], ["+ #three"]]
    assert isinstance(card, Change)
    page, _ = await ada.presses(button(page, "✓ #one"))
    assert await tags(database) == ["two"]


async def test_renaming_a_tag_and_taking_it_back(ada: Person, database: Database) -> None:
    await ada.says(f"{A} #optimiser")
    renamed = await ada.hears("/rename optimiser #optimizer")
    assert texts([renamed]) == "#optimiser is #optimizer now, on 1 link."
    assert await tags(database) == ["optimizer"]
    await ada.presses(button(renamed, "Undo"))
    assert await tags(database) == ["optimiser"]


async def test_the_cards_of_a_tag_show_what_becomes_of_it(ada: Person, database: Database) -> None:
    await ada.says(f"{B} #optimizer")
    await saves(ada, database, f"{A} #optimiser")
    renamed, change = await ada.says("/rename optimiser 优化")
    assert isinstance(renamed, Message)
    assert "#优化" in seen(changed_card([change])).text
    assert "#optimiser" in seen(changed_card(await ada.presses(button(renamed, "Undo")))).text
    [asked] = await ada.says("/rename optimiser optimizer")
    merged = await ada.presses(button(asked, "Merge them"))  # type: ignore[arg-type]
    assert "#optimizer" in seen(changed_card(merged)).text
    [asked] = await ada.says("/droptag optimizer")
    dropped = await ada.presses(button(asked, "Take it off"))  # type: ignore[arg-type]
    assert "#" not in seen(changed_card(dropped)).text
    assert "#optimizer" in seen(changed_card(await ada.presses(button(dropped[0], "Undo")))).text  # type: ignore[arg-type]


async def test_two_tags_are_merged_only_after_asking(ada: Person, database: Database) -> None:
    await ada.says(f"{A} #优化")
    await ada.says(f"{B} #optimizer")
    asked = await ada.hears("/rename 优化 optimizer")
    assert "You have both #优化 and #optimizer" in texts([asked])
    assert await tags(database) == ["优化"]
    [merged] = await ada.presses(button(asked, "Merge them"))
    assert await tags(database) == ["optimizer"]
    assert isinstance(merged, Message)
    await ada.presses(button(merged, "Undo"))
    assert (await tags(database), await tags(database, "b")) == (["优化"], ["optimizer"])


async def test_a_tag_is_taken_off_its_links_only_after_asking(ada: Person, database: Database) -> None:
    await ada.says(f"{A} #one")
    await ada.says(f"{B} #one")
    asked = await ada.hears("/droptag one")
    assert texts([asked]) == "Take #one off 2 links? The links stay."
    [dropped] = await ada.presses(button(asked, "Take it off"))
    assert (await tags(database), await tags(database, "b")) == ([], [])
    assert isinstance(dropped, Message)
    await ada.presses(button(dropped, "Undo"))
    assert (await tags(database), await tags(database, "b")) == (["one"], ["one"])


async def test_the_page_of_a_tag_renames_it_and_drops_it(ada: Person, database: Database) -> None:
    await ada.says(f"{A} #optimiser")
    await ada.says(f"{B} #优化")
    assert labels(await ada.hears("#optimiser")) == [["1"]], "who looks for links is not asked about the tag"
    [page] = await ada.presses(button(await ada.hears("/tags"), "#optimiser 1"))
    assert isinstance(page, Message)
    assert labels(page) == [["1"], ["Rename tag", "Drop tag"]]
    [question] = await ada.presses(button(page, "Rename tag"))
    assert isinstance(question, Message)
    assert question.asks_name_of is not None
    assert "What is #optimiser to be called?" in texts([question])
    await Announcements(database).set_asks(OWNER, 600, question.asks_name_of)
    assert await ada.says("two words", reply_to=600) == [question]
    assert "You have both #optimiser and #优化" in texts(await ada.says("优化", reply_to=600))
    assert texts(await ada.says(" ＃optimizer ", reply_to=600)) == "#optimiser is #optimizer now, on 1 link."
    assert await tags(database) == ["optimizer"]
    [asked] = await ada.presses(button(page, "Drop tag"))
    assert texts([asked]) == "Take #optimizer off 1 link? The link stays."
    await ada.presses(button(asked, "Take it off"))  # type: ignore[arg-type]
    assert await tags(database) == []
    for label in ("Rename tag", "Drop tag"):
        assert await ada.presses(button(page, label)) == [Toast(ENGLISH("toast-expired"))]
    assert texts(await ada.says("again", reply_to=600)) == ENGLISH("hint").replace("<code>", "").replace(
        "</code>", ""
    )


@pytest.mark.parametrize(
    ("said", "answered"),
    [
        ("/rename", "needs-names"),
        ("/rename one", "needs-names"),
        ("/rename a b c", "needs-names"),
        ("/droptag", "needs-name"),
        ("/droptag a b", "needs-name"),
    ],
)
async def test_a_command_that_lacks_names_says_how_it_is_written(
    said: str, answered: str, ada: Person
) -> None:
    assert await ada.hears(said) == Message(ENGLISH(answered))


@pytest.mark.parametrize("said", ["/rename optimiser x", "/droptag optimiser"])
async def test_a_tag_that_is_not_there_is_answered_by_the_nearest(said: str, ada: Person) -> None:
    await ada.says(f"{A} #optimizer")
    assert "Did you mean" in texts([await ada.hears(said)])


async def test_the_same_link_by_its_canonical_address_is_known(ada: Person, database: Database) -> None:
    await ada.says(A)
    await capture_all(
        database, Outcome(Verdict.OK, metadata=CAPTURED.metadata, further_keys=["example.org/b"])
    )
    replies = await ada.says(f"{B} #again")
    assert replies[0] == Reaction(KEPT)
    assert "You have had Adam 优化器" in texts(replies)
    assert Reaction(SEEN) not in replies
