"""Messages and presses, and what is answered: through the real parser and a real database, without a browser."""

import logging

import pytest
from sqlmodel import select

from bot.conversation.answer import Press
from bot.conversation.replies import Action, Attachment, Card, Message, Reaction, Toast, Verb
from storage.database import Database
from storage.models import Announcement, Link, Snapshot
from storage.saving import with_tags_and_snapshots
from tests.conftest import OWNER
from tests.talking import ENGLISH, MISSING, Person, button, capture_all, conversation_on, labels, seen, texts

GROUP = -100500
EXPIRED = [Toast(ENGLISH("toast-expired"))]


@pytest.fixture
async def ada(database: Database) -> Person:
    return Person((await conversation_on(database))[0])


async def saved(database: Database) -> dict[str, set[str]]:
    """Every address, and its tags."""
    async with database.read() as session:
        links = (await session.exec(select(Link).options(*with_tags_and_snapshots()))).all()
    return {link.url: {tag.name for tag in link.tags} for link in links}


async def snapshots(database: Database) -> int:
    async with database.read() as session:
        return len((await session.exec(select(Snapshot))).all())


async def test_a_link_gets_a_reaction_and_a_status_that_becomes_its_card(database: Database) -> None:
    conversation, woken = await conversation_on(database)
    reaction, status = await Person(conversation).says("看看 https://example.org/adam #optimizer #优化器")
    assert reaction == Reaction("👀")
    assert isinstance(status, Message)
    assert (len(status.announcement_ids), status.is_summary) == (1, False)
    shown = seen(status)
    assert shown.text == "Saved example.org/adam\n#optimizer #优化器\nCapturing the page…"
    assert [each.type for each in shown.entities] == ["text_link", "hashtag", "hashtag"]
    assert await saved(database) == {"https://example.org/adam": {"optimizer", "优化器"}}
    assert woken == ["woken"]


async def test_several_links_share_one_summary_and_keep_the_tags_of_their_lines(
    ada: Person, database: Database
) -> None:
    reaction, summary = await ada.says("https://example.org/a #one\nhttps://example.org/b #two")
    assert reaction == Reaction("👀")
    assert isinstance(summary, Message)
    assert (len(summary.announcement_ids), summary.is_summary) == (2, True)
    assert seen(summary).text == "Saved 2 links\n1. example.org/a #one\n2. example.org/b #two"
    assert await saved(database) == {"https://example.org/a": {"one"}, "https://example.org/b": {"two"}}


@pytest.mark.parametrize(
    ("address", "shown", "reason"),
    [
        ("http://192.168.1.1/admin", "http://192.168.1.1/admin", "private"),
        ("ftp://example.org/a", "ftp://example.org/a", "begin with http"),
        ("https://example.org:22/", "https://example.org:22/", "Port 22"),
        ("https://256.1.1.1/a", "https://256.1.1.1/a", "a browser can open"),
        ("https://ada:secret@example.org/a", "https://example.org/a", "a user name or a password"),
        ("ftp://ada:secret@example.org/a", "ftp://example.org/a", "begin with http"),
        ("https://ada:secret@256.1.1.1/a", "https://256.1.1.1/a", "a browser can open"),
    ],
)  # fmt: skip
async def test_what_is_refused_is_named_with_the_reason_and_never_with_a_password(
    ada: Person, database: Database, caplog: pytest.LogCaptureFixture, address: str, shown: str, reason: str
) -> None:
    caplog.set_level(logging.DEBUG)
    replies = await ada.says(f"{address} https://example.org/kept #tag")
    assert isinstance(replies[-1], Message)
    first, why = seen(replies[-1]).text.split("\n")
    assert first == f"Not saved: {shown}"
    assert reason in why
    assert await saved(database) == {"https://example.org/kept": {"tag"}}
    assert "secret" not in f"{replies}{caplog.messages}"


async def test_only_refused_links_get_no_reaction(ada: Person) -> None:
    assert isinstance((await ada.hears("http://localhost/")).html, str)


