"""Webhooks: what Telegram delivers is committed before it is answered, and nobody else can deliver anything."""

import asyncio
import io
import json
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

import aiohttp
import pytest

from bot.errors import SettingsError, StorageError
from bot.settings import Settings
from bot.telegram import client, webhook
from bot.telegram.webhook import LARGEST_BYTES, SECRET_HEADER, webhook_secret
from storage.database import Database
from storage.inbox import Inbox, Received
from tests.conftest import OWNER, free_port, running
from tests.fakes.receiving import Handle, Receiving, ignore, receiving, rows, until, until_handled
from tests.fakes.telegram.double import BotApiDouble
from tests.fakes.telegram.people import User

LARGEST_OF_TELEGRAM = 512 * 1024


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "FIRST_WAIT_SECONDS", 0.01)


@pytest.fixture
def ada(telegram: BotApiDouble) -> User:
    return telegram.user(OWNER)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    address = f"127.0.0.1:{free_port()}"
    changes = {"telegram_webhook_url": f"http://{address}/hook", "telegram_webhook_address": address}
    return settings.model_copy(update=changes)


class Troubled(Inbox):
    """An inbox whose ``put`` first does something else, as often as is told."""

    def __init__(self, database: Database, trouble: Callable[[], Awaitable[None]], times: int = 1) -> None:
        super().__init__(database)
        self._trouble, self._times = trouble, times

    async def put(self, updates: Sequence[Received]) -> None:
        if self._times:
            self._times -= 1
            await self._trouble()
        await super().put(updates)


@asynccontextmanager
async def delivered(
    settings: Settings,
    database: Database,
    telegram: BotApiDouble,
    handle: Handle = ignore,
    inbox: Inbox | None = None,
) -> AsyncIterator[Receiving]:
    async with receiving(settings, database, handle, inbox=inbox) as parts:
        await telegram.until(lambda: telegram.world.hook or parts.task.done())
        yield parts


async def _post(settings: Settings, telegram: BotApiDouble, body: bytes, secret: str | None = None) -> int:
    headers = {SECRET_HEADER: webhook_secret(telegram.token) if secret is None else secret}
    url = settings.telegram_webhook_url or ""
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=io.BytesIO(body), headers=headers) as response,
    ):
        assert await response.read() == b""
        return response.status


def _update(update_id: int, text: str = "hello") -> bytes:
    chat = {"id": OWNER, "type": "private"}
    return json.dumps(
        {"update_id": update_id, "message": {"message_id": 1, "date": 0, "chat": chat, "text": text}}
    ).encode()


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
        bodies = [_update(number) for number in (3, 1, 2, 2, 3, 1, 1, 2, 3)]
        statuses = await asyncio.gather(*(_post(settings, telegram, body) for body in bodies))
        await until_handled(database)
    assert set(statuses) == {200}
    assert sorted(handled) == [1, 2, 3]


@pytest.mark.parametrize("secret", ["", "wrong", "ü" * 64])
async def test_who_does_not_know_the_secret_delivers_nothing(
    settings: Settings, database: Database, telegram: BotApiDouble, secret: str
) -> None:
    async with delivered(settings, database, telegram):
        assert await _post(settings, telegram, _update(1), secret) == 401
    assert await rows(database) == []


async def test_what_makes_no_sense_or_is_too_large_is_left_out_and_holds_up_nothing(
    settings: Settings, database: Database, telegram: BotApiDouble, caplog: pytest.LogCaptureFixture
) -> None:
    async with delivered(settings, database, telegram):
        for body in (b"", b"\xff", b"[" * 100_000, b"[]", b"7", b"{}", b'{"update_id": "1"}', _update(2**70)):
            assert await _post(settings, telegram, body) == 200
        assert await _post(settings, telegram, _update(1, "x" * (LARGEST_BYTES + 1))) == 200
        assert f"more than {LARGEST_BYTES} bytes at once. It is left out" in caplog.text
        assert await rows(database) == []
        assert await _post(settings, telegram, _update(2, "x" * LARGEST_OF_TELEGRAM)) == 200
    assert [row.update_id for row in await rows(database)] == [2]


async def test_an_update_that_is_too_large_does_not_keep_those_behind_it_waiting(
    settings: Settings,
    database: Database,
    telegram: BotApiDouble,
    ada: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(webhook, "LARGEST_BYTES", 2_000)
    async with delivered(settings, database, telegram):
        ada.say("x" * 3_000)
        ada.say("behind it")
        await telegram.until(lambda: not telegram.waiting_updates)
    assert [delivery.status for delivery in telegram.deliveries] == [200, 200]
    assert len(await rows(database)) == 1


async def test_a_delivery_without_an_end_and_too_many_at_once_are_refused(
    settings: Settings, database: Database, telegram: BotApiDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "READ_SECONDS", 0.1)
    monkeypatch.setattr(webhook, "AT_ONCE", 1)
    host, _, port = settings.telegram_webhook_address.rpartition(":")
    secret = f"{SECRET_HEADER}: {webhook_secret(telegram.token)}"
    head = f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n{secret}\r\n\r\n"
    async with delivered(settings, database, telegram):
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(head.encode())
        assert b"408" in await reader.readline()
        writer.close()
        reader, writer = await asyncio.open_connection(host, int(port))
        monkeypatch.setattr(webhook, "READ_SECONDS", 5)
        writer.write(head.encode())
        await writer.drain()
        statuses = [await _post(settings, telegram, _update(number)) for number in range(20)]
        assert 503 in statuses
        writer.close()


async def test_the_secret_is_the_same_after_a_restart_and_does_not_give_the_token_away() -> None:
    token = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
    assert webhook_secret(token) == webhook_secret(token) != webhook_secret(token + "x")
    assert not any(part in webhook_secret(token) for part in token.split(":"))


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


async def test_the_log_has_neither_the_secret_nor_the_words(
    settings: Settings,
    database: Database,
    telegram: BotApiDouble,
    ada: User,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, "bot")
    async with delivered(settings, database, telegram):
        ada.say("words of Ada")
        await telegram.until(lambda: not telegram.waiting_updates)
        assert await _post(settings, telegram, b"words of Eve", "wrong-secret") == 401
        assert await _post(settings, telegram, b"words of nobody") == 200
    written = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("bot"))
    assert "words of" not in written
    assert "wrong-secret" not in written
    assert webhook_secret(telegram.token) not in written
