"""A group that gets another id keeps its library, its right and its cards; a chat that is gone holds up nothing."""

import asyncio
from collections.abc import Sequence

import pytest
from sqlmodel import SQLModel

from bot.settings import Settings
from bot.telegram import client
from bot.work import announcer
from storage.announcements import Announcements
from storage.chats import Preferences
from storage.database import Database
from storage.editing import Editing
from storage.kinds import SnapshotStatus
from storage.library import Library
from storage.models import Link, LinkKey
from storage.moving import move_chat
from storage.saving import Origin
from tests.conftest import OWNER
from tests.fakes.front import Front, fronting
from tests.fakes.receiving import until_handled
from tests.fakes.telegram.double import BotApiDouble
from tests.fakes.telegram.messages import Chat, Message
from tests.fakes.telegram.people import User
from tests.storing import link, snapshots

OLD, NEW = -500, -1_000_000_000_500


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "FIRST_WAIT_SECONDS", 0.01)
    monkeypatch.setattr(announcer, "LOOK_EVERY_SECONDS", 0.1)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"allowed_chats": (OWNER, OLD)})


@pytest.fixture
def ada(telegram: BotApiDouble) -> User:
    return telegram.user(OWNER, "Ada")


@pytest.fixture
def group(telegram: BotApiDouble) -> Chat:
    return telegram.group(OLD)


def _cards(chat: Chat) -> list[Message]:
    return [each for each in chat.messages if each.kind == "photo"]


async def _links(database: Database, chat_id: int) -> Sequence[Link]:
    return (await Library(database, chat_id).recent()).links


async def _is_told(telegram: BotApiDouble, message: Message, emoji: str = "👍") -> None:
    await telegram.until(lambda: message.reactions.get(telegram.bot.id) == emoji)


async def _announced(database: Database) -> None:
    for _ in range(1000):
        if not await Announcements(database).due(local=False):
            return
        await asyncio.sleep(0.01)
    raise AssertionError("Not all was announced.")


async def test_a_group_that_says_so_takes_its_library_along(
    settings: Settings, database: Database, telegram: BotApiDouble, ada: User, group: Chat
) -> None:
    async with fronting(settings, database) as front:
        first = ada.say("https://example.org/first #optimizer", chat=group)
        await ada.sees("Saved", chat=group)
        await front.capture_all()
        await _is_told(telegram, first)
        ada.say("https://example.org/second #优化器", chat=group)
        await telegram.until(lambda: "second" in group.last.text)

        new = ada.upgrade(group, NEW)
        asked = ada.say("/tag optimizer", chat=new)
        answer = await ada.sees("first", chat=new)
        assert answer.reply_to is asked
        await front.capture_all()
        await ada.sees("second", chat=new)
        await telegram.until(lambda: _cards(new))
        await _announced(database)
    [card] = _cards(new)
    assert "second" in card.text
    assert card.reply_to is None, "it answers a message of the old group, whose number means another here"
    assert await _links(database, OLD) == []
    assert len(await _links(database, NEW)) == 2
    assert front.members.is_member(NEW)


async def test_a_group_that_was_not_heard_of_is_followed_by_the_error_and_gets_one_card(
    settings: Settings, database: Database, telegram: BotApiDouble, ada: User, group: Chat
) -> None:
    async with fronting(settings, database) as front:
        ada.say("https://example.org/page", chat=group)
        await telegram.until(lambda: group.last.is_from_bot)
        new = ada.upgrade(group, NEW, is_told=False)
        await front.capture_all()
        await telegram.until(lambda: _cards(new))
        await _announced(database)
        answered = ada.say("#optimizer", chat=new, reply_to=_cards(new)[0])
        await _is_told(telegram, answered, "✍")
    assert len(_cards(new)) == 1
    [saved] = await _links(database, NEW)
    assert [tag.name for tag in saved.tags] == ["optimizer"]


async def test_what_was_said_before_the_move_is_answered_after_it_once(
    settings: Settings, database: Database, telegram: BotApiDouble, ada: User, group: Chat
) -> None:
    ada.say("https://example.org/page #optimizer", chat=group)
    new = ada.upgrade(group, NEW)
    async with fronting(settings, database) as front:
        await telegram.until(lambda: telegram.calls_of("sendMessage"))
        await until_handled(database)
        await front.capture_all()
        await telegram.until(lambda: _cards(new))
        await _announced(database)
    assert len([each for each in new.messages if each.is_from_bot and each.kind != "document"]) == 1
    assert len(await snapshots(database)) == 1
    assert await _links(database, OLD) == []


async def test_two_links_that_one_message_spoke_of_become_the_one_that_they_are_in_the_new_chat(
    database: Database,
) -> None:
    await Library(database, OLD).add([link("short"), link("long")], Origin(7))
    [same] = await Library(database, NEW).add([link("long")], Origin(7))
    async with database.write() as session:
        session.add(LinkKey(chat_id=NEW, url_key="example.org/short", link_id=same.link.id or 0))
    await move_chat(database, OLD, NEW, keeps_right=True)
    assert [each.id for each in await _links(database, NEW)] == [same.link.id]
    assert [each.id for each in await Editing(database, NEW).links_of(-7)] == [same.link.id]


