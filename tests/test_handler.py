"""Updates are answered through the real conversation, in the turn of their chat, without a browser."""

import logging
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest

from bot.addresses import AddressRule
from bot.capture.files.given import Given
from bot.conversation.answer import Conversation, Press
from bot.conversation.delivery import Turns
from bot.conversation.giving import Giving
from bot.conversation.members import Members
from bot.conversation.replies import Attachment, Reply, Toast
from bot.conversation.wishes import Wishes
from bot.settings import Settings
from bot.telegram.client import open_bot
from bot.telegram.handler import Handler
from bot.telegram.sender import Sender
from storage.access import Access
from storage.announcements import Announcements
from storage.artifacts import open_artifacts
from storage.database import Database
from storage.inbox import Inbox
from storage.kinds import ArtifactKind
from storage.library import Library
from storage.models import Artifact
from tests.conftest import OWNER
from tests.fakes.receiving import Handle, receiving, rows, until_handled
from tests.fakes.telegram.double import BotApiDouble
from tests.fakes.telegram.faults import hang
from tests.fakes.telegram.people import User
from tests.talking import ENGLISH

GROUP = -1001234567890


@pytest.fixture
def ada(telegram: BotApiDouble) -> User:
    return telegram.user(OWNER)


@pytest.fixture
async def conversation(settings: Settings, database: Database) -> Conversation:
    members = Members(Access(database), settings.allowed_chats)
    await members.load()
    return Conversation(
        database,
        Giving(open_artifacts("memory:///"), Given().looked_at),
        members,
        Wishes(database),
        AddressRule(),
        lambda: None,
    )


@pytest.fixture
async def handle(
    settings: Settings, database: Database, telegram: BotApiDouble, conversation: Conversation
) -> AsyncIterator[Handle]:
    artifacts = open_artifacts(settings.artifacts)

    async def forget(*_: Any) -> None:
        """File ids are not kept."""

    async with open_bot(settings) as bot:
        sender = Sender(bot, artifacts, forget)
        yield Handler(bot, conversation, sender, Announcements(database), Inbox(database), Turns()).handle


def _said(person: User) -> list[str]:
    return [message.text for message in person.chat.messages if message.is_from_bot]


async def test_an_update_that_makes_no_sense_takes_nothing_with_it(
    settings: Settings, database: Database, telegram: BotApiDouble, ada: User, handle: Handle
) -> None:
    telegram.push({"message": {"chat": {"id": OWNER, "type": "private"}, "message_id": 900, "text": "?"}})
    ada.say("https://example.com #optimizer")
    async with receiving(settings, database, handle):
        await ada.sees("Saved example.com")
        await until_handled(database)
    assert [row.error for row in await rows(database)] == ["UnreadableUpdate", None]


async def test_what_holds_nothing_gets_one_hint_in_private_and_silence_elsewhere(
    settings: Settings, database: Database, telegram: BotApiDouble, ada: User, handle: Handle
) -> None:
    listed = settings.model_copy(update={"allowed_chats": (OWNER, GROUP)})
    group = telegram.group(GROUP)
    chat = {"id": OWNER, "type": "private"}
    person = {"id": OWNER, "is_bot": False, "first_name": "Ada"}
    photo = [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]
    about = {"chat": chat, "from": person, "date": 1_700_000_000}
    telegram.push({"message": {**about, "message_id": 901, "new_chat_title": "a notice"}})
    for message_id in (902, 903, 904):
        telegram.push({"message": {**about, "message_id": message_id, "photo": photo, "media_group_id": "a"}})
    ada.say("nothing to save", chat=group)
    ada.say("what can you do?")
    async with receiving(listed, database, handle):
        await telegram.until(lambda: len(_said(ada)) == 2)
        await until_handled(database)
    hints = [message.html for message in ada.chat.messages if message.is_from_bot]
    assert hints == [ENGLISH("hint"), ENGLISH("hint")]
    assert not any(message.is_from_bot for message in group.messages)


