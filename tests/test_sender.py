"""What the sender says reaches Telegram once, whatever happens on the way, and what can't be said is understood."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.conversation import render
from bot.conversation.delivery import Place
from bot.conversation.replies import Action, Attachment, Button, Buttons, Card, Message, Verb
from bot.errors import ChatGone, MessageGone, StorageError
from bot.settings import Settings
from bot.telegram import client
from bot.telegram.client import BotClient, open_bot
from bot.telegram.sender import Sender
from storage.artifacts import Artifacts, open_artifacts
from storage.kinds import ArtifactKind
from storage.models import Artifact, Link
from tests.conftest import OWNER
from tests.fakes.site import picture
from tests.fakes.telegram.double import BotApiDouble
from tests.fakes.telegram.faults import Fault, bad_gateway, drop, error, too_large_page
from tests.fakes.telegram.messages import Message as Shown
from tests.fakes.telegram.people import User
from tests.talking import ENGLISH

BUTTONS = ((Button("Again", Action(Verb.AGAIN, (7,))),),)


@pytest.fixture
async def bot_client(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[BotClient]:
    """The bot, in a world where one waits for milliseconds."""
    monkeypatch.setattr(client, "FIRST_WAIT_SECONDS", 0.01)
    async with open_bot(settings) as bot:
        yield bot


@pytest.fixture
def artifacts(tmp_path: Path) -> Artifacts:
    return open_artifacts(str(tmp_path / "artifacts"))


@pytest.fixture
def remembered() -> list[tuple[int, int, str]]:
    return []


@pytest.fixture
def sender(bot_client: BotClient, artifacts: Artifacts, remembered: list[tuple[int, int, str]]) -> Sender:
    async def remember(chat_id: int, artifact_id: int, file_id: str) -> None:
        remembered.append((chat_id, artifact_id, file_id))

    return Sender(bot_client, artifacts, remember)


@pytest.fixture
def ada(telegram: BotApiDouble) -> User:
    return telegram.user(OWNER)


@pytest.fixture
def asked(ada: User) -> Shown:
    """What Ada has written."""
    return ada.say("https://example.com")


@pytest.fixture
def place(asked: Shown) -> Place:
    return Place(OWNER, asked.id)


@pytest.fixture
async def screen(artifacts: Artifacts) -> Artifact:
    content = picture(1)
    return _artifact(1, ArtifactKind.SCREEN, await artifacts.put(content), len(content), "image/png")


@pytest.fixture
async def pdf(artifacts: Artifacts) -> Artifact:
    content = b"%PDF-1.7 small"
    return _artifact(2, ArtifactKind.PDF, await artifacts.put(content), len(content), "application/pdf")


def _artifact(number: int, kind: ArtifactKind, sha256: str, size: int, content_type: str) -> Artifact:
    return Artifact(
        id=number, snapshot_id=1, kind=kind, sha256=sha256, size_bytes=size, content_type=content_type
    )


def _card(screen: Artifact, html: str, buttons: Buttons = ()) -> Card:
    return Card(screen, "screen.png", html, buttons)


async def test_a_text_becomes_the_card_with_its_buttons(
    sender: Sender, place: Place, screen: Artifact, ada: User
) -> None:
    message_id = await sender.say(place, Message("Capturing <b>now</b>", BUTTONS))
    assert ada.chat.last.html == "Capturing <b>now</b>"
    assert ada.chat.last.reply_to is not None
    await sender.edit(place, message_id, _card(screen, "<b>优化器</b>", BUTTONS))
    assert (ada.chat.last.id, ada.chat.last.kind, ada.chat.last.html) == (
        message_id,
        "photo",
        "<b>优化器</b>",
    )
    assert [button.data for row in ada.chat.last.buttons for button in row] == ["again:7:0:"]
    assert ada.chat.last.media is not None
    assert ada.chat.last.media.content == picture(1)


async def test_a_file_is_uploaded_once_and_then_sent_by_its_id(
    sender: Sender, place: Place, screen: Artifact, telegram: BotApiDouble, remembered: list[object]
) -> None:
    card = _card(screen, "card")
    await sender.say(place, card)
    await sender.say(place, card)
    await sender.edit(place, await sender.say(place, Message("text")), card)
    assert (telegram.uploads, telegram.cached_sends) == (1, 2)
    assert remembered == [(OWNER, 1, screen.telegram_file_id)]


async def test_a_file_id_of_another_bot_is_replaced_by_an_upload(
    sender: Sender, place: Place, screen: Artifact, telegram: BotApiDouble, remembered: list[object]
) -> None:
    screen.telegram_file_id = "AgAC-another-bots"
    await sender.edit(place, await sender.say(place, Message("text")), _card(screen, "card"))
    assert telegram.uploads == 1
    assert remembered == [(OWNER, 1, screen.telegram_file_id)]
    assert screen.telegram_file_id != "AgAC-another-bots"


async def test_a_sent_file_is_not_sent_again_because_its_id_could_not_be_kept(
    bot_client: BotClient, artifacts: Artifacts, place: Place, pdf: Artifact, ada: User
) -> None:
    async def remember(chat_id: int, artifact_id: int, file_id: str) -> None:
        raise StorageError("The database could not be written.")

    await Sender(bot_client, artifacts, remember).attach(place, Attachment(pdf, "a.pdf"))
    assert [message.kind for message in ada.chat.messages] == ["text", "document"]


async def test_an_edit_whose_answer_is_lost_is_repeated_unseen(
    sender: Sender, place: Place, screen: Artifact, telegram: BotApiDouble, ada: User
) -> None:
    message_id = await sender.say(place, Message("text"))
    telegram.fail("editMessageText", drop(), after=True)
    await sender.edit(place, message_id, Message("edited"))
    assert [call.error is None for call in telegram.calls_of("editMessageText")] == [True, False]
    telegram.fail("editMessageMedia", bad_gateway(), times=2, after=True)
    await sender.edit(place, message_id, _card(screen, "card"))
    assert [message.text for message in ada.chat.messages] == ["https://example.com", "card"]


@pytest.mark.parametrize("fault", [error(413), too_large_page()])
async def test_a_file_that_turns_out_too_large_is_named_instead(
    fault: Fault, sender: Sender, place: Place, pdf: Artifact, telegram: BotApiDouble, ada: User
) -> None:
    pdf.size_bytes = 49_000_000
    telegram.fail("sendDocument", fault, times=99)
    await sender.attach(place, Attachment(pdf, "a.pdf", "It is &lt;too&gt; large."))
    assert len(telegram.calls_of("sendDocument")) == 1
    assert ada.chat.last.text == "It is <too> large."


async def test_a_file_over_the_limit_is_not_even_read(
    sender: Sender, place: Place, pdf: Artifact, telegram: BotApiDouble, ada: User
) -> None:
    pdf.size_bytes = 50_000_000
    await sender.attach(place, Attachment(pdf, "a.pdf"))
    assert ada.chat.last.kind == "document"
    telegram.calls.clear()
    large = _artifact(9, ArtifactKind.PDF, "f" * 64, 50_000_001, "application/pdf")
    await sender.attach(place, Attachment(large, "a.pdf", "It is too large."))
    assert not telegram.calls_of("sendDocument")
    assert ada.chat.last.text == "It is too large."


async def test_a_file_that_is_missing_is_one_sentence_and_its_card_a_text(
    sender: Sender, place: Place, ada: User
) -> None:
    lost = _artifact(9, ArtifactKind.PDF, "f" * 64, 10, "application/pdf")
    await sender.attach(place, Attachment(lost, "a.pdf"))
    assert ada.chat.last.text.startswith("A stored file could not be read")
    await sender.say(place, _card(lost, "card", BUTTONS))
    assert (ada.chat.last.kind, ada.chat.last.text, ada.chat.last.labels) == ("text", "card", ["Again"])


async def test_a_picture_that_telegram_refuses_leaves_the_card_as_a_text(
    sender: Sender, place: Place, artifacts: Artifacts, ada: User
) -> None:
    sha256 = await artifacts.put(b"no picture")
    card = _card(_artifact(9, ArtifactKind.SCREEN, sha256, 10, "image/png"), "card", BUTTONS)
    message_id = await sender.say(place, Message("text"))
    await sender.edit(place, message_id, card)
    assert (ada.chat.last.id, ada.chat.last.text, ada.chat.last.labels) == (message_id, "card", ["Again"])
    await sender.say(place, card)
    assert ada.chat.last.id > message_id
    assert ada.chat.last.text == "card"


async def test_a_document_arrives_silently_under_its_chinese_name(
    sender: Sender, place: Place, pdf: Artifact, ada: User
) -> None:
    await sender.attach(place, Attachment(pdf, "深度学习优化器 — 综述.pdf"))
    assert ada.chat.last.media is not None
    assert ada.chat.last.media.name == "深度学习优化器 — 综述.pdf"
    assert ada.chat.last.is_silent
    assert ada.chat.last.reply_to is not None


async def test_a_deleted_message_and_a_chat_that_is_closed_are_told_apart(
    sender: Sender, place: Place, screen: Artifact, asked: Shown, ada: User
) -> None:
    message_id = await sender.say(place, Message("text"))
    ada.delete(ada.chat.last)
    for reply in (Message("edited"), _card(screen, "card")):
        with pytest.raises(MessageGone):
            await sender.edit(place, message_id, reply)
    ada.delete(asked)
    await sender.say(place, Message("an answer to what is gone stands alone"))
    assert ada.chat.last.reply_to is None
    ada.block_bot()
    for reply in (Message("text"), _card(screen, "card")):
        with pytest.raises(ChatGone):
            await sender.say(place, reply)
    with pytest.raises(ChatGone):
        await sender.say(Place(999, 1), Message("text"))


async def test_a_refused_reaction_is_not_missed(
    sender: Sender, place: Place, telegram: BotApiDouble, asked: Shown
) -> None:
    await sender.react(place, "👀")
    assert asked.emoji == ["👀"]
    telegram.fail("setMessageReaction", error(400, "Bad Request: REACTION_INVALID"))
    await sender.react(place, "👍")
    assert asked.emoji == ["👀"]


async def test_a_chat_shows_that_a_file_is_on_its_way(
    sender: Sender,
    place: Place,
    telegram: BotApiDouble,
    ada: User,
    artifacts: Artifacts,
    pdf: Artifact,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read = artifacts.get

    async def read_once_it_is_shown(sha256: str) -> bytes:
        await telegram.until(lambda: ada.chat.actions)
        return await read(sha256)

    monkeypatch.setattr(artifacts, "get", read_once_it_is_shown)
    await sender.attach(place, Attachment(pdf, "a.pdf"))
    assert ada.chat.actions == ["upload_document"]


async def test_an_answer_in_a_topic_stays_in_the_topic(
    sender: Sender, telegram: BotApiDouble, ada: User, screen: Artifact, pdf: Artifact
) -> None:
    forum = telegram.group(-1001234567890, is_forum=True)
    place = Place(forum.id, ada.say("https://example.com", chat=forum, thread_id=5).id, thread_id=5)
    await sender.say(place, Message("text"))
    await sender.say(place, _card(screen, "card"))
    await sender.attach(place, Attachment(pdf, "a.pdf"))
    assert [message.thread_id for message in forum.messages] == [5, 5, 5, 5]


@pytest.mark.parametrize(
    "title",
    ["</a><b>&amp; <script>", 'a" onclick="x', "\u202etxt.exe\u2066", "<", "&#60;b&#62;", "1 < 2 && 3 > 2"],
)
async def test_a_hostile_title_is_text_like_any_other(
    title: str, sender: Sender, place: Place, ada: User
) -> None:
    link = Link(id=1, chat_id=OWNER, url='https://example.com/?a=1&b="x"', url_key="k", title=title, tags=[])
    await sender.say(place, Message(render.saved(ENGLISH, link)))
    assert ada.chat.last.text == f"Saved {title.strip(chr(0x202E) + chr(0x2066))}\nCapturing the page…"
    assert [entity.type for entity in ada.chat.last.body.entities] == ["text_link"]
