"""The bot in a storm: many people save links while Telegram fails, and what each of them sees is counted afterwards."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import pytest

from bot.settings import Settings
from bot.telegram import client
from storage.database import Database
from tests.fakes.front import fronting
from tests.fakes.telegram.double import BotApiDouble
from tests.fakes.telegram.faults import bad_gateway, drop, error, hang
from tests.fakes.telegram.messages import Message
from tests.fakes.telegram.people import User
from tests.fakes.telegram.server import Call

ANSWER_SECONDS = 3.0
PASSING = (error(429, retry_after=1), error(429, retry_after=3), bad_gateway(), drop(), error(500))
FAULTS = (*PASSING, *PASSING, hang(60))
"""Silence is rarer than the rest, for it takes the longest; it is longer than the bot waits for an answer."""
CALLS_A_LINK = 5
"""👀, the status, its card, the PDF and 👍."""
PATIENCE_SECONDS = 1800


def make_impatient(monkeypatch: pytest.MonkeyPatch, *, times: float = 20) -> None:
    """Shorten all waits, also those that Telegram asks for, and lift the limits on new messages."""
    wait_after = client.wait_after
    monkeypatch.setattr(client, "wait_after", lambda problem, waits: wait_after(problem, waits) / times)
    monkeypatch.setattr(client, "ANSWER_SECONDS", ANSWER_SECONDS)
    monkeypatch.setattr(client, "Pace", partial(client.Pace, overall_max_rate=0, group_max_rate=0))


@dataclass(frozen=True, slots=True)
class Weathered:
    """What came of a storm. ``lost_answers`` are those to sends that Telegram had done."""

    links: int
    calls: int
    failed: Counter[str]
    lost_answers: int
    missing: int
    duplicates: int
    out_of_order: int
    seconds: float

    @property
    def rows(self) -> list[list[object]]:
        """The figures for a table."""
        return [
            ["links saved, captured and told", self.links - self.missing],
            ["calls of the Bot API", self.calls],
            *([f"failed: {name}", count] for name, count in sorted(self.failed.items())),
            ["links without their card, PDF or 👍", self.missing],
            ["chats out of order", self.out_of_order],
            ["answers to new messages lost after the work", self.lost_answers],
            ["messages that came twice", self.duplicates],
            ["seconds", f"{self.seconds:.0f}"],
        ]


async def weather(
    settings: Settings, database: Database, telegram: BotApiDouble, *, chats: int, links: int, share: float
) -> Weathered:
    """Let so many people save so many links each, while this share of all calls fails, until all is told."""
    people = [telegram.user(5000 + number, f"Person {number}") for number in range(chats)]
    allowed = settings.model_copy(update={"allowed_chats": tuple(person.id for person in people)})
    telegram.storm(FAULTS, probability=share, seed=7, methods=("*", "getUpdates"))
    began = time.monotonic()
    said = [
        (person, person.say(f"https://example.org/{_name(person, number)}"))
        for number in range(links)
        for person in people
    ]
    async with fronting(allowed, database, workers=2):
        await telegram.until(
            lambda: all(_is_kept(telegram, message) for _, message in said), PATIENCE_SECONDS
        )
    calls = [call for call in telegram.calls if call.method not in {"getUpdates", "sendChatAction"}]
    return Weathered(
        links=len(said),
        calls=len(calls),
        failed=Counter(call.fault for call in calls if call.fault),
        lost_answers=sum(map(_is_lost, calls)),
        missing=sum(not _is_whole(person, number) for person in people for number in range(links)),
        duplicates=sum(_duplicates(person.chat.messages, links) for person in people),
        out_of_order=sum(not _is_in_order(person.chat.messages) for person in people),
        seconds=time.monotonic() - began,
    )


def _name(person: User, number: int) -> str:
    return f"{person.id}-{number:03d}"


def _is_kept(telegram: BotApiDouble, message: Message) -> bool:
    return message.reactions.get(telegram.bot.id) == "👍"


def _is_lost(call: Call) -> bool:
    """Whether a new message went out, and its sender was not told."""
    return call.method.startswith("send") and call.fault is not None and call.result is not None


def _is_whole(person: User, number: int) -> bool:
    name = _name(person, number)
    found = {
        message.kind for message in person.chat.messages if message.is_from_bot and message.contains(name)
    }
    return {"photo", "document"} <= found


def _duplicates(messages: Sequence[Message], links: int) -> int:
    """How many messages of the bot there are beyond a card and a PDF for each link."""
    return sum(message.is_from_bot for message in messages) - 2 * links


def _is_in_order(messages: Sequence[Message]) -> bool:
    """Whether the statuses, which have become cards, and the PDFs each stand in the order of the links."""
    ours = [message for message in messages if message.is_from_bot and message.reply_to is not None]
    cards = [message.reply_to.id for message in ours if message.kind != "document" and message.reply_to]
    files = [message.reply_to.id for message in ours if message.kind == "document" and message.reply_to]
    return cards == sorted(cards) and files == sorted(files)
