"""The receiving half of the bot by itself: poller or webhook, gate, lanes and inbox, with any handler at their end."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlmodel import col, select

from bot.conversation.inline import InlineAnswer, InlineAsked
from bot.conversation.members import Members
from bot.settings import Settings
from bot.telegram.client import open_bot
from bot.telegram.gate import Gate
from bot.telegram.inline import InlineMode
from bot.telegram.intake import Intake
from bot.telegram.lanes import Lanes
from bot.telegram.run import receiver
from bot.telegram.sender import Sender
from storage.access import Access
from storage.artifacts import open_artifacts
from storage.database import Database
from storage.inbox import Inbox, Received
from storage.models import Inbox as InboxRow

Handle = Callable[[Received], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Receiving:
    """A receiver at work, and those that it asks."""

    task: asyncio.Task[None]
    members: Members


async def ignore(_: Received) -> None:
    """Handle an update by doing nothing."""


class Desk:
    """Handles updates by keeping their ids."""

    def __init__(self) -> None:
        self.handled: list[int] = []

    async def handle(self, received: Received) -> None:
        self.handled.append(received.update_id)


async def rows(database: Database) -> list[InboxRow]:
    """All of the inbox."""
    async with database.read() as session:
        return list(await session.exec(select(InboxRow).order_by(col(InboxRow.update_id))))


async def unhandled(database: Database) -> list[int]:
    """The ids of the updates that are still to be handled."""
    return [row.update_id for row in await rows(database) if row.handled_at is None]


async def until(condition: Callable[[], bool]) -> None:
    """Wait until something is so, at most five seconds."""
    for _ in range(1000):
        if condition():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("That did not come about within 5 seconds.")


async def until_handled(database: Database) -> None:
    """Wait until all of the inbox is handled, at most five seconds."""
    for _ in range(1000):
        if not await unhandled(database):
            return
        await asyncio.sleep(0.005)
    raise AssertionError(f"Not handled within 5 seconds: {await unhandled(database)}")


async def _nothing(asked: InlineAsked) -> InlineAnswer:
    return InlineAnswer()


@asynccontextmanager
async def receiving(
    settings: Settings,
    database: Database,
    handle: Handle = ignore,
    *,
    inbox: Inbox | None = None,
    clock: Callable[[], float] = time.monotonic,
    heard: Callable[[int], None] = lambda _: None,
) -> AsyncIterator[Receiving]:
    """Receive until the end of the block; what ended it earlier is raised there."""
    members = Members(Access(database), settings.allowed_chats)
    await members.load()
    bot = open_bot(settings)
    inbox = inbox or Inbox(database)
    sender = Sender(bot, open_artifacts(settings.artifacts), _forget)
    gate = Gate(members, sender, "tagshot_bot", clock)
    inline = InlineMode(bot, members, _nothing)
    intake = Intake(gate, inbox, Lanes(inbox, handle), inline, heard)

    async with bot.request:
        task = asyncio.create_task(receiver(settings, bot, intake).run())
        try:
            yield Receiving(task, members)
        finally:
            task.cancel()
            await asyncio.wait([task], timeout=10)
    assert task.done(), "the receiver did not stop within 10 seconds"
    if not task.cancelled() and (error := task.exception()):
        raise error


async def _forget(chat_id: int, artifact_id: int, file_id: str) -> None:
    """File ids are not kept."""
