"""What the tests of delivery share: a front end that only hears, and a chat with somebody in it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.conversation.delivery import Place, Turns, deliver
from bot.conversation.message import Incoming
from bot.conversation.replies import Album, Attachment, Card, Message
from bot.conversation.wishes import Wishes
from bot.errors import MessageGone
from bot.work.announcer import Announcer
from bot.work.bell import Bell
from storage.announcements import Announcements
from storage.database import Database
from storage.kinds import Verdict
from storage.models import now
from storage.queue import Outcome, Queue
from tests.announcing import announce_due
from tests.storing import MINUTE
from tests.talking import Person, conversation_on

DOWN = Outcome(Verdict.UNREACHABLE, error="example.org did not answer.")


@dataclass
class Ear:
    """A front end that hears what is said. ``gone`` are messages that are not there; ``trouble`` is raised once."""

    heard: list[tuple[object, ...]] = field(default_factory=list)
    gone: set[int] = field(default_factory=set)
    hanging: set[int] = field(default_factory=set)
    trouble: Exception | None = None

    async def say(self, place: Place, reply: Message | Card) -> int:
        await self._hear("say", place.chat_id, reply)
        return 1000 + len(self.heard)

    async def edit(self, place: Place, message_id: int, reply: Message | Card) -> None:
        if message_id in self.gone:
            raise MessageGone("The message is gone.")
        await self._hear("edit", message_id, reply, chat_id=place.chat_id)

    async def attach(self, place: Place, attachment: Attachment) -> None:
        await self._hear("attach", place.reply_to, attachment)

    async def show(self, place: Place, album: Album) -> None:
        await self._hear("show", place.reply_to, album)

    async def react(self, place: Place, emoji: str) -> None:
        await self._hear("react", place.reply_to, emoji)

    async def _hear(self, *what: object, chat_id: int | None = None) -> None:
        if self.trouble is not None:
            trouble, self.trouble = self.trouble, None
            raise trouble
        if chat_id in self.hanging:
            await asyncio.Event().wait()
        self.heard.append(what)

    @property
    def acts(self) -> list[object]:
        return [what[0] for what in self.heard]


@dataclass
class Room:
    """A chat with somebody in it, and the announcer of what comes of their links."""

    database: Database
    ada: Person
    ear: Ear = field(default_factory=Ear)
    turns: Turns = field(default_factory=Turns)
    bell: Bell = field(default_factory=Bell)

    def __post_init__(self) -> None:
        self.announcements = Announcements(self.database)
        self.announcer = Announcer(
            self.announcements,
            self.ear,
            self.turns,
            self.bell,
            Wishes(self.database),
            local=False,
        )

    async def says(self, text: str, person: Person | None = None) -> Incoming:
        """Say something and have the answer delivered."""
        person = person or self.ada
        message = person.message(text)
        replies = await person.conversation.answer(message)
        await deliver(self.ear, self.announcements, Place(person.chat_id, message.message_id), replies)
        return message

    async def hears(self) -> list[tuple[object, ...]]:
        """What is announced now."""
        before = len(self.ear.heard)
        await announce_due(self.announcer)
        return self.ear.heard[before:]

    async def fails_a_try(self) -> None:
        queue = Queue(self.database)
        claim = await queue.claim("test", lease=MINUTE)
        assert claim is not None
        await queue.retry(claim, DOWN, run_after=now() + 4 * MINUTE)


@asynccontextmanager
async def opened_room(database: Database) -> AsyncIterator[Room]:
    """A room with Ada in it, in which nothing may be left to be announced at the end."""
    conversation, _ = await conversation_on(database)
    yield Room(database, Person(conversation))
    assert not await Announcements(database).due(local=False)
