"""Updates are in the inbox before Telegram forgets them, and no trouble on the way stops or loses them."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from telegram.request import HTTPXRequest

from bot.errors import SettingsError, StorageError
from bot.settings import Settings
from bot.telegram import client, poller
from storage.database import Database
from storage.inbox import Inbox, Received
from tests.conftest import OWNER
from tests.fakes.receiving import receiving, rows, until, until_handled
from tests.fakes.telegram.double import BotApiDouble
from tests.fakes.telegram.faults import Fault, bad_gateway, drop, error
from tests.fakes.telegram.people import User


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "FIRST_WAIT_SECONDS", 0.01)


@pytest.fixture
def ada(telegram: BotApiDouble) -> User:
    return telegram.user(OWNER)


class Desk:
    """Handles updates by keeping their ids."""

    def __init__(self) -> None:
        self.handled: list[int] = []

    async def handle(self, received: Received) -> None:
        self.handled.append(received.update_id)


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


async def test_a_gigantic_update_is_one_like_any_other(
    settings: Settings, database: Database, telegram: BotApiDouble, ada: User, desk: Desk
) -> None:
    chat = {"id": OWNER, "type": "private"}
    telegram.push({"message": {"message_id": 1, "date": 0, "chat": chat, "text": "优" * 4_000_000}})
    ada.say("https://example.com")
    async with receiving(settings, database, desk.handle):
        await until(lambda: len(desk.handled) == 2)


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
