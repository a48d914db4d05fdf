"""Trouble on the way to Telegram is said, waited out, and costs no update; a stop does not wait for it."""

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from telegram.request import HTTPXRequest

from bot.errors import SettingsError
from bot.settings import Settings
from bot.telegram import client, poller
from storage.database import Database
from tests.conftest import OWNER
from tests.fakes.receiving import Desk, receiving, until
from tests.fakes.telegram.double import BotApiDouble
from tests.fakes.telegram.faults import Fault, bad_gateway, drop, error
from tests.fakes.telegram.people import User


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "FIRST_WAIT_SECONDS", 0.01)


@pytest.fixture
def ada(telegram: BotApiDouble) -> User:
    return telegram.user(OWNER)


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (bad_gateway(), "Telegram can't be reached: Bad Gateway (502). Polling again in"),
        (drop(), "Telegram can't be reached: RemoteProtocolError"),
        (error(500), "Telegram can't be reached: Internal Server Error. Polling again in"),
        (error(429, retry_after=1), "Telegram asks for patience. Polling again in 1.0 s."),
    ],
    ids=lambda case: getattr(case, "name", ""),
)
async def test_trouble_is_said_in_a_sentence_and_waited_out(
    fault: Fault,
    sentence: str,
    settings: Settings,
    database: Database,
    telegram: BotApiDouble,
    ada: User,
    desk: Desk,
    caplog: pytest.LogCaptureFixture,
) -> None:
    telegram.fail("getUpdates", fault)
    ada.say("https://example.com")
    async with receiving(settings, database, desk.handle):
        await until(lambda: len(desk.handled) == 1)
    assert sentence in caplog.text
    assert not any(record.exc_info for record in caplog.records if record.name.startswith("bot."))


async def test_an_outage_loses_nothing(
    settings: Settings, database: Database, telegram: BotApiDouble, ada: User, desk: Desk
) -> None:
    async with receiving(settings, database, desk.handle):
        await telegram.until(lambda: len(telegram.calls_of("getUpdates")) == 1)
        await telegram.go_down()
        ada.say("https://example.com/1")
        ada.say("https://example.com/2")
        await asyncio.sleep(0)
        await telegram.come_up()
        await until(lambda: len(desk.handled) == 2)
    assert desk.handled == sorted(desk.handled)


async def test_of_two_bots_the_one_that_another_takes_over_from_says_so_and_leaves_it_the_field(
    settings: Settings,
    database: Database,
    telegram: BotApiDouble,
    ada: User,
    desk: Desk,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(poller, "LOOK_AGAIN_SECONDS", 0.2)
    elsewhere, other = Database(f"sqlite:///{tmp_path / 'other.db'}"), Desk()
    await elsewhere.migrate()
    async with receiving(settings, database, desk.handle):
        await telegram.until(lambda: telegram.calls_of("getUpdates"))
        async with receiving(settings, elsewhere, other.handle):
            await until(lambda: "This one fetches nothing while the other does." in caplog.text)
            for number in range(3):
                ada.say(f"https://example.com/{number}")
            await until(lambda: len(other.handled) == 3)
            looks = len(telegram.calls_of("getWebhookInfo"))
            await telegram.until(lambda: len(telegram.calls_of("getWebhookInfo")) > looks)
        assert desk.handled == []
        ada.say("https://example.com/after")
        await until(lambda: len(desk.handled) == 1)
    assert "Another program receives this bot's messages with the same token. Stop one" in caplog.text
    assert "fetched by nobody, so this bot fetches it again" in caplog.text
    await elsewhere.close()


@pytest.mark.parametrize("answer", [{}, [7, None, {"message": {}}], [{"update_id": 2**64}]])
async def test_an_answer_that_makes_no_sense_is_asked_for_again_with_patience(
    settings: Settings,
    database: Database,
    telegram: BotApiDouble,
    ada: User,
    desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    answer: object,
) -> None:
    nonsense = [answer, answer]
    ask_for = HTTPXRequest.post

    async def post(request: HTTPXRequest, url: str, *args: Any, **options: Any) -> object:
        is_nonsense = nonsense and "getUpdates" in url
        return nonsense.pop() if is_nonsense else await ask_for(request, url, *args, **options)

    monkeypatch.setattr(HTTPXRequest, "post", post)
    async with receiving(settings, database, desk.handle):
        await until(lambda: caplog.text.count("Polling again in") == 2)
        ada.say("https://example.com")
        await until(lambda: len(desk.handled) == 1)


async def test_a_wrong_token_ends_it_with_a_sentence(settings: Settings, database: Database) -> None:
    wrong = settings.model_copy(update={"telegram_bot_token": SecretStr("42:not-the-token")})
    with pytest.RaisesGroup(pytest.RaisesExc(SettingsError, match="does not know this TELEGRAM_BOT_TOKEN")):
        async with receiving(wrong, database) as parts:
            await asyncio.wait([parts.task], timeout=5)


async def test_a_stop_in_the_middle_of_a_poll_is_immediate(
    settings: Settings, database: Database, telegram: BotApiDouble
) -> None:
    async with receiving(settings, database):
        await telegram.until(lambda: len(telegram.calls_of("getUpdates")) == 1)
        begun = time.monotonic()
    assert time.monotonic() - begun < 0.5
