"""What is done with tags by talking: put on and taken off by buttons, renamed, merged, dropped and taken back."""

import pytest

from bot.conversation.replies import Change, Message, Toast
from storage.announcements import Announcements
from storage.artifacts import Artifacts, open_artifacts
from storage.database import Database
from tests.conftest import OWNER
from tests.on_a_card import A, B, base_36, changed_card, saves, tags
from tests.talking import ENGLISH, Person, button, conversation_on, labels, seen, texts


@pytest.fixture
def artifacts() -> Artifacts:
    return open_artifacts("memory:///")


@pytest.fixture
async def ada(database: Database, artifacts: Artifacts) -> Person:
    return Person((await conversation_on(database, artifacts))[0])


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
