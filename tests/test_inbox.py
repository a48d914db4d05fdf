"""Updates in the inbox: there once, in order within their chat, and forgotten in time."""

from datetime import timedelta

import pytest
from sqlmodel import select

from storage.database import Database
from storage.inbox import Inbox, Received
from storage.models import Inbox as InboxRow

NO_TIME = timedelta(seconds=-1)


def _update(update_id: int, chat_id: int = 1, payload: str = "{}") -> Received:
    return Received(update_id, chat_id, payload)


@pytest.fixture
def inbox(database: Database) -> Inbox:
    return Inbox(database)


async def _ids(database: Database) -> list[int]:
    async with database.read() as session:
        return sorted(await session.exec(select(InboxRow.update_id)))


async def _handle_all(inbox: Inbox, chat_id: int = 1) -> list[int]:
    handled = []
    while update := await inbox.next(chat_id):
        await inbox.set_handled(update.update_id)
        handled.append(update.update_id)
    return handled


async def test_an_update_comes_out_as_it_was_put_in(inbox: Inbox) -> None:
    received = _update(2**40, -(2**41), '{"text": "深度学习 😀"}')
    await inbox.put([received])
    assert await inbox.next(-(2**41)) == received


async def test_putting_nothing_is_nothing(inbox: Inbox, database: Database) -> None:
    await inbox.put([])
    assert await _ids(database) == []


async def test_an_update_that_is_known_is_left_as_it_is(inbox: Inbox) -> None:
    await inbox.put([_update(1), _update(1, payload="twice"), _update(2)])
    await inbox.set_handled(1)
    await inbox.put([_update(1, payload="again"), _update(2, payload="again"), _update(3)])
    assert await inbox.next(1) == _update(2)
    assert await _handle_all(inbox) == [2, 3]


async def test_each_chat_has_its_order(inbox: Inbox) -> None:
    await inbox.put([_update(5), _update(3), _update(4, chat_id=2)])
    await inbox.put([_update(1, chat_id=2)])
    assert sorted(await inbox.waiting_chats()) == [1, 2]
    assert await _handle_all(inbox, 1) == [3, 5]
    assert await inbox.waiting_chats() == [2]
    assert await _handle_all(inbox, 2) == [1, 4]
    assert await inbox.waiting_chats() == []


async def test_the_update_before_is_of_the_same_chat_handled_or_not(inbox: Inbox) -> None:
    await inbox.put([_update(1), _update(2, chat_id=2), _update(3), _update(4)])
    await inbox.set_handled(1)
    assert await inbox.before(_update(4)) == _update(3)
    assert await inbox.before(_update(3)) == _update(1)
    assert await inbox.before(_update(1)) is None
    assert await inbox.before(_update(2, chat_id=2)) is None


async def test_a_mistake_is_noted_and_the_next_update_follows(inbox: Inbox, database: Database) -> None:
    await inbox.put([_update(1), _update(2)])
    await inbox.set_handled(1, "KeyError")
    assert await inbox.next(1) == _update(2)
    async with database.read() as session:
        row = await session.get_one(InboxRow, 1)
    assert row.error == "KeyError"
    assert row.handled_at is not None


async def test_sweeping_forgets_what_was_handled_but_the_newest(inbox: Inbox, database: Database) -> None:
    await inbox.put([_update(1), _update(2, chat_id=2), _update(3), _update(4)])
    for update_id in (1, 3, 4):
        await inbox.set_handled(update_id)
    await inbox.sweep(keep=timedelta(hours=1))
    assert await _ids(database) == [1, 2, 3, 4]
    await inbox.sweep(keep=NO_TIME)
    assert await _ids(database) == [2, 4]


async def test_half_a_character_does_not_cost_the_updates_that_came_with_it(inbox: Inbox) -> None:
    await inbox.put([_update(1), _update(2, payload='{"text": "\ud83d"}'), _update(3)])
    assert await _handle_all(inbox) == [1, 2, 3]
