"""Deleting by command: one link, by an answer or by name, and all that is kept of a chat."""

import time

import pytest

from bot.conversation import forgetting
from bot.conversation.members import LIBRARY
from bot.conversation.replies import Action, Message, Toast, Verb
from storage.announcements import Announcements, Shown
from storage.database import Database
from storage.kinds import Verdict
from storage.library import Library
from storage.queue import Outcome
from tests.conftest import OWNER
from tests.talking import ENGLISH, Person, button, capture_all, conversation_on, labels, seen, texts

GROUP, MEMBER = -100500, 42
A, B = "https://example.org/a", "https://example.org/b"
CARD = 500


@pytest.fixture
async def ada(database: Database) -> Person:
    return Person((await conversation_on(database))[0])


async def links(database: Database, chat_id: int = OWNER) -> int:
    return (await Library(database, chat_id).recent()).total


async def shown_as_card(database: Database, ada: Person, text: str) -> None:
    """Save a link with message 10, and show its card as message 500."""
    await ada.says(text, message_id=10)
    await capture_all(database, Outcome(Verdict.OK, further_keys=["example.org/canonical"]))
    [link] = (await Library(database, OWNER).recent()).links
    await Announcements(database).set_shown(Shown(OWNER, CARD, [link.id or 0]))


@pytest.mark.parametrize(
    ("said", "reply_to"),
    [
        ("/delete", CARD),
        ("/delete", 10),
        (f"/delete {A}", None),
        ("/delete example.org/a?utm_source=x", None),
        ("/delete https://example.org/canonical", None),
        ("/delete https://link.zhihu.com/?target=https%3A%2F%2Fexample.org%2Fa", None),
    ],
)
async def test_a_link_is_deleted_by_an_answer_or_by_name_after_a_question(
    said: str, reply_to: int | None, ada: Person, database: Database
) -> None:
    await shown_as_card(database, ada, A)
    question = await ada.hears(said, reply_to=reply_to)
    assert seen(question).text == "Delete example.org/a with all its snapshots?"
    assert await links(database) == 1
    [done, *_] = await ada.presses(button(question, "Delete it"))
    assert await links(database) == 0
    assert isinstance(done, Message)
    await ada.presses(button(done, "Undo"))
    assert await links(database) == 1


@pytest.mark.parametrize(
    ("said", "reply_to", "sentence"),
    [
        ("/delete", None, "needs-link"),
        ("/delete something", None, "needs-link"),
        ("/delete", 999, "needs-link"),
        ("/delete", 10, "delete-one"),
    ],
)
async def test_what_can_not_be_meant_is_said(
    said: str, reply_to: int | None, sentence: str, ada: Person, database: Database
) -> None:
    await ada.says(f"{A} {B}", message_id=10)
    assert (await ada.hears(said, reply_to=reply_to)).html == ENGLISH(sentence)
    assert await links(database) == 2


async def test_a_link_that_is_not_here_is_named_as_text(ada: Person) -> None:
    answer = await ada.hears("/delete https://example.org/<b>x")
    assert "is not saved here" in seen(answer).text


async def test_everything_goes_after_a_question_that_says_how_much_that_is(
    ada: Person, database: Database
) -> None:
    await shown_as_card(database, ada, f"{A} #optimizer")
    await ada.says(B)
    question = await ada.hears("/forget_me")
    assert "2 links with all snapshots" in seen(question).text
    assert labels(question) == [["Delete everything", "Keep it"]]
    assert await links(database) == 2
    [done] = await ada.presses(button(question, "Delete everything"))
    assert isinstance(done, Message)
    assert done.edits
    assert done.html == ENGLISH("forgotten", where="telegram")
    assert await links(database) == 0
    assert await Library(database, OWNER).tags() == []
    assert texts(await ada.says("/recent")) == "Nothing saved yet. Send me a link."


async def test_the_language_that_was_chosen_is_forgotten_too(ada: Person) -> None:
    [chinese] = [row[1] for row in (await ada.hears("/settings")).buttons if row[0].label == "English"]
    await ada.presses(chinese)
    question = await ada.hears("/forget_me")
    [done] = await ada.presses(question.buttons[0][0])
    assert isinstance(done, Message)
    assert "已删除" in done.html
    assert (await ada.hears("hello")).html == ENGLISH("hint")


async def test_in_a_terminal_the_files_that_lie_about_are_named_and_nothing_is_said_of_telegram(
    ada: Person,
) -> None:
    here = Person(ada.conversation, chat_id=LIBRARY)
    question = await here.hears("/forget_me")
    assert "folder received stay until you delete them" in seen(question).text
    [done] = await here.presses(button(question, "Delete everything"))
    assert seen(done).text.endswith("until they are deleted.")
    assert "Telegram" not in seen(question).text


@pytest.mark.parametrize("seconds", [-10, forgetting.FRESH_SECONDS + 1])
async def test_a_question_from_another_time_deletes_nothing(
    seconds: int, ada: Person, database: Database
) -> None:
    await ada.says(A)
    asked_at = int(time.time()) - seconds
    assert await ada.presses(Action(Verb.FORGET, (asked_at,))) == [Toast(ENGLISH("toast-expired"))]
    assert await links(database) == 1


async def test_in_a_group_the_bots_owner_alone_can(ada: Person, database: Database) -> None:
    bob = Person(ada.conversation, person_id=MEMBER, chat_id=GROUP)
    await bob.says(f"/save {A}")
    assert (await bob.hears("/forget_me")).html == ENGLISH("owner-only")
    channel = Person(ada.conversation, chat_id=GROUP)
    assert (await channel.hears("/forget_me", author_id=None)).html == ENGLISH("owner-only")
    in_group = Person(ada.conversation, chat_id=GROUP)
    question = await in_group.hears("/forget_me")
    assert await bob.presses(button(question, "Delete everything")) == [Toast(ENGLISH("owner-only"))]
    assert await links(database, GROUP) == 1
    await in_group.presses(button(question, "Delete everything"))
    assert await links(database, GROUP) == 0
