"""Nothing of a stranger is stored, and a stranger hears one sentence; the first with the code owns the bot."""

import json
from dataclasses import dataclass

import pytest

from bot.settings import Settings
from bot.telegram.gate import SAY_AGAIN_SECONDS
from storage.database import Database
from tests.conftest import OWNER
from tests.fakes.receiving import Receiving, receiving, rows, until_handled
from tests.fakes.telegram.double import BotApiDouble
from tests.fakes.telegram.messages import Chat
from tests.fakes.telegram.people import User
from tests.talking import ENGLISH

STRANGER = 99
GROUP = -1001234567890


@dataclass(slots=True)
class Clock:
    """Time that moves when a test says so."""

    seconds: float = 0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def mallory(telegram: BotApiDouble) -> User:
    return telegram.user(STRANGER, "Mallory")


@pytest.fixture
def ada(telegram: BotApiDouble) -> User:
    return telegram.user(OWNER)


@pytest.fixture
def group(telegram: BotApiDouble) -> Chat:
    return telegram.group(GROUP, is_forum=True)


async def _dealt_with(telegram: BotApiDouble) -> None:
    """Everything was received."""
    await telegram.until(lambda: not telegram.waiting_updates)


def _said(chat: Chat) -> list[str]:
    return [message.text for message in chat.messages if message.is_from_bot]


async def test_a_stranger_hears_one_sentence_an_hour_and_leaves_nothing_behind(
    settings: Settings, database: Database, telegram: BotApiDouble, mallory: User
) -> None:
    clock = Clock()
    async with receiving(settings, database, clock=clock):
        mallory.say("https://example.com #secret")
        await mallory.sees(ENGLISH("stranger", id=str(STRANGER)))
        for text in ("hello?", "/start", "/start wrong-code", "#optimizer"):
            mallory.say(text)
        await _dealt_with(telegram)
        clock.seconds = SAY_AGAIN_SECONDS
        mallory.say("an hour later")
        await telegram.until(lambda: len(_said(mallory.chat)) == 2)
    assert await rows(database) == []
    assert not any(call.method == "setMessageReaction" for call in telegram.calls)


async def test_in_a_group_only_a_command_to_this_bot_is_answered(
    settings: Settings, database: Database, telegram: BotApiDouble, mallory: User, group: Chat
) -> None:
    async with receiving(settings, database):
        for text in ("https://example.com #secret", "hello", "/tag@other_bot x"):
            mallory.say(text, chat=group)
        await _dealt_with(telegram)
        assert _said(group) == []
        mallory.say("/tag@tagshot_bot optimizer", chat=group, thread_id=5)
        message = await mallory.sees(ENGLISH("stranger", id=str(GROUP)), chat=group)
        assert message.thread_id == 5
    assert _said(group) == [message.text]
    assert await rows(database) == []


async def test_edits_presses_and_posts_of_strangers_are_left_alone(
    settings: Settings, database: Database, telegram: BotApiDouble, mallory: User, group: Chat
) -> None:
    channel = telegram.channel(-1002222222222)
    old = mallory.say("/start", chat=group)
    telegram.world.updates.acknowledge(telegram.waiting_updates[-1]["update_id"] + 1)
    async with receiving(settings, database):
        press = mallory.press(old, "pdf:1:0:", forge=True)
        private_press = mallory.press(
            telegram.world.add_message(mallory.chat, telegram.bot, old.body), "x", forge=True
        )
        mallory.edit(old, "/start again")
        post = channel.post("/start https://example.com")
        channel.edit(post, "/start https://example.com #edited")
        await _dealt_with(telegram)
        mallory.say("/help", chat=group)
        await mallory.sees("This bot is private", chat=group)
    assert press.answer is private_press.answer is None
    assert (len(_said(group)), len(_said(mallory.chat)), len(channel.chat.messages)) == (1, 1, 1)
    assert await rows(database) == []


async def test_a_stranger_who_blocks_the_bot_stops_nothing(
    settings: Settings, database: Database, telegram: BotApiDouble, mallory: User, ada: User
) -> None:
    mallory.say("hello")
    mallory.block_bot()
    async with receiving(settings, database):
        ada.say("https://example.com")
        await telegram.until(lambda: telegram.calls_of("sendMessage"))
        await _dealt_with(telegram)
    assert [row.chat_id for row in await rows(database)] == [OWNER]