async def test_a_link_that_is_kept_is_not_captured_again_unless_asked(
    ada: Person, database: Database
) -> None:
    await ada.says("https://example.org/adam #one")
    await capture_all(database)
    reaction, answer = await ada.says("https://example.org/adam?utm_source=x #two")
    assert reaction == Reaction("👍")
    assert isinstance(answer, Message)
    assert seen(answer).text.startswith("You have had Adam 优化器 since ")
    assert seen(answer).text.endswith("\n#one #two")
    assert labels(answer) == [["Open copy", "New snapshot"]]
    assert await snapshots(database) == 1
    [card] = await ada.presses(button(answer, "Open copy"))
    assert isinstance(card, Card)
    await ada.presses(button(answer, "New snapshot"))
    assert await snapshots(database) == 2


async def test_new_and_kept_links_in_one_message_are_told_apart(ada: Person, database: Database) -> None:
    await ada.says("https://example.org/a https://example.org/b")
    await capture_all(database)
    reaction, status, kept = await ada.says(
        "https://example.org/a https://example.org/b https://example.org/c"
    )
    assert reaction == Reaction("👀")
    assert "Saved example.org/c" in texts([status])
    assert texts([kept]).startswith("You have 2 of these already:\n\n1. ")
    assert isinstance(kept, Message)
    assert labels(kept) == [["1", "2"]]


async def test_the_same_message_again_changes_nothing_and_says_nothing(
    ada: Person, database: Database
) -> None:
    message = ada.message("https://example.org/adam #one")
    await ada.conversation.answer(message)
    assert await ada.conversation.answer(message) == []
    assert await ada.says("https://example.org/adam #one", message_id=message.message_id, is_edit=True) == []
    assert await snapshots(database) == 1


async def test_an_edit_saves_what_it_adds_and_takes_back_what_it_lacks(
    ada: Person, database: Database
) -> None:
    first = ada.message("https://example.org/a #one")
    await ada.conversation.answer(first)
    replies = await ada.says(
        "https://example.org/a https://example.org/b #two", message_id=first.message_id, is_edit=True
    )
    assert "Saved example.org/b" in texts(replies)
    assert "example.org/a" not in texts(replies)
    assert await saved(database) == {
        "https://example.org/a": {"two"},
        "https://example.org/b": {"two"},
    }


async def test_behind_a_warning_the_page_itself_is_kept_and_a_private_one_refused(
    ada: Person, database: Database
) -> None:
    warning = "https://link.zhihu.com/?target="
    replies = await ada.says(f"{warning}https%3A//example.org/a {warning}http%3A//10.0.0.1/ #one")
    assert await saved(database) == {"https://example.org/a": {"one"}}
    assert "10.0.0.1 is in a private" in texts(replies)


async def test_tags_alone_are_a_query(ada: Person) -> None:
    await ada.says("https://example.org/a #one #two")
    assert "1 link" in texts([await ada.hears("#ONE #two")])


@pytest.mark.parametrize(
    ("caption", "seconds", "is_joined"),
    [
        ({"text": "#one #two"}, 30, True),
        ({"text": "#one #two"}, 31, False),
        ({"text": "#one #two", "author_id": 8}, 1, False),
        ({"text": "#one #two", "thread_id": 3}, 1, False),
        ({"text": "#one #two but why"}, 1, False),
        ({"text": "/tag #one #two"}, 1, False),
        ({"text": "https://example.org/a #one #two"}, 1, False),
        ({"text": "hello"}, 1, False),
    ],
)
async def test_a_caption_that_a_phone_sends_first_belongs_to_the_link(
    ada: Person, database: Database, caption: dict[str, str], seconds: int, is_joined: bool
) -> None:
    later = ada.message("https://example.org/b #three", after_seconds=seconds)
    await ada.conversation.answer(later, earlier=ada.message(**caption))  # type: ignore[arg-type]
    tags = (await saved(database))["https://example.org/b"]
    assert tags == ({"one", "two", "three"} if is_joined else {"three"})


