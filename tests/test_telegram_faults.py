"""In a storm of Telegram's faults nothing is lost or reordered; ``make chaos`` has the long form of it."""

import asyncio

import pytest

from bot.settings import Settings
from bot.telegram import client
from storage.database import Database
from tests.conftest import OWNER
from tests.fakes.front import fronting
from tests.fakes.telegram.double import BotApiDouble
from tests.storm import make_impatient, weather

HOUR_SECONDS = 3600


async def test_when_every_fifth_call_fails_all_is_told_once_and_in_order(
    settings: Settings, database: Database, telegram: BotApiDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_impatient(monkeypatch)
    weathered = await weather(settings, database, telegram, chats=8, links=4, share=0.2)
    assert (weathered.missing, weathered.out_of_order) == (0, 0)
    assert weathered.duplicates == weathered.lost_answers > 0
    assert len(weathered.failed) >= 4
    assert sum(weathered.failed.values()) > 15


async def test_an_hour_without_telegram_is_caught_up(
    settings: Settings, database: Database, telegram: BotApiDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_impatient(monkeypatch)
    monkeypatch.setattr(client, "LONGEST_WAIT_SECONDS", 1)
    ada = telegram.user(OWNER)
    async with fronting(settings, database) as front:
        said = [ada.say(f"https://example.org/{number}") for number in range(3)]
        await telegram.until(lambda: len(ada.chat.messages) == 6)
        await telegram.go_down()
        assert await front.capture_all() == 3
        await asyncio.sleep(0.2)
        telegram.skip(HOUR_SECONDS)
        said += [ada.say(f"https://example.org/{number}") for number in range(3, 6)]
        await telegram.come_up()
        await ada.sees("example.org/5")
        assert await front.capture_all() == 3
        await telegram.until(lambda: all(each.emoji == ["👍"] for each in said))
    assert [each.kind for each in ada.chat.messages if each.is_from_bot].count("photo") == 6
    assert len(ada.chat.messages) == 18