@pytest.fixture
def unowned(settings: Settings) -> Settings:
    return settings.model_copy(update={"allowed_chats": ()})


def _code(parts: Receiving) -> str:
    assert parts.members.claim_code is not None
    return parts.members.claim_code


async def test_the_first_person_with_the_code_owns_the_bot_and_the_code_is_spent(
    unowned: Settings,
    database: Database,
    telegram: BotApiDouble,
    ada: User,
    mallory: User,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with receiving(unowned, database) as parts:
        code = _code(parts)
        ada.say(f"/start {code}")
        await ada.sees("This bot is yours now")
        assert parts.members.is_owner(OWNER)
        assert parts.members.claim_code is None
        mallory.say(f"/start {code}")
        await mallory.sees("This bot is private")
        ada.say("https://example.com")
        await telegram.until(lambda: not telegram.waiting_updates)
        await until_handled(database)
    assert [row.chat_id for row in await rows(database)] == [OWNER]
    assert f"person {OWNER} has claimed this bot" in caplog.text
    assert code not in caplog.text


async def test_a_wrong_code_or_the_right_one_in_a_wrong_place_claims_nothing(
    unowned: Settings, database: Database, telegram: BotApiDouble, mallory: User, group: Chat
) -> None:
    async with receiving(unowned, database) as parts:
        code = _code(parts)
        wrong = [code[:-1], f"{code}x", code.swapcase(), "ключ", "优化器" * 20, "\u202e" + code, ""]
        for text in [*(f"/start {each}" for each in wrong), code, f"/help {code}"]:
            mallory.say(text)
        mallory.say(f"/start {code}", chat=group)
        telegram.push(
            {
                "message": {
                    "message_id": 77,
                    "chat": {"id": STRANGER, "type": "private"},
                    "text": "/start \ud83d",
                }
            }
        )
        edited = mallory.say("/start")
        mallory.edit(edited, f"/start {code}")
        await _dealt_with(telegram)
        await mallory.sees("This bot is private")
        await mallory.sees("This bot is private", chat=group)
        assert _code(parts) == code
    assert await rows(database) == []


async def test_who_is_let_in_or_shut_out_feels_it_with_the_next_message(
    settings: Settings, database: Database, telegram: BotApiDouble, mallory: User
) -> None:
    async with receiving(settings, database) as parts:
        await parts.members.allow(STRANGER)
        mallory.say("https://example.com/1")
        await _dealt_with(telegram)
        await parts.members.revoke(STRANGER)
        mallory.say("https://example.com/2")
        await mallory.sees("This bot is private")
    texts = [json.loads(row.payload)["message"]["text"] for row in await rows(database)]
    assert texts == ["https://example.com/1"]


async def test_all_members_of_a_listed_group_are_let_in_and_their_private_chats_are_not(
    settings: Settings, database: Database, telegram: BotApiDouble, mallory: User, group: Chat
) -> None:
    listed = settings.model_copy(update={"allowed_chats": (GROUP,)})
    async with receiving(listed, database):
        mallory.say("https://example.com/1", chat=group)
        mallory.say("https://example.com/2")
        await mallory.sees(ENGLISH("stranger", id=str(STRANGER)))
        await _dealt_with(telegram)
    assert [row.chat_id for row in await rows(database)] == [GROUP]


async def test_a_stranger_is_remembered_only_as_long_as_there_is_room(
    settings: Settings, database: Database, telegram: BotApiDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.gate.REMEMBERED_STRANGERS", 2)
    first, second, third = (telegram.user(number, str(number)) for number in (1, 2, 3))
    async with receiving(settings, database):
        for person in (first, second, third):
            person.say("hello")
            await person.sees("This bot is private")
        for person in (third, first):
            person.say("hello again")
        await telegram.until(lambda: len(_said(first.chat)) == 2)
    assert [len(_said(person.chat)) for person in (first, second, third)] == [2, 1, 1]
