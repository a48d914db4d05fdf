"""Webhooks that anybody can reach: who is not Telegram delivers nothing, learns nothing and holds up nothing."""

import asyncio
import logging

import pytest

from bot.settings import Settings
from bot.telegram import client, webhook
from bot.telegram.webhook import LARGEST_BYTES, SECRET_HEADER, webhook_secret
from storage.database import Database
from tests.conftest import OWNER
from tests.fakes.receiving import rows
from tests.fakes.telegram.double import BotApiDouble
from tests.fakes.telegram.people import User
from tests.hooked import by_webhook, delivered, post, update

LARGEST_OF_TELEGRAM = 512 * 1024


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "FIRST_WAIT_SECONDS", 0.01)


@pytest.fixture
def ada(telegram: BotApiDouble) -> User:
    return telegram.user(OWNER)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return by_webhook(settings)


@pytest.mark.parametrize("secret", ["", "wrong", "ü" * 64])
async def test_who_does_not_know_the_secret_delivers_nothing(
    settings: Settings, database: Database, telegram: BotApiDouble, secret: str
) -> None:
    async with delivered(settings, database, telegram):
        assert await post(settings, telegram, update(1), secret) == 401
    assert await rows(database) == []


async def test_what_makes_no_sense_or_is_too_large_is_left_out_and_holds_up_nothing(
    settings: Settings, database: Database, telegram: BotApiDouble, caplog: pytest.LogCaptureFixture
) -> None:
    async with delivered(settings, database, telegram):
        for body in (b"", b"\xff", b"[" * 100_000, b"[]", b"7", b"{}", b'{"update_id": "1"}', update(2**70)):
            assert await post(settings, telegram, body) == 200
        assert await post(settings, telegram, update(1, "x" * (LARGEST_BYTES + 1))) == 200
        assert f"more than {LARGEST_BYTES} bytes at once. It is left out" in caplog.text
        assert await rows(database) == []
        assert await post(settings, telegram, update(2, "x" * LARGEST_OF_TELEGRAM)) == 200
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
        statuses = [await post(settings, telegram, update(number)) for number in range(20)]
        assert 503 in statuses
        writer.close()


async def test_the_secret_is_the_same_after_a_restart_and_does_not_give_the_token_away() -> None:
    token = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
    assert webhook_secret(token) == webhook_secret(token) != webhook_secret(token + "x")
    assert not any(part in webhook_secret(token) for part in token.split(":"))


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
        assert await post(settings, telegram, b"words of Eve", "wrong-secret") == 401
        assert await post(settings, telegram, b"words of nobody") == 200
    written = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("bot"))
    assert "words of" not in written
    assert "wrong-secret" not in written
    assert webhook_secret(telegram.token) not in written
