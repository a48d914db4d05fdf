"""Many links in one message and one after the other, at the double: no flood, and chips only on the newest card."""

import json
from collections.abc import AsyncIterator

import pytest

from bot.settings import Settings
from bot.wording import Words
from storage.database import Database
from storage.inbox import Inbox, Received
from storage.kinds import Verdict
from tests.conftest import OWNER
from tests.fakes.telegram.double import BotApiDouble
from tests.fakes.telegram.messages import Message
from tests.test_announcer import Run, Steps, life

in_each_language = pytest.mark.parametrize("language", ["en", "zh"])


class Room:
    """A person and the bot, without a browser: what is said is answered, captured and announced when asked for."""

    def __init__(self, telegram: BotApiDouble, database: Database, run: Run, language: str) -> None:
        self.ada = telegram.user(OWNER, "Ada", language_code=language)
        self.words = Words(language)
        self._telegram = telegram
        self._inbox = Inbox(database)
        self._run = run

    async def live(self) -> None:
        """Handle what was said, capture all that is queued, and announce it."""
        updates = self._telegram.waiting_updates
        await self._inbox.put([Received(each["update_id"], OWNER, json.dumps(each)) for each in updates])
        self._telegram.world.updates.acknowledge(updates[-1]["update_id"] + 1)
        await self._run.live()

    @property
    def cards(self) -> list[Message]:
        return [message for message in self.ada.chat.messages if message.kind == "photo"]


@pytest.fixture
async def room(
    language: str, telegram: BotApiDouble, settings: Settings, database: Database
) -> AsyncIterator[Room]:
    async with life(settings, database, Steps(), Verdict.OK) as run:
        yield Room(telegram, database, run, language)


@pytest.mark.parametrize("language", ["zh"])
async def test_25_links_get_one_summary_that_is_edited_as_they_finish(
    room: Room, telegram: BotApiDouble
) -> None:
    sent = room.ada.say(" ".join(f"https://example.com/{number}" for number in range(25)))
    await room.live()
    [summary] = [message for message in room.ada.chat.messages if message.is_from_bot]
    assert room.words("saved-many", count=25) in summary.text
    assert room.words("and-more", count=5) in summary.text
    assert summary.text.count("👍") == 20
    assert len(telegram.calls_of("editMessageText")) >= 20
    assert sent.emoji == ["👍"]


@in_each_language
async def test_a_chip_tags_with_one_tap_and_is_gone_from_older_cards(room: Room) -> None:
    room.ada.say("https://example.com/a #优化器")
    room.ada.say("https://example.com/b")
    await room.live()
    _, untagged = room.cards
    chip = "+ #优化器"
    assert untagged.labels[0] == chip
    room.ada.press(untagged, chip)
    await room.live()
    assert "#优化器" in untagged.text
    assert chip not in untagged.labels

    room.ada.say("https://example.com/c")
    await room.live()
    assert chip in room.cards[-1].labels
    room.ada.say("https://example.com/d #other")
    await room.live()
    assert len(room.cards) == 4
    assert not any(chip in card.labels for card in room.cards)
