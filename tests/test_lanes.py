"""Updates of one chat are handled one after the other, and no trouble loses one or holds up another chat."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.errors import SettingsError, StorageError
from bot.telegram import lanes
from bot.telegram.lanes import Lanes
from bot.work import last_words
from storage.database import Database
from storage.inbox import Inbox, Received
from tests.fakes.receiving import ignore, rows, unhandled, until, until_handled

ADA, BOB = 1, 2


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "STORAGE_TROUBLE_SECONDS", 0.01)
    monkeypatch.setattr(last_words, "LAST_WORDS_SECONDS", 0.2)


@pytest.fixture
def inbox(database: Database) -> Inbox:
    return Inbox(database)


class Desk:
    """Handles updates, each behind its gate if it has one, and knows which were begun and which are done."""

    def __init__(self) -> None:
        self.begun: list[int] = []
        self.done: list[int] = []
        self.gates: dict[int, asyncio.Event] = {}
        self.errors: dict[int, list[Exception]] = {}

    async def handle(self, received: Received) -> None:
        self.begun.append(received.update_id)
        if gate := self.gates.get(received.update_id):
            await gate.wait()
        if errors := self.errors.get(received.update_id):
            raise errors.pop(0)
        self.done.append(received.update_id)

    def hold(self, update_id: int) -> asyncio.Event:
        return self.gates.setdefault(update_id, asyncio.Event())


async def _put(inbox: Inbox, *updates: tuple[int, int]) -> None:
    await inbox.put([Received(update_id, chat_id, "{}") for update_id, chat_id in updates])


async def test_one_chat_is_handled_in_order_and_holds_up_no_other(inbox: Inbox, database: Database) -> None:
    desk = Desk()
    gate = desk.hold(1)
    work = Lanes(inbox, desk.handle)
    await _put(inbox, (1, ADA), (2, ADA), (3, BOB), (4, ADA))
    await work.wake_all()
    await until(lambda: desk.done == [3])
    assert desk.begun in ([1, 3], [3, 1])
    gate.set()
    await until_handled(database)
    assert desk.done == [3, 1, 2, 4]
    await work.close()


async def test_what_comes_at_the_moment_that_a_lane_finds_nothing_is_not_overlooked(
    inbox: Inbox, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, look = Desk(), inbox.next
    work = Lanes(inbox, desk.handle)

    async def look_and_receive(chat_id: int) -> Received | None:
        found = await look(chat_id)
        if found is None and len(desk.done) == 1:
            await _put(inbox, (2, ADA))
            work.wake(ADA)
        return found

    monkeypatch.setattr(inbox, "next", look_and_receive)
    await _put(inbox, (1, ADA))
    work.wake(ADA)
    await until(lambda: desk.done == [1, 2])
    await until_handled(database)
    await work.close()


async def test_what_comes_at_any_moment_is_handled_once_and_in_order(
    inbox: Inbox, database: Database
) -> None:
    desk, chance = Desk(), random.Random(1)
    work = Lanes(inbox, desk.handle)
    for update_id in range(1, 61):
        chat_id = chance.choice((ADA, BOB))
        await _put(inbox, (update_id, chat_id))
        work.wake(chat_id)
        await asyncio.sleep(chance.random() * 0.01)
    await until_handled(database)
    assert sorted(desk.done) == list(range(1, 61))
    chats = {row.update_id: row.chat_id for row in await rows(database)}
    for chat_id in (ADA, BOB):
        of_chat = [update_id for update_id in desk.done if chats[update_id] == chat_id]
        assert of_chat == sorted(of_chat)
    await work.close()


async def test_a_mistake_is_logged_and_noted_and_the_lane_goes_on(
    inbox: Inbox, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    desk = Desk()
    desk.errors[1] = [ZeroDivisionError()]
    work = Lanes(inbox, desk.handle)
    await _put(inbox, (1, ADA), (2, ADA))
    work.wake(ADA)
    await until_handled(database)
    assert [row.error for row in await rows(database)] == ["ZeroDivisionError", None]
    assert desk.done == [2]
    assert "update 1: a mistake" in caplog.text
    assert "ZeroDivisionError" in caplog.text
    await work.close()


async def test_without_a_database_the_same_update_is_tried_again(inbox: Inbox, database: Database) -> None:
    desk = Desk()
    desk.errors[1] = [StorageError("The database is locked."), StorageError("The database is locked.")]
    work = Lanes(inbox, desk.handle)
    await _put(inbox, (1, ADA), (2, ADA))
    work.wake(ADA)
    await until_handled(database)
    assert desk.begun == [1, 1, 1, 2]
    assert [row.error for row in await rows(database)] == [None, None]
    await work.close()


@pytest.mark.parametrize("method", ["waiting_chats", "next", "set_handled"])
async def test_an_inbox_out_of_reach_is_waited_for_and_nothing_is_handled_twice(
    inbox: Inbox, database: Database, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    desk = Desk()
    work = Lanes(inbox, desk.handle)
    await _put(inbox, (1, ADA))
    monkeypatch.setattr(inbox, method, _failing_twice(getattr(inbox, method)))
    await work.wake_all()
    await until_handled(database)
    assert desk.done == [1]
    await work.close()


def _failing_twice(method: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    failures = [StorageError("The disk is full."), StorageError("The disk is full.")]

    async def failing(*args: Any) -> Any:
        if failures:
            raise failures.pop()
        return await method(*args)

    return failing


async def test_closing_lets_the_update_at_hand_end_and_begins_no_other(
    inbox: Inbox, database: Database
) -> None:
    desk = Desk()
    gate = desk.hold(1)
    work = Lanes(inbox, desk.handle)
    await _put(inbox, (1, ADA), (2, ADA))
    work.wake(ADA)
    work.wake(ADA)
    await until(lambda: desk.begun == [1])
    closing = asyncio.create_task(work.close())
    asyncio.get_running_loop().call_soon(gate.set)
    await closing
    assert desk.done == [1]
    assert await unhandled(database) == [2]


async def test_closing_cuts_off_what_does_not_end_and_leaves_it_for_the_next_start(
    inbox: Inbox, database: Database
) -> None:
    desk = Desk()
    desk.hold(1)
    work = Lanes(inbox, desk.handle)
    await _put(inbox, (1, ADA), (2, BOB))
    for _ in range(3):
        work.wake(ADA)
    await until(lambda: desk.begun == [1])
    async with asyncio.timeout(1):
        await work.close()
    assert await unhandled(database) == [1, 2]
    assert asyncio.all_tasks() == {asyncio.current_task()}
    again = Lanes(inbox, ignore)
    await again.wake_all()
    await until_handled(database)
    await again.close()


async def test_a_token_that_became_invalid_ends_everything_and_leaves_the_update_for_the_right_one(
    inbox: Inbox, database: Database
) -> None:
    desk = Desk()
    desk.errors[1] = [SettingsError("Telegram does not know this token.")]
    work = Lanes(inbox, desk.handle)
    await _put(inbox, (1, ADA))
    work.wake(ADA)
    with pytest.raises(SettingsError):
        await asyncio.wait_for(work.watch(), 5)
    assert await unhandled(database) == [1]
    await work.close()


async def test_a_lane_that_dies_is_not_overlooked(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(chat_id: int) -> Received | None:
        raise ZeroDivisionError

    monkeypatch.setattr(inbox, "next", broken)
    work = Lanes(inbox, ignore)
    work.wake(ADA)
    with pytest.raises(ZeroDivisionError):
        await asyncio.wait_for(work.watch(), 5)
    await work.close()
