"""What is asked for later, at the double and in both languages: lists that need no query, and a page behind a wall."""

from collections.abc import AsyncIterator

import pytest

from bot.settings import Settings
from storage.database import Database
from storage.kinds import Verdict, Viewport
from tests.fakes.telegram.double import BotApiDouble
from tests.storing import snapshots
from tests.test_announcer import Steps, life
from tests.test_many_links import Room

in_each_language = pytest.mark.parametrize("language", ["en", "zh"])


@pytest.fixture
async def room(
    language: str, verdict: Verdict, telegram: BotApiDouble, settings: Settings, database: Database
) -> AsyncIterator[Room]:
    async with life(settings, database, Steps(), verdict) as run:
        yield Room(telegram, database, run, language)


@in_each_language
@pytest.mark.parametrize("verdict", [Verdict.OK])
async def test_what_has_no_tag_and_any_link_are_found_without_a_query(room: Room) -> None:
    room.ada.say("https://example.com/a #优化器")
    room.ada.say("https://example.com/b")
    await room.live()
    room.ada.say("/untagged")
    await room.live()
    listed = room.ada.chat.last
    assert room.words("links", count=1) in listed.text
    assert room.words("untagged") in listed.text
    room.ada.press(listed, "1")
    await room.live()
    assert room.cards[-1].labels[0] == "+ #优化器"

    room.ada.say("/random")
    await room.live()
    assert len(room.cards) == 4
    assert room.words("captured", date="|").partition("|")[0] in room.cards[-1].text
    room.ada.say("/tag 优化")
    await room.live()
    assert room.words("nearest-tags", tag="#优化") in room.ada.chat.last.text
    room.ada.say("/search before:soon")
    await room.live()
    assert (
        room.words("query-help").partition("<")[2].partition(">")[2].partition("<")[0]
        in room.ada.chat.last.text
    )


@in_each_language
@pytest.mark.parametrize("verdict", [Verdict.BOT_WALL])
async def test_a_page_behind_a_wall_can_be_tried_as_a_phone_sees_it(
    room: Room, telegram: BotApiDouble, database: Database
) -> None:
    sent = room.ada.say("https://example.com/a")
    await room.live()
    failure = room.ada.chat.messages[1]
    assert sent.emoji == ["💔"]
    assert {room.words(f"button-{name}") for name in ("seen", "again", "phone")} <= set(failure.labels)
    press = room.ada.press(failure, room.words("button-phone"))
    await room.live()
    assert (await press.answered()).text == room.words("toast-capturing")
    assert [each.viewport for each in await snapshots(database)] == [Viewport.DESKTOP, Viewport.PHONE]
    seen = room.ada.press(failure, room.words("button-seen"))
    await room.live()
    await seen.answered()
    assert room.ada.chat.last.kind == "document"