async def test_a_press_is_answered_before_what_it_sends_is_through(
    settings: Settings,
    database: Database,
    telegram: BotApiDouble,
    ada: User,
    handle: Handle,
    conversation: Conversation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await _give_files(conversation, settings, monkeypatch)
    telegram.fail("sendDocument", hang(0.5))
    press = ada.press(ada.say("an old list"), "pdf:1:0:", forge=True)
    async with receiving(settings, database, handle):
        assert (await press.answered()).text == "It comes."
        assert not any(message.media for message in ada.chat.messages)
        await ada.sees("论文.pdf")


async def test_a_press_that_is_answered_too_late_still_does_what_it_says(
    settings: Settings,
    database: Database,
    telegram: BotApiDouble,
    ada: User,
    handle: Handle,
    conversation: Conversation,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    await _give_files(conversation, settings, monkeypatch)
    press = ada.press(ada.say("an old list"), "pdf:1:0:", forge=True)
    telegram.skip(200)
    async with receiving(settings, database, handle):
        await ada.sees("论文.pdf")
    assert press.answer is None
    assert "a press could not be answered in time: Telegram refused: Query is too old" in caplog.text


async def _give_files(
    conversation: Conversation, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = b"%PDF-1.7 small"
    sha256 = await open_artifacts(settings.artifacts).put(content)
    artifact = Artifact(
        id=1,
        snapshot_id=1,
        kind=ArtifactKind.PDF,
        sha256=sha256,
        size_bytes=len(content),
        content_type="application/pdf",
    )

    async def press(_: Press) -> Sequence[Reply]:
        return [Attachment(artifact, "论文.pdf"), Toast("It comes.")]

    monkeypatch.setattr(conversation, "press", press)


@pytest.mark.parametrize("data", ["pdf:1:0:", "card:999:0:", "tag:1.2.3:0:", "nonsense", "pdf:-1:0:", "🂡"])
async def test_a_forged_press_finds_nothing(
    settings: Settings, database: Database, ada: User, handle: Handle, data: str
) -> None:
    press = ada.press(ada.say("an old list"), data, forge=True)
    async with receiving(settings, database, handle):
        assert (await press.answered()).text == ENGLISH("toast-expired")
        await until_handled(database)
    assert [row.error for row in await rows(database)] == [None, None]


async def test_a_chat_that_is_closed_meanwhile_is_no_mistake(
    settings: Settings,
    database: Database,
    telegram: BotApiDouble,
    ada: User,
    handle: Handle,
    caplog: pytest.LogCaptureFixture,
) -> None:
    ada.say("/help")
    ada.block_bot()
    async with receiving(settings, database, handle):
        await telegram.until(lambda: telegram.calls_of("sendMessage"))
        await until_handled(database)
    assert [row.error for row in await rows(database)] == [None, None]
    assert "Nothing can be said in this chat: Forbidden: bot was blocked by the user." in caplog.text


async def test_an_album_is_one_snapshot_wherever_its_words_stand_and_its_links_are_saved(
    settings: Settings, database: Database, telegram: BotApiDouble, handle: Handle, ada: User
) -> None:
    async with receiving(settings, database, handle):
        link = ada.say("https://example.org/a")
        await ada.sees("Saved")
        ada.say(document=("1.bin", b"one"), reply_to=link, album="answer")
        ada.say("#both", document=("2.bin", b"two"), reply_to=link, album="answer")
        await ada.sees("#both")
        ada.say(document=("3.bin", b"three"), album="other")
        ada.say("https://example.org/b", document=("4.bin", b"four"), album="other")
        await ada.sees("example.org/b")
    library = Library(database, OWNER)
    found = await library.find("example.org/a")
    assert found is not None
    snapshot = await library.newest_snapshot(found.id or 0)
    assert snapshot is not None
    assert [each.name for each in snapshot.artifacts] == ["1.bin", "2.bin"]
