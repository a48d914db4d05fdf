"""Webhooks: what Telegram delivers is committed before it is answered, and what is wrong with them is said."""

import asyncio
import time

import pytest

from bot.errors import SettingsError, StorageError
from bot.settings import Settings
from bot.telegram import client, webhook
from storage.database import Database
from storage.inbox import Received
from tests.conftest import OWNER, running
from tests.fakes.receiving import receiving, rows, until, until_handled
from tests.fakes.telegram.double import BotApiDouble
from tests.fakes.telegram.people import User
from tests.hooked import Troubled, by_webhook, delivered, post, update


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "FIRST_WAIT_SECONDS", 0.01)


@pytest.fixture
def ada(telegram: BotApiDouble) -> User:
    return telegram.user(OWNER)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return by_webhook(settings)


async def test_the_whole_bot_answers_messages_presses_and_inline_queries_by_webhook(
    settings: Settings, telegram: BotApiDouble, ada: User
) -> None:
    async with running(settings):
        ada.say("/help")
        await ada.sees("/tag")
        ada.say("/settings")
        await telegram.until(lambda: ada.chat.last.is_from_bot and ada.chat.last.keyboard)
        message = ada.chat.last
        await ada.press(message, message.labels[0]).answered()
        assert await ada.inline("optimizer").answered() == []
    assert not telegram.calls_of("getUpdates")
    assert not telegram.waiting_updates
    assert {delivery.status for delivery in telegram.deliveries} == {200}


async def test_a_delivery_is_answered_after_the_commit(
    settings: Settings, database: Database, telegram: BotApiDouble, ada: User
) -> None:
    reached, may_go_on = asyncio.Event(), asyncio.Event()

    async def wait() -> None:
        reached.set()
        await may_go_on.wait()

    async with delivered(settings, database, telegram, inbox=Troubled(database, wait)):
        ada.say("https://example.com")
        await reached.wait()
        assert telegram.deliveries == []
        assert await rows(database) == []
        may_go_on.set()
        await telegram.until(lambda: telegram.deliveries)
    assert len(await rows(database)) == 1


async def test_what_can_not_be_committed_comes_again_in_order(
    settings: Settings, database: Database, telegram: BotApiDouble, ada: User
) -> None:
    handled: list[int] = []

    async def handle(received: Received) -> None:
        handled.append(received.update_id)

    async def fail() -> None:
        raise StorageError("The disk is full.")

    async with delivered(settings, database, telegram, handle, inbox=Troubled(database, fail, times=3)):
        for number in range(5):
            ada.say(f"https://example.com/{number}")
        await telegram.until(lambda: not telegram.waiting_updates)
        await until_handled(database)
    statuses = [delivery.status for delivery in telegram.deliveries]
    assert statuses == [503, 503, 503, 200, 200, 200, 200, 200]
    assert handled == sorted(handled)
    assert len(handled) == 5


async def test_the_same_update_three_times_in_any_order_is_one(
    settings: Settings, database: Database, telegram: BotApiDouble
) -> None:
    handled: list[int] = []

    async def handle(received: Received) -> None:
        handled.append(received.update_id)

    async with delivered(settings, database, telegram, handle):
        bodies = [update(number) for number in (3, 1, 2, 2, 3, 1, 1, 2, 3)]
        statuses = await asyncio.gather(*(post(settings, telegram, body) for body in bodies))
        await until_handled(database)
    assert set(statuses) == {200}
    assert sorted(handled) == [1, 2, 3]


async def test_between_webhook_and_polling_one_can_go_back_and_forth(
    settings: Settings, database: Database, telegram: BotApiDouble, ada: User
) -> None:
    async with delivered(settings, database, telegram):
        ada.say("one")
        await telegram.until(lambda: not telegram.waiting_updates)
    ada.say("two")
    polled = settings.model_copy(update={"telegram_webhook_url": None})
    async with receiving(polled, database):
        await telegram.until(lambda: not telegram.waiting_updates)
    assert telegram.world.hook is None
    async with delivered(settings, database, telegram):
        ada.say("three")
        await telegram.until(lambda: not telegram.waiting_updates)
    assert len(await rows(database)) == 3


async def test_an_address_that_is_refused_is_a_sentence(
    settings: Settings, database: Database, telegram: BotApiDouble
) -> None:
    wrong = settings.model_copy(update={"telegram_webhook_url": "ftp://example.org"})
    with pytest.RaisesGroup(pytest.RaisesExc(SettingsError, match="can't deliver to TELEGRAM_WEBHOOK_URL")):
        async with receiving(wrong, database) as parts:
            await asyncio.wait([parts.task], timeout=5)


async def test_trouble_with_deliveries_is_said_and_a_lost_webhook_is_set_again_only_when_nobody_fetches(
    settings: Settings,
    database: Database,
    telegram: BotApiDouble,
    ada: User,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(webhook, "LOOK_EVERY_SECONDS", 0.02)

    async def fail() -> None:
        raise StorageError("The disk is full.")

    async with delivered(settings, database, telegram, inbox=Troubled(database, fail)):
        ada.say("one")
        await until(lambda: "Wrong response from the webhook: 503" in caplog.text)
        await telegram.until(lambda: not telegram.waiting_updates)
        telegram.world.hook = None
        await until(lambda: "Another program receives this bot's messages" in caplog.text)
        assert telegram.world.hook is None
        ada.say("two")
        await telegram.until(lambda: not telegram.waiting_updates)
        assert telegram.world.hook is not None
    assert caplog.text.count("Wrong response") == 1


async def test_that_telegram_could_deliver_is_heard_while_the_webhook_is_ours(
    settings: Settings,
    database: Database,
    telegram: BotApiDouble,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(webhook, "LOOK_EVERY_SECONDS", 0.02)
    heard: list[int] = []
    async with receiving(settings, database, heard=heard.append):
        await until(lambda: len(heard) > 1)
        telegram.world.hook = None
        await until(lambda: caplog.text.count("Another program receives") > 0)
        before = len(heard)
        await until(lambda: caplog.text.count("Another program receives") > 2)
    assert (set(heard), len(heard)) == ({0}, before)


async def test_a_stop_answers_the_delivery_under_way_and_is_quick(
    settings: Settings, database: Database, telegram: BotApiDouble, ada: User
) -> None:
    reached = asyncio.Event()

    async def linger() -> None:
        reached.set()
        await asyncio.sleep(0.2)

    async with delivered(settings, database, telegram, inbox=Troubled(database, linger)):
        ada.say("https://example.com")
        await reached.wait()
        begun = time.monotonic()
    assert time.monotonic() - begun < 5
    await telegram.until(lambda: telegram.deliveries)
    assert telegram.deliveries[0].status == 200
    assert len(await rows(database)) == 1
