"""The Telegram front end as a whole starts when Telegram answers, says how to reach it, and stops in time."""

import asyncio
import logging
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest

from bot.addresses import AddressRule
from bot.capture.files.given import Given
from bot.conversation.answer import Conversation
from bot.conversation.commands import COMMANDS
from bot.conversation.giving import Giving
from bot.conversation.members import Members
from bot.conversation.wishes import Wishes
from bot.health.metrics import Metrics
from bot.settings import Settings
from bot.telegram import client
from bot.telegram.run import run_telegram
from bot.wording import languages
from bot.work import last_words
from bot.work.bell import Bell
from bot.work.news import News
from storage.access import Access
from storage.artifacts import open_artifacts
from storage.chats import Preferences
from storage.database import Database
from storage.errors import StorageError
from storage.inbox import Inbox, Received
from tests.conftest import OWNER
from tests.fakes.receiving import rows, unhandled, until
from tests.fakes.telegram.double import BotApiDouble
from tests.fakes.telegram.faults import drop

LAST_WORDS_SECONDS = 0.4
Start = Callable[[Settings], AbstractAsyncContextManager[asyncio.Task[None]]]


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "FIRST_WAIT_SECONDS", 0.01)
    monkeypatch.setattr(client, "LONGEST_WAIT_SECONDS", 0.05)
    monkeypatch.setattr(last_words, "LAST_WORDS_SECONDS", LAST_WORDS_SECONDS)


@pytest.fixture
def news() -> News:
    return News()


@pytest.fixture
def front_end(database: Database, news: News) -> Start:
    @asynccontextmanager
    async def start(settings: Settings) -> AsyncIterator[asyncio.Task[None]]:
        members = Members(Access(database), settings.allowed_chats)
        await members.load()
        work = run_telegram(
            settings,
            database=database,
            artifacts=open_artifacts(settings.artifacts),
            members=members,
            conversation=Conversation(
                database,
                Giving(open_artifacts("memory:///"), Given().looked_at),
                members,
                Wishes(database),
                AddressRule(),
                lambda: None,
            ),
            captured=Bell(),
            news=news,
            metrics=Metrics(),
        )
        task = asyncio.create_task(work)
        try:
            yield task
        finally:
            task.cancel()
            await asyncio.wait([task], timeout=10)
        assert task.cancelled()

    return start


async def test_an_outage_at_the_start_is_waited_out_and_then_everything_is_in_place(
    front_end: Start, settings: Settings, database: Database, telegram: BotApiDouble
) -> None:
    ada = telegram.user(OWNER)
    await Inbox(database).put([Received(1, OWNER, "{}")])
    await telegram.go_down()
    async with front_end(settings) as task:
        done, _ = await asyncio.wait([task], timeout=0.2)
        assert not done
        await telegram.come_up()
        ada.say("/help")
        await ada.sees("/tag")
        await until(lambda: bool(telegram.world.commands))
    assert await unhandled(database) == []
    assert len(await rows(database)) == 2
    menus = list(telegram.world.commands.values())
    for menu in menus:
        assert [each["command"] for each in menu] == [each.name for each in COMMANDS if not each.is_for_owner]
    assert len({menu[0]["description"] for menu in menus}) == len(languages())


async def test_without_an_owner_the_log_has_the_link_that_gives_the_bot_away(
    front_end: Start, settings: Settings, telegram: BotApiDouble, caplog: pytest.LogCaptureFixture
) -> None:
    ada = telegram.user(OWNER)
    async with front_end(settings.model_copy(update={"allowed_chats": ()})):
        await telegram.until(lambda: telegram.calls_of("getUpdates"))
        link = next(line for line in caplog.messages if "?start=" in line)
        ada.say(f"/start {link.rpartition('?start=')[2]}")
        await ada.sees("This bot is yours now")


async def test_with_an_owner_there_is_no_such_link(
    front_end: Start, settings: Settings, telegram: BotApiDouble, caplog: pytest.LogCaptureFixture
) -> None:
    async with front_end(settings):
        await telegram.until(lambda: telegram.calls_of("getUpdates"))
    assert "?start=" not in caplog.text


async def test_the_owner_is_told_the_news(
    front_end: Start, settings: Settings, telegram: BotApiDouble, news: News
) -> None:
    ada = telegram.user(OWNER)
    async with front_end(settings):
        news.tell("no-sandbox")
        await ada.sees("without its sandbox")
        ada.say("/help")
        await ada.sees("/tag")
    assert len(telegram.calls_of("sendMessage")) == 2


@pytest.mark.parametrize("has_owner", [True, False])
async def test_news_that_nobody_can_be_given_stops_nothing(
    front_end: Start, settings: Settings, telegram: BotApiDouble, news: News, has_owner: bool
) -> None:
    members = (OWNER, 4712) if has_owner else (-1001234567890,)
    ada = telegram.user(4712)
    telegram.user(OWNER).block_bot()
    news.tell("backup-failed", reason="The disk is full.")
    async with front_end(settings.model_copy(update={"allowed_chats": members})):
        if has_owner:
            await telegram.until(lambda: telegram.calls_of("sendMessage"))
            ada.say("/help")
            await ada.sees("/tag")
        else:
            await telegram.until(lambda: len(telegram.calls_of("getUpdates")) > 1)
            assert not telegram.calls_of("sendMessage")


async def test_a_database_that_is_busy_while_the_owner_is_told_ends_nothing(
    front_end: Start,
    settings: Settings,
    telegram: BotApiDouble,
    news: News,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    ada, look, looks = telegram.user(OWNER), Wishes.of, iter([True])

    async def busy_once(wishes: Wishes, chat_id: int) -> Preferences:
        if next(looks, False):
            raise StorageError("The database is busy.")
        return await look(wishes, chat_id)

    monkeypatch.setattr(Wishes, "of", busy_once)
    monkeypatch.setattr("bot.telegram.run.TELL_AGAIN_SECONDS", 0.01)
    caplog.set_level(logging.INFO, "bot")
    news.tell("backup-failed", reason="The disk is full.")
    async with front_end(settings):
        await ada.sees("The nightly backup could not be made")
    assert "is told of backup-failed later: The database is busy." in caplog.text


async def test_a_stop_before_telegram_has_answered_is_immediate(
    front_end: Start, settings: Settings, telegram: BotApiDouble
) -> None:
    await telegram.go_down()
    async with front_end(settings) as task:
        await asyncio.wait([task], timeout=0.1)
        begun = time.monotonic()
    assert time.monotonic() - begun < 0.3


async def test_a_stop_in_the_middle_of_an_answer_waits_a_moment_and_keeps_the_update(
    front_end: Start, settings: Settings, database: Database, telegram: BotApiDouble
) -> None:
    ada = telegram.user(OWNER)
    telegram.fail("sendMessage", drop(), times=10_000)
    async with front_end(settings):
        ada.say("/help")
        await telegram.until(lambda: telegram.calls_of("sendMessage"))
        begun = time.monotonic()
    assert LAST_WORDS_SECONDS * 0.9 < time.monotonic() - begun < LAST_WORDS_SECONDS * 2
    assert len(await unhandled(database)) == 1
    assert asyncio.all_tasks() == {asyncio.current_task()} | _of_the_double()
    telegram.calm()
    async with front_end(settings):
        await ada.sees("/tag")


def _of_the_double() -> set[asyncio.Task[object]]:
    """Tasks of the server that the test runs, not of the bot."""
    return {task for task in asyncio.all_tasks() if re.search("aiohttp|Deliveries", repr(task.get_coro()))}
