"""Inline mode: a person's own links, offered in any chat; nothing for strangers, and nothing that is kept."""

import json

import pytest

from bot.conversation.inline import InlineAnswer, InlineAsked, InlineResult
from bot.conversation.members import Members
from bot.settings import Settings
from bot.telegram.client import open_bot
from bot.telegram.inline import InlineMode
from storage.access import Access
from storage.database import Database
from storage.kinds import ArtifactKind
from storage.library import Library
from tests.conftest import OWNER
from tests.fakes.site import SiteDouble, picture
from tests.fakes.telegram.double import BotApiDouble
from tests.fakes.telegram.wire import Upload
from tests.in_a_chat import reaction
from tests.talking import Person, capture_all, conversation_on

STRANGER = 99


@pytest.mark.usefixtures("bot")
async def test_a_word_offers_the_card_which_is_sent_without_what_is_private(
    telegram: BotApiDouble, site: SiteDouble
) -> None:
    ada = telegram.user(OWNER, "Ada")
    sent = ada.say(f"{site.url('/chinese')} #优化器 and a private note")
    await reaction(telegram, sent, "👍")
    queries = [ada.inline(typed) for typed in ("", "优", "优化", "#优化器")]
    for query in queries:
        [result] = await query.answered()
        assert result["type"] == "photo"
        assert query.answer is not None
        assert query.answer["is_personal"] == "true"
    shown = ada.choose(queries[0], 0, chat=telegram.group(-1009))
    assert shown.kind == "photo"
    assert "#优化器" in shown.text
    assert "private note" not in shown.text

    before = len(ada.chat.messages)
    ada.choose(queries[0], 0)
    ada.say("/stats")
    await ada.sees("1 link")
    assert len(ada.chat.messages) == before + 3, "what inline mode sends to the bot itself was answered"


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize(
    ("language", "said"),
    [("zh", "这个机器人不公开"), ("en", "This bot is private"), ("de", "This bot is private")],
)
async def test_a_stranger_is_told_that_the_bot_is_private(
    language: str, said: str, telegram: BotApiDouble
) -> None:
    query = telegram.user(STRANGER, "Mallory", language_code=language).inline("优化器")
    assert await query.answered() == []
    assert query.answer is not None
    assert query.answer["is_personal"] == "true"
    assert json.loads(query.answer["button"])["text"] == said


async def test_a_result_is_sent_as_the_picture_the_pdf_or_a_text_whichever_telegram_has(
    telegram: BotApiDouble, settings: Settings, database: Database
) -> None:
    photo = telegram.world.files.add(Upload("a.jpg", None, picture(1)), "photo").file_id
    pdf = telegram.world.files.add(Upload("a.pdf", None, b"%PDF-1.7"), "document").file_id
    offered = [
        InlineResult("1", "Adam", "example.org", "<b>Adam</b>", photo_id=photo, document_id=pdf),
        InlineResult("2", "SGD", "example.org", "<b>SGD</b>", document_id=pdf),
        InlineResult("3", "Lion", "example.org", "<b>Lion</b>"),
    ]

    async def answer(asked: InlineAsked) -> InlineAnswer:
        return InlineAnswer(offered if (asked.person_id, asked.text) == (OWNER, "opt") else [])

    members = Members(Access(database), [OWNER])
    await members.load()
    ada, group = telegram.user(OWNER, "Ada"), telegram.group(-1009)
    async with open_bot(settings) as bot:
        query = ada.inline("opt")
        await InlineMode(bot, members, answer).handle(telegram.waiting_updates[-1])
        assert len(await query.answered()) == 3
    sent = [ada.choose(query, number, chat=group) for number in range(3)]
    assert [message.kind for message in sent] == ["photo", "document", "text"]
    assert [message.html for message in sent] == ["<b>Adam</b>", "<b>SGD</b>", "<b>Lion</b>"]


@pytest.fixture
async def ada(database: Database) -> Person:
    person = Person((await conversation_on(database))[0])
    await person.says("https://example.org/a #优化器")
    await person.says("https://example.org/b #momentum")
    await capture_all(database)
    await person.says("https://example.org/waiting #momentum")
    return person


async def offered(person: Person, typed: str, offset: str = "") -> list[str]:
    asked = InlineAsked(person.person_id, typed, offset)
    return [result.html.partition("/")[2] for result in (await person.conversation.inline(asked)).results]


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("", "ba"),
        ("优化器 ", "ba"),
        ("mom", "b"),
        ("MOMENTUM", "b"),
        ("#优化器", "a"),
        ("-#优化器", "b"),
        ("is:unread", "ba"),
        ("nothing like it", ""),
        ("is:lost", ""),
        ("before:soon", ""),
    ],
)
async def test_the_links_offered_are_those_that_have_the_words(typed: str, names: str, ada: Person) -> None:
    found = [result.partition("example.org/")[2][:1] for result in await offered(ada, typed)]
    assert sorted(found) == sorted(names)


async def test_there_are_pages_and_no_page_behind_the_last(ada: Person, database: Database) -> None:
    await ada.says(" ".join(f"https://example.org/{number}" for number in range(20)))
    await capture_all(database)
    pages = []
    offset = ""
    for _ in range(5):
        answer = await ada.conversation.inline(InlineAsked(OWNER, "", offset))
        pages.append(len(answer.results))
        offset = answer.next_offset
        if not offset:
            break
    assert sum(pages) == 23
    assert await offered(ada, "", "99") == []
    assert await offered(ada, "", "x") == await offered(ada, "", "")


async def test_another_person_is_offered_nothing_of_it(ada: Person) -> None:
    assert await offered(Person(ada.conversation, person_id=42), "momentum") == []


async def test_what_telegram_has_is_sent_by_its_id(ada: Person, database: Database) -> None:
    library = Library(database, OWNER)
    [snapshot, *_] = await library.newest_kept((await library.recent()).links[-1:])
    screen, pdf = snapshot.artifact(ArtifactKind.SCREEN), snapshot.artifact(ArtifactKind.PDF)
    assert screen is not None
    assert pdf is not None
    for artifact, file_id in ((pdf, "the-pdf"), (screen, "the-photo")):
        await library.remember_upload(artifact.id or 0, file_id)
    [result] = (await ada.conversation.inline(InlineAsked(OWNER, "#优化器"))).results
    assert (result.photo_id, result.document_id) == ("the-photo", "the-pdf")