async def test_what_both_chats_have_becomes_one_and_doing_it_again_changes_nothing(
    database: Database,
) -> None:
    old, new = Library(database, OLD), Library(database, NEW)
    await old.add([link("both", "optimizer", "old"), link("only-old", "optimizer")], Origin(7))
    await new.add([link("both", "optimizer", "new"), link("only-new")], Origin(7))
    async with database.write() as session:
        session.add_all([Preferences(chat_id=OLD, language="zh"), Preferences(chat_id=NEW, language="en")])
    for _ in range(2):
        await move_chat(database, OLD, NEW, keeps_right=True)
        found = {
            each.url.rpartition("/")[2]: {tag.name for tag in each.tags}
            for each in await _links(database, NEW)
        }
        assert found == {"both": {"optimizer", "old", "new"}, "only-old": {"optimizer"}, "only-new": set()}
        assert await _links(database, OLD) == []
        assert {each.name: each.links for each in await new.tags()} == {"optimizer": 2, "old": 1, "new": 1}
        open_ones = [each for each in await snapshots(database) if each.status == SnapshotStatus.QUEUED]
        assert len({each.link_id for each in open_ones}) == len(open_ones) == 3
    async with database.read() as session:
        kept = await session.get(Preferences, NEW)
    assert kept is not None
    assert kept.language == "en"


async def test_a_stranger_group_that_moves_gets_nothing(
    settings: Settings, database: Database, telegram: BotApiDouble, ada: User
) -> None:
    strangers = telegram.group(-900)
    async with fronting(settings, database) as front:
        new = ada.upgrade(strangers, -1_000_000_000_900)
        ada.say("https://example.org/a", chat=new)
        ada.say("https://example.org/b")
        await ada.sees("Saved")
    assert not any(front.members.is_member(each) for each in (strangers.id, new.id))
    assert await _links(database, new.id) == []


async def _saved_in_both(telegram: BotApiDouble, front: Front, ada: User, group: Chat) -> Message:
    """A link in the group and one in the private chat, both captured but only the latter told."""
    ada.say("https://example.org/group", chat=group)
    await telegram.until(lambda: group.last.is_from_bot)
    ada.throw_bot_out(group)
    private = ada.say("https://example.org/private")
    await ada.sees("Saved")
    await front.capture_all()
    return private


async def test_a_group_that_throws_the_bot_out_holds_up_nothing_and_keeps_its_library(
    settings: Settings,
    database: Database,
    telegram: BotApiDouble,
    ada: User,
    group: Chat,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with fronting(settings, database) as front:
        await _is_told(telegram, await _saved_in_both(telegram, front, ada, group))
        await _announced(database)
        assert f"chat {OLD} does not want the bot any more" in caplog.text
    assert len(_cards(group)) == 0
    [kept] = await _links(database, OLD)
    assert kept.title == "group"


async def test_a_person_who_has_blocked_the_bot_is_served_again_when_that_is_over(
    settings: Settings, database: Database, telegram: BotApiDouble, ada: User
) -> None:
    async with fronting(settings, database) as front:
        ada.say("https://example.org/page")
        await ada.sees("Saved")
        ada.block_bot()
        await front.capture_all()
        await _announced(database)
        calls = len(telegram.calls)
        ada.unblock_bot()
        ada.say("https://example.org/page")
        await ada.sees("You have had")
        assert not any(call.error for call in telegram.calls[calls:])


async def _status(telegram: BotApiDouble, ada: User, name: str) -> None:
    await telegram.until(lambda: ada.chat.last.is_from_bot and name in ada.chat.last.text)


async def test_who_lets_the_bot_in_again_is_told_once_what_has_ended_meanwhile(
    settings: Settings, database: Database, telegram: BotApiDouble, ada: User
) -> None:
    async with fronting(settings, database) as front:
        ada.say("https://example.org/told")
        await _status(telegram, ada, "told")
        await front.capture_all()
        await telegram.until(lambda: _cards(ada.chat))
        await _announced(database)
        ada.say("https://example.org/missed")
        await _status(telegram, ada, "missed")
        ada.block_bot()
        await front.capture_all()
        await _announced(database)
        assert len(_cards(ada.chat)) == 1
        ada.unblock_bot()
        await telegram.until(lambda: len(_cards(ada.chat)) == 2)
        await _announced(database)
    assert [each.text.partition("\n")[0] for each in _cards(ada.chat)] == ["told", "missed"]
    assert len([each for each in ada.chat.messages if each.is_from_bot and each.kind != "document"]) == 2


async def test_a_status_that_was_deleted_is_followed_by_one_card(
    settings: Settings, database: Database, telegram: BotApiDouble, ada: User
) -> None:
    async with fronting(settings, database) as front:
        sent = ada.say("https://example.org/page")
        ada.delete(await ada.sees("Saved"))
        ada.delete(sent)
        await front.capture_all()
        await telegram.until(lambda: _cards(ada.chat))
        await _announced(database)
    assert len(_cards(ada.chat)) == 1


def test_no_table_of_a_chat_is_left_behind() -> None:
    """A new table with a chat in it has to be thought of in ``move_chat``; the inbox keeps what Telegram has said."""
    of_a_chat = {table.name for table in SQLModel.metadata.tables.values() if "chat_id" in table.columns}
    moved = {
        "announcement",
        "link",
        "link_key",
        "mention",
        "preferences",
        "saved_query",
        "snapshot",
        "tag",
        "undo",
    }
    dropped = {"last_claim", "question"}
    assert of_a_chat == moved | dropped | {"inbox"}
