"""A call of the Bot API is made until it is answered, and what Telegram refuses is understood."""

import asyncio
from collections.abc import AsyncIterator
from itertools import islice, pairwise

import pytest
from pydantic import SecretStr
from telegram import Document, File, Message

from bot.errors import ChatGone, FrontEndError, MessageGone, SettingsError
from bot.settings import Settings
from bot.telegram import client
from bot.telegram.client import BotClient, FileTooLarge, ask, downloaded, growing_waits, open_bot
from tests.conftest import OWNER
from tests.fakes.telegram.double import BotApiDouble
from tests.fakes.telegram.faults import Fault, bad_gateway, drop, error, too_large_page
from tests.fakes.telegram.people import User


@pytest.fixture
async def bot_client(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[BotClient]:
    """The bot, in a world where one waits for milliseconds."""
    monkeypatch.setattr(client, "FIRST_WAIT_SECONDS", 0.01)
    async with open_bot(settings) as bot:
        yield bot


@pytest.fixture
def ada(telegram: BotApiDouble) -> User:
    return telegram.user(OWNER)


async def _say(bot: BotClient, text: str = "at last") -> Message:
    async with asyncio.timeout(5):
        return await ask(lambda: bot.send_message(OWNER, text))


@pytest.mark.parametrize("fault", [error(500), bad_gateway(), drop()], ids=lambda fault: fault.name)
async def test_what_may_pass_is_tried_again_after_growing_waits(
    fault: Fault, bot_client: BotClient, telegram: BotApiDouble, ada: User
) -> None:
    telegram.fail("sendMessage", fault, times=3)
    await _say(bot_client)
    assert [message.text for message in ada.chat.messages] == ["at last"]
    pauses = [later.at - earlier.at for earlier, later in pairwise(telegram.calls_of("sendMessage"))]
    assert all(pause >= wait for pause, wait in zip(pauses, (0.01, 0.02, 0.04), strict=True))


def test_waits_grow_up_to_a_limit() -> None:
    assert list(islice(growing_waits(), 8)) == [0.5, 1, 2, 4, 8, 16, 30, 30]


async def test_an_outage_is_waited_out_from_the_first_call_on(
    bot_client: BotClient, settings: Settings, telegram: BotApiDouble, ada: User
) -> None:
    await telegram.go_down()
    bot = open_bot(settings)
    connecting = asyncio.create_task(ask(bot.initialize))
    saying = asyncio.create_task(_say(bot_client))
    done, _ = await asyncio.wait([connecting, saying], timeout=0.2)
    assert not done
    await telegram.come_up()
    async with asyncio.timeout(5):
        await asyncio.gather(connecting, saying)
    assert (bot.username, ada.chat.last.text) == ("tagshot_bot", "at last")
    await bot.shutdown()


async def test_too_many_requests_are_waited_out_as_long_as_telegram_says(
    bot_client: BotClient, telegram: BotApiDouble, ada: User
) -> None:
    telegram.fail("sendMessage", error(429, retry_after=1))
    await _say(bot_client)
    first, second = telegram.calls_of("sendMessage")
    assert 1 <= second.at - first.at < 2


async def test_only_new_messages_count_against_the_limit_of_a_group(
    bot_client: BotClient, telegram: BotApiDouble, ada: User
) -> None:
    group = telegram.group(-100500)
    asked = ada.say("https://example.com", chat=group)
    sent = await bot_client.send_message(group.id, "0")
    async with asyncio.timeout(2):
        for number in range(25):
            await bot_client.edit_message_text(str(number + 1), group.id, sent.message_id)
            await bot_client.set_message_reaction(group.id, asked.id, "👀" if number % 2 else "👍")


async def test_a_group_gets_at_most_20_new_messages_a_minute_and_holds_up_nobody_else(
    bot_client: BotClient, telegram: BotApiDouble, ada: User
) -> None:
    group = telegram.group(-100500)
    for number in range(20):
        await bot_client.send_message(group.id, str(number))
    one_more = asyncio.create_task(bot_client.send_message(group.id, "20"))
    await _say(bot_client)
    done, _ = await asyncio.wait([one_more], timeout=0.1)
    assert not done
    assert len(group.messages) == 20
    one_more.cancel()


@pytest.mark.parametrize(
    ("fault", "kind", "sentence"),
    [
        (error(400), FrontEndError, "Telegram refused: A fault of the test."),
        (error(400, "Bad Request: message to edit not found"), MessageGone, "is not there any more"),
        (error(400, "Bad Request: MESSAGE_ID_INVALID"), MessageGone, "is not there any more"),
        (error(400, "Bad Request: chat not found"), ChatGone, "Nothing can be said in this chat"),
        (error(400, "Bad Request: TOPIC_CLOSED"), ChatGone, "Nothing can be said in this chat"),
        (error(400, "Bad Request: message thread not found"), ChatGone, "Nothing can be said in this chat"),
        (error(400, "Bad Request: not enough rights to send photos to the chat"), ChatGone, "rights"),
        (error(403), ChatGone, "bot was blocked by the user"),
        (error(413), FileTooLarge, "too large for Telegram"),
        (too_large_page(), FileTooLarge, "too large for Telegram"),
        (error(401), SettingsError, r"does not know this TELEGRAM_BOT_TOKEN.*TELEGRAM_API_URL"),
    ],
)
async def test_what_is_refused_for_good_is_asked_once_and_understood(
    fault: Fault, kind: type[Exception], sentence: str, bot_client: BotClient, telegram: BotApiDouble
) -> None:
    telegram.fail("sendMessage", fault, times=2)
    with pytest.raises(kind, match=sentence) as refusal:
        await _say(bot_client)
    assert type(refusal.value) is kind
    assert len(telegram.calls_of("sendMessage")) == 1


async def test_a_text_that_no_request_can_hold_is_not_tried_for_ever(bot_client: BotClient) -> None:
    with pytest.raises(FrontEndError, match="refused"):
        await _say(bot_client, "half an emoji: \ud83d")


@pytest.mark.parametrize("token", ["with a blank", "12345:ab/../cd", "12345:优化器", "12345:a?b"])
def test_what_can_be_no_token_is_said_before_it_is_sent_anywhere(settings: Settings, token: str) -> None:
    with pytest.raises(SettingsError, match="does not look like a token") as refusal:
        open_bot(settings.model_copy(update={"telegram_bot_token": SecretStr(token)}))
    assert token not in str(refusal.value)


@pytest.mark.parametrize("through_proxy", [True, False])
async def test_telegram_is_reached_through_the_proxy_of_the_settings_and_no_other(
    settings: Settings, telegram: BotApiDouble, monkeypatch: pytest.MonkeyPatch, *, through_proxy: bool
) -> None:
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    if through_proxy:
        changes = {"telegram_api_url": "http://telegram.invalid", "telegram_proxy": telegram.url}
        settings = settings.model_copy(update=changes)
    async with open_bot(settings) as bot:
        assert bot.username == "tagshot_bot"


def _sent_file(bot: BotClient, telegram: BotApiDouble, ada: User) -> Document:
    media = ada.say(document=("a.pdf", b"%PDF-1.7")).media
    assert media is not None
    document = Document(media.file_id, media.unique_id)
    document.set_bot(bot)
    return document


@pytest.mark.parametrize(
    "fault", [error(404), error(500), bad_gateway(), drop()], ids=lambda fault: fault.name
)
async def test_a_file_is_asked_for_again_and_given_up_where_telegram_does_not_give_it(
    fault: Fault, bot_client: BotClient, telegram: BotApiDouble, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "LONGEST_WAIT_SECONDS", 0.02)
    document = _sent_file(bot_client, telegram, ada)
    telegram.fail("getFile", error(500))
    telegram.fail("download", fault, times=client.DOWNLOAD_TRIES - 1)
    assert await downloaded(document) == b"%PDF-1.7"
    telegram.fail("download", fault, times=client.DOWNLOAD_TRIES)
    with pytest.raises(FrontEndError, match="does not give the file"):
        await downloaded(document)


async def test_a_file_on_this_machine_that_may_not_be_read_is_given_up(
    bot_client: BotClient, telegram: BotApiDouble, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refused(_: File) -> bytearray:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(client, "LONGEST_WAIT_SECONDS", 0.02)
    monkeypatch.setattr(File, "download_as_bytearray", refused)
    with pytest.raises(FrontEndError, match="Permission denied"):
        await downloaded(_sent_file(bot_client, telegram, ada))
