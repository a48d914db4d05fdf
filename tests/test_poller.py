"""Updates are in the inbox before Telegram forgets them, each is handled once, and nonsense stops nothing."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import pytest

from bot.errors import StorageError
from bot.settings import Settings
from bot.telegram import client, poller
from storage.database import Database
from storage.inbox import Inbox, Received
from tests.conftest import OWNER
from tests.fakes.receiving import Desk, receiving, rows, until, until_handled
from tests.fakes.telegram.double import BotApiDouble
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


class ObservedInbox(Inbox):
    """An inbox in which something else happens before or after the first ``put``."""

    def __init__(
        self,
        database: Database,
        *,
        before: Callable[[], Awaitable[None]] | None = None,
        after: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        super().__init__(database)
        self._before = before
        self._after = after

    async def put(self, updates: Sequence[Received]) -> None:
        before, self._before = self._before, None
        if before is not None:
            await before()
        await super().put(updates)
        after, self._after = self._after, None
        if after is not None:
            await after()


async def test_an_update_is_committed_before_it_is_confirmed(
    settings: Settings, database: Database, telegram: BotApiDouble, ada: User
) -> None:
    seen: list[tuple[int, int]] = []

    async def look() -> None:
        seen.append((len(await rows(database)), len(telegram.waiting_updates)))

    ada.say("https://example.com")
    async with receiving(settings, database, inbox=ObservedInbox(database, before=look, after=look)):
        await telegram.until(lambda: not telegram.waiting_updates)
    assert seen == [(0, 1), (1, 1)]


async def test_a_kill_between_commit_and_confirmation_handles_the_update_once(
    settings: Settings, database: Database, telegram: BotApiDouble, ada: User, desk: Desk
) -> None:
    committed, for_ever = asyncio.Event(), asyncio.Event()

    async def die() -> None:
        committed.set()
        await for_ever.wait()

    ada.say("https://example.com")
    async with receiving(settings, database, desk.handle, inbox=ObservedInbox(database, after=die)):
        await committed.wait()
    assert len(await rows(database)) == len(telegram.waiting_updates) == 1
    assert desk.handled == []
    async with receiving(settings, database, desk.handle):
        await telegram.until(lambda: not telegram.waiting_updates)
        await until_handled(database)
    assert len(desk.handled) == len(await rows(database)) == 1


async def test_an_update_that_can_not_be_committed_is_not_confirmed(
    settings: Settings, database: Database, telegram: BotApiDouble, ada: User, desk: Desk
) -> None:
    async def fail() -> None:
        raise StorageError("The disk is full.")

    ada.say("https://example.com")
    async with receiving(settings, database, desk.handle, inbox=ObservedInbox(database, before=fail)):
        await until(lambda: len(desk.handled) == 1)
        await telegram.until(lambda: not telegram.waiting_updates)
    polls = [call.params.get("offset") for call in telegram.calls_of("getUpdates")]
    assert polls[:2] == [None, None]


async def test_the_same_update_twice_is_one(
    settings: Settings, database: Database, telegram: BotApiDouble, ada: User, desk: Desk
) -> None:
    ada.say("https://example.com")
    update = telegram.waiting_updates[0]
    telegram.push(update)
    async with receiving(settings, database, desk.handle):
        await until_handled(database)
        await telegram.until(lambda: not telegram.waiting_updates)
        telegram.push(update)
        await telegram.until(lambda: not telegram.waiting_updates)
        ada.say("the last one")
        await until(lambda: len(desk.handled) > 1)
    assert len(desk.handled) == len(set(desk.handled)) == len(await rows(database)) == 2


async def test_what_makes_no_sense_is_confirmed_and_stops_nothing(
    settings: Settings, database: Database, telegram: BotApiDouble, ada: User, desk: Desk
) -> None:
    for update in (
        {},
        {"message": None},
        {"message": {"chat": {"id": "many"}}},
        {"message": {"chat": {"id": OWNER}, "message_id": {}}},
        {"callback_query": {"id": "1", "from": {"id": OWNER}, "data": "x"}},
        {"something_new": {"chat": {"id": OWNER}}},
        {"message": {"chat": {"id": OWNER, "type": "private"}, "message_id": 9, "text": "half: \ud83d"}},
    ):
        telegram.push(update)
    ada.say("https://example.com")
    async with receiving(settings, database, desk.handle):
        await until(lambda: len(desk.handled) == 2)
        await telegram.until(lambda: not telegram.waiting_updates)


async def test_what_an_earlier_run_left_is_taken_up_in_order(
    settings: Settings, database: Database, desk: Desk
) -> None:
    await Inbox(database).put([Received(3, OWNER, "{}"), Received(1, OWNER, "{}"), Received(2, -7, "{}")])
    async with receiving(settings, database, desk.handle):
        await until_handled(database)
    assert sorted(desk.handled) == [1, 2, 3]
    assert desk.handled.index(1) < desk.handled.index(3)


async def test_what_is_confirmed_is_not_confirmed_again(
    settings: Settings,
    database: Database,
    telegram: BotApiDouble,
    ada: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Update ids may start anew after a quiet week: an old offset would then hide what is new."""
    monkeypatch.setattr(poller, "POLL_SECONDS", 1)
    ada.say("https://example.com")
    update_id = telegram.waiting_updates[0]["update_id"]
    async with receiving(settings, database):
        polls = telegram.calls_of
        await telegram.until(lambda: len(polls("getUpdates")) == 3)
    offsets = [call.params.get("offset") for call in telegram.calls_of("getUpdates")]
    assert offsets == [None, str(update_id + 1), None]


async def test_a_gigantic_update_is_one_like_any_other(
    settings: Settings, database: Database, telegram: BotApiDouble, ada: User, desk: Desk
) -> None:
    chat = {"id": OWNER, "type": "private"}
    telegram.push({"message": {"message_id": 1, "date": 0, "chat": chat, "text": "优" * 4_000_000}})
    ada.say("https://example.com")
    async with receiving(settings, database, desk.handle):
        await until(lambda: len(desk.handled) == 2)