async def test_a_message_without_anything_gets_a_hint_in_private_and_nothing_elsewhere(ada: Person) -> None:
    assert await ada.hears("hello") == Message(ENGLISH("hint"))
    assert await ada.hears("") == Message(ENGLISH("hint"))
    assert await ada.says("hello", is_edit=True) == []
    assert await Person(ada.conversation, OWNER, chat_id=GROUP).says("hello") == []


async def test_a_card_and_its_files_are_sent_when_asked_for(ada: Person, database: Database) -> None:
    await ada.says("https://example.org/adam #one")
    listing = await ada.hears("#one")
    [waiting] = await ada.presses(button(listing, "1"))
    assert "Capturing" in texts([waiting])
    await capture_all(database)
    [card] = await ada.presses(button(listing, "1"))
    assert isinstance(card, Card)
    for label, name in (("PDF", "Adam 优化器.pdf"), ("Full page", "Adam 优化器 (full page).jpg")):
        [file] = await ada.presses(button(card, label))
        assert isinstance(file, Attachment)
        assert file.file_name == name


async def test_again_twice_takes_one_snapshot(database: Database) -> None:
    conversation, woken = await conversation_on(database)
    ada = Person(conversation)
    await ada.says("https://example.org/adam")
    await capture_all(database, MISSING)
    again = Action(Verb.AGAIN, (1,))
    toast, status = await ada.presses(again)
    assert toast == Toast(ENGLISH("toast-capturing"))
    assert isinstance(status, Message)
    assert len(status.announcement_ids) == 1
    assert await ada.presses(again) == [toast]
    assert (await snapshots(database), len(woken)) == (2, 2)


async def test_what_a_chat_does_not_have_is_answered_like_nonsense(ada: Person, database: Database) -> None:
    await ada.says("https://example.org/adam #mine")
    await capture_all(database)
    eve = Person(ada.conversation, person_id=42)
    verbs = [verb for verb in Verb if verb not in {Verb.RECENT, Verb.TAGS, Verb.KEEP, Verb.SETTINGS}]
    for verb in verbs:
        for count in (1, 2):
            assert await eve.presses(Action(verb, (1,) * count)) == EXPIRED, verb
            assert await ada.presses(Action(verb, (99,) * count)) == EXPIRED, verb
        assert await ada.presses(Action(verb)) == EXPIRED, verb
    for data in ("", "nonsense", "card:x!:0:", "card:1.1:0:", "tag:1.1.1.1.1.1:0:"):
        assert await ada.presses(data) == EXPIRED, data
    assert await snapshots(database) == 1


async def test_a_file_that_was_not_made_is_said(ada: Person, database: Database) -> None:
    await ada.says("https://example.org/adam")
    await capture_all(database, MISSING)
    assert await ada.presses(Action(Verb.PDF, (1,))) == [Toast(ENGLISH("toast-no-such-file"))]


async def test_a_press_on_a_list_turns_it_in_place(ada: Person) -> None:
    for batch in range(2):
        links = " ".join(f"https://example.org/{batch}{n}" for n in range(6))
        await ada.says(f"{links} #many")
    for asked in ("/recent", "/tag many"):
        listing = await ada.hears(asked)
        [turned] = await ada.presses(button(listing, "2 ›"))
        await ada.says(f"https://example.org/{asked[1]} #many")
        [back] = await ada.presses(button(turned, "‹ 1"))  # type: ignore[arg-type]
        assert isinstance(turned, Message)
        assert isinstance(back, Message)
        assert (turned.edits, back.edits, listing.edits) == (True, True, False)
        assert seen(turned).text.startswith(seen(listing).text.partition("\n")[0])
        assert back.html == listing.html, "a new link moved the others"


async def test_a_press_remembers_the_topic_that_it_was_made_in(ada: Person, database: Database) -> None:
    await ada.says("https://example.org/adam")
    await capture_all(database)
    await ada.conversation.press(Press(OWNER, 900, Action(Verb.AGAIN, (1,)).data(), thread_id=5))
    async with database.read() as session:
        announcements = (await session.exec(select(Announcement).order_by(Announcement.id))).all()  # type: ignore[arg-type]
    assert [each.thread_id for each in announcements] == [None, 5]
