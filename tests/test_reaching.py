"""The doctor's look at webhooks: where Telegram delivers to, what comes of it, and whether the bot can listen."""

import pytest
from aiohttp import web

from bot.findings import Finding, State
from bot.reaching import telegram as look
from bot.settings import Settings
from bot.telegram.client import open_bot
from bot.web import serving
from tests.conftest import OWNER, free_port
from tests.fakes.telegram.double import BotApiDouble


@pytest.fixture
def settings(settings: Settings) -> Settings:
    address = f"127.0.0.1:{free_port()}"
    changes = {"telegram_webhook_url": f"http://{address}/hook", "telegram_webhook_address": address}
    return settings.model_copy(update=changes)


@pytest.fixture
def running_bot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.reaching.bot_on", lambda _: "77")


async def _found(settings: Settings) -> dict[str, Finding]:
    return {each.name: each for each in await look(settings)}


async def _deliver_to(settings: Settings, url: str | None = None) -> None:
    async with open_bot(settings, lambda *_: None) as bot:
        await bot.set_webhook(url or settings.telegram_webhook_url or "")


async def test_without_a_webhook_nothing_is_said_of_one(settings: Settings) -> None:
    found = await _found(settings.model_copy(update={"telegram_webhook_url": None}))
    assert list(found) == ["token", "API"]


async def test_before_the_first_start_the_address_is_free_and_nothing_is_delivered_yet(
    settings: Settings, telegram: BotApiDouble
) -> None:
    telegram.user(OWNER).say("hello")
    found = await _found(settings)
    assert found["listening"].state is State.OK
    assert found["webhook"].state is State.WARNING
    assert found["webhook"].sentence == "Telegram has no address to deliver to; 1 update waits."
    assert "tagshot run" in found["webhook"].advice


@pytest.mark.usefixtures("running_bot")
async def test_a_webhook_that_works_is_good(settings: Settings) -> None:
    await _deliver_to(settings)
    async with serving(web.Application(), settings.telegram_webhook_address, setting="X"):
        found = await _found(settings)
    assert (found["webhook"].state, found["listening"].state) == (State.OK, State.OK)
    assert found["webhook"].sentence == "Telegram delivers to TELEGRAM_WEBHOOK_URL; 0 updates wait."


@pytest.mark.usefixtures("running_bot")
async def test_deliveries_that_fail_are_told_with_what_telegram_says_of_them(
    settings: Settings, telegram: BotApiDouble
) -> None:
    await _deliver_to(settings)
    telegram.user(OWNER).say("hello")
    async with serving(web.Application(), settings.telegram_webhook_address, setting="X"):
        await telegram.until(lambda: telegram.deliveries and telegram.deliveries[-1].status == 404)
        found = await _found(settings)
    assert found["webhook"].has_failed
    assert found["webhook"].sentence.startswith("Telegram can't deliver; 1 update waits. It last failed on ")
    assert found["webhook"].sentence.endswith(" UTC: Wrong response from the webhook: 404.")
    assert "TELEGRAM_WEBHOOK_ADDRESS" in found["webhook"].advice


async def test_deliveries_that_fail_while_no_bot_runs_are_a_warning(
    settings: Settings, telegram: BotApiDouble
) -> None:
    await _deliver_to(settings)
    telegram.user(OWNER).say("hello")
    await telegram.until(lambda: telegram.deliveries)
    found = await _found(settings)
    assert found["webhook"].state is State.WARNING
    assert found["webhook"].advice == "Start the bot: tagshot run"


async def test_another_address_is_a_failure_that_names_its_host_but_not_its_path(settings: Settings) -> None:
    await _deliver_to(settings, "http://other.invalid/secret-path")
    found = await _found(settings)
    assert found["webhook"].has_failed
    assert "another address, at other.invalid;" in found["webhook"].sentence
    assert "secret-path" not in found["webhook"].sentence


@pytest.mark.parametrize(
    ("url", "is_good"),
    [
        ("https://example.org/hook", True),
        ("https://example.org:8443/hook", True),
        ("https://example.org:9000/hook", False),
        ("http://example.org/hook", False),
    ],
)
async def test_a_port_that_telegram_does_not_deliver_to_is_a_failure(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, url: str, is_good: bool
) -> None:
    monkeypatch.setattr("bot.reaching.PUBLIC_API_HOST", "127.0.0.1")
    found = await _found(settings.model_copy(update={"telegram_webhook_url": url}))
    assert found["webhook"].has_failed is not is_good
    assert ("443, 80, 88 or 8443" in found["webhook"].sentence) is not is_good


async def test_an_address_that_something_else_has_is_a_failure(settings: Settings) -> None:
    async with serving(web.Application(), settings.telegram_webhook_address, setting="X"):
        found = await _found(settings)
    assert found["listening"].has_failed
    assert "TELEGRAM_WEBHOOK_ADDRESS" in found["listening"].advice


@pytest.mark.usefixtures("running_bot")
async def test_a_bot_that_runs_without_listening_is_a_failure(settings: Settings) -> None:
    found = await _found(settings)
    assert found["listening"].has_failed
    assert found["listening"].advice == "Start the bot anew."
