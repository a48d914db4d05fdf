"""Who may use the bot: one owner, who claims it first, and whom the owner lets in."""

import asyncio
from pathlib import Path

import pytest

from storage.access import Access
from storage.database import Database
from tests.storing import another, queued, snapshots


@pytest.fixture
def access(database: Database) -> Access:
    return Access(database)


async def _let_in(access: Access) -> list[tuple[int, bool]]:
    return [(chat.id, chat.is_owner) for chat in await access.chats()]


async def test_nobody_is_let_in_at_first(access: Access) -> None:
    assert await _let_in(access) == []


async def test_the_first_to_claim_is_the_owner_for_good(access: Access) -> None:
    assert await access.claim(5)
    assert not await access.claim(6)
    assert not await access.claim(5)
    assert await _let_in(access) == [(5, True)]


async def test_of_many_that_claim_at_one_moment_one_is_the_owner(database: Database, tmp_path: Path) -> None:
    async with another(tmp_path) as second:
        claims = [Access(via).claim(number) for number, via in enumerate((database, second) * 5)]
        claimed = await asyncio.gather(*claims)
    assert claimed.count(True) == 1
    assert await _let_in(Access(database)) == [(claimed.index(True), True)]


async def test_the_owner_comes_first_and_a_chat_is_let_in_once(access: Access) -> None:
    for chat_id in (2**40, -(2**41), 2**40):
        await access.allow(chat_id)
    await access.claim(5)
    assert (await _let_in(access))[0] == (5, True)
    assert sorted(await _let_in(access)) == [(-(2**41), False), (5, True), (2**40, False)]


async def test_a_chat_that_was_let_in_can_become_the_owner(access: Access) -> None:
    await access.allow(5)
    assert await access.claim(5)
    assert await _let_in(access) == [(5, True)]


async def test_a_chat_that_is_shut_out_keeps_what_it_has_saved(access: Access, database: Database) -> None:
    await access.allow(6)
    await queued(database, chat_id=6)
    assert await access.revoke(6)
    assert not await access.revoke(6)
    assert await _let_in(access) == []
    assert len(await snapshots(database)) == 1


async def test_the_owner_can_not_be_shut_out(access: Access) -> None:
    await access.claim(5)
    assert not await access.revoke(5)
    assert await _let_in(access) == [(5, True)]
