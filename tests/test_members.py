"""Who may use the bot, who owns it, and how that changes."""

import asyncio

import pytest

from bot.conversation.members import Members
from storage.access import Access
from storage.database import Database

ADA, BOB, EVE, GROUP = 1, 2, 3, -1001234567890


async def _members(database: Database, *listed: int) -> Members:
    """The members as a new start of the program sees them."""
    members = Members(Access(database), listed)
    await members.load()
    return members


def _code(members: Members) -> str:
    assert members.claim_code is not None
    return members.claim_code


async def test_nobody_is_let_in_unasked(database: Database) -> None:
    members = await _members(database)
    assert not any(members.is_member(chat_id) for chat_id in (0, ADA, GROUP))
    assert not members.is_owner(None)
    assert len(_code(members)) >= 16


async def test_the_first_person_listed_owns_the_bot_and_there_is_no_code(database: Database) -> None:
    members = await _members(database, GROUP, BOB, ADA)
    assert [members.is_member(chat_id) for chat_id in (GROUP, ADA, BOB, EVE)] == [True, True, True, False]
    assert [members.is_owner(person) for person in (BOB, ADA, GROUP)] == [True, False, False]
    assert members.claim_code is None
    assert not await members.claim(EVE, "")


async def test_a_list_of_groups_alone_has_no_owner_and_no_code(database: Database) -> None:
    members = await _members(database, GROUP)
    assert members.claim_code is None
    assert not any(members.is_owner(person) for person in (ADA, GROUP, None))


async def test_who_has_claimed_the_bot_owns_it_for_good(database: Database) -> None:
    members = await _members(database)
    assert await members.claim(ADA, _code(members))
    assert members.claim_code is None
    for listed in ((), (BOB,)):
        again = await _members(database, *listed)
        assert (again.is_owner(ADA), again.is_member(ADA), again.claim_code) == (True, True, None)
        assert not again.is_owner(BOB)
        assert not await again.revoke(ADA)


@pytest.mark.parametrize("given", ["", "x", "优化器", "\ud83d", "\x00" * 40])
async def test_any_other_code_claims_nothing(database: Database, given: str) -> None:
    members = await _members(database)
    assert not await members.claim(EVE, given)
    assert not await members.claim(EVE, _code(members) + given + " ")
    assert not members.is_member(EVE)


async def test_the_code_stays_the_same_until_it_is_used_and_is_new_with_each_start(
    database: Database,
) -> None:
    members = await _members(database)
    code = _code(members)
    await members.allow(BOB)
    assert members.claim_code == code
    assert _code(await _members(database)) != code


async def test_of_two_who_claim_at_once_one_owns_the_bot(database: Database) -> None:
    members = await _members(database)
    code = _code(members)
    claimed = await asyncio.gather(members.claim(ADA, code), members.claim(EVE, code))
    assert sorted(claimed) == [False, True]
    owner, other = (ADA, EVE) if claimed[0] else (EVE, ADA)
    assert members.is_owner(owner)
    assert not members.is_member(other)


async def test_what_the_owner_says_counts_at_once_and_after_a_restart(database: Database) -> None:
    members = await _members(database, ADA)
    for chat_id in (BOB, GROUP, BOB):
        await members.allow(chat_id)
    assert members.is_member(BOB)
    assert await members.revoke(BOB)
    assert not members.is_member(BOB)
    again = await _members(database, ADA)
    assert [again.is_member(chat_id) for chat_id in (ADA, BOB, GROUP)] == [True, False, True]


async def test_what_the_settings_list_can_not_be_taken_back_here(database: Database) -> None:
    members = await _members(database, ADA, BOB)
    assert not await members.revoke(BOB)
    await members.allow(BOB)
    assert not await members.revoke(BOB)
    assert members.is_member(BOB)
    assert not await members.revoke(EVE)
    assert not (await _members(database, ADA)).is_member(BOB)
