"""A crash between any two steps, from update to announcement: the person sees everything, and nothing twice."""

import json
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.addresses import AddressRule
from bot.capture.files.given import Given
from bot.capture.options import Options
from bot.capture.result import Capture, CapturedFile
from bot.conversation.answer import Conversation
from bot.conversation.delivery import Turns
from bot.conversation.giving import Giving
from bot.conversation.members import Members
from bot.conversation.wishes import Wishes
from bot.settings import Settings
from bot.telegram.client import open_bot
from bot.telegram.handler import Handler
from bot.telegram.sender import Sender
from bot.work.announcer import Announcer
from bot.work.bell import Bell
from bot.work.worker import Worker
from storage.access import Access
from storage.announcements import Announcements
from storage.artifacts import open_artifacts
from storage.database import Database
from storage.inbox import Inbox, Received
from storage.kinds import ArtifactKind, Verdict
from storage.library import Library
from storage.metadata import Metadata
from storage.queue import Queue
from tests.announcing import announce_due
from tests.conftest import OWNER
from tests.fakes.site import picture
from tests.fakes.telegram.double import BotApiDouble
from tests.fakes.telegram.messages import Chat

# Between these two a status has been sent and nobody knows its id.
CUT_OFF_AFTER = {"say"}
CUT_OFF_BEFORE = {"set_status_message", "set_summary_message"}


class Killed(BaseException):
    """The process is gone at this very point."""


class Steps:
    """Counts what is done to the outside and to the announcements, and kills before or after step ``at``."""

    def __init__(self, at: int | None = None, *, after: bool = False) -> None:
        self.taken = 0
        self.was_sent_unnoted = False
        self._at = at
        self._after = after

    def watch(self, target: Any, *names: str) -> None:
        """Count the calls of these methods of one object."""
        for name in names:
            setattr(target, name, self._counted(name, getattr(target, name)))

    def _counted(self, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        async def counted(*args: Any, **kwargs: Any) -> Any:
            self.taken += 1
            if self.taken != self._at:
                return await method(*args, **kwargs)
            if self._after:
                await method(*args, **kwargs)
            self.was_sent_unnoted = name in (CUT_OFF_AFTER if self._after else CUT_OFF_BEFORE)
            raise Killed

        return counted


class Run:
    """One life of the process: every part but the browser and the poller."""

    def __init__(self, settings: Settings, database: Database, steps: Steps, answer: Verdict) -> None:
        self.bot = open_bot(settings)
        self._inbox, announcements, turns = Inbox(database), Announcements(database), Turns()
        artifacts = open_artifacts(settings.artifacts)
        members = Members(Access(database), settings.allowed_chats)

        async def remember(chat_id: int, artifact_id: int, file_id: str) -> None:
            await Library(database, chat_id).remember_upload(artifact_id, file_id)

        async def capture(url: str, _: Options) -> Capture:
            files = (
                CapturedFile(ArtifactKind.SCREEN, "image/png", picture(1)),
                CapturedFile(ArtifactKind.PDF, "application/pdf", b"%PDF-1.7 small"),
            )
            error = None if answer.is_done else "There is no such page."
            return Capture(
                url, answer, final_url=url, metadata=Metadata(title="优化器"), error=error, files=files
            )

        sender = Sender(self.bot, artifacts, remember)
        steps.watch(sender, "say", "edit", "attach", "react")
        steps.watch(
            announcements,
            "set_status_message",
            "set_summary_message",
            "set_told_attempts",
            "set_pdf_sent",
            "set_announced",
        )
        steps.watch(self._inbox, "set_handled")
        conversation = Conversation(
            database,
            Giving(open_artifacts("memory:///"), Given().looked_at),
            members,
            Wishes(database),
            AddressRule(),
            lambda: None,
        )
        self._handler = Handler(self.bot, conversation, sender, announcements, self._inbox, turns)
        self._worker = Worker(Queue(database), artifacts, capture, timeout_seconds=5, bell=Bell())
        self._announcer = Announcer(announcements, sender, turns, Bell(), Wishes(database), local=False)

    async def live(self) -> None:
        """Handle the inbox, capture, announce; until there is nothing left to do."""
        await self.bot.initialize()
        while (update := await self._inbox.next(OWNER)) is not None:
            await self._handler.handle(update)
            await self._inbox.set_handled(update.update_id)
        while await self._worker.work_once():
            pass
        await announce_due(self._announcer)


@asynccontextmanager
async def life(settings: Settings, database: Database, steps: Steps, answer: Verdict) -> AsyncIterator[Run]:
    run = Run(settings, database, steps, answer)
    try:
        yield run
    finally:
        await run.bot.shutdown()


def kinds(chat: Chat) -> list[str]:
    return [
        message.media.kind if message.media else "text" for message in chat.messages if message.is_from_bot
    ]


CASES = {
    "one link": ("https://example.com/a #optimizer", Verdict.OK, ["photo", "document"]),
    "a failure": ("https://example.com/a #optimizer", Verdict.NOT_FOUND, ["text"]),
    "two links": (
        "https://example.com/a https://example.com/b #optimizer",
        Verdict.OK,
        ["text", "photo", "document", "photo", "document"],
    ),
}


@pytest.mark.parametrize(
    ("case", "after"),
    [("one link", False), ("one link", True), ("a failure", True), ("two links", True)],
)
async def test_a_crash_at_any_step_repeats_nothing(
    settings: Settings, migrated: Path, tmp_path: Path, case: str, after: bool
) -> None:
    """Killed once before or after every single step, the next life ends with the cards that there should be.

    Before a step all is kept that is kept after the one before it, so one case stands for that.
    Only a status whose sending was cut off before it was noted may stand beside its card.
    """
    text, verdict, expected = CASES[case]
    undisturbed = await killed_at(None, settings, migrated, tmp_path, text, verdict)
    assert undisturbed.kinds == expected
    for at in range(1, undisturbed.steps + 1):
        outcome = await killed_at(at, settings, migrated, tmp_path, text, verdict, after=after)
        note = f"killed {'after' if after else 'before'} step {at}\n{outcome.transcript}"
        assert outcome.kinds.count("photo") == expected.count("photo"), note
        assert outcome.kinds.count("document") <= expected.count("document"), note
        assert outcome.kinds.count("text") - expected.count("text") <= outcome.is_cut_off_send, note
        assert outcome.reaction == undisturbed.reaction, note


@dataclass(frozen=True, slots=True)
class Seen:
    """What the person sees in the end."""

    kinds: list[str]
    reaction: list[str]
    steps: int
    is_cut_off_send: bool
    transcript: str


async def killed_at(
    at: int | None,
    settings: Settings,
    migrated: Path,
    folder: Path,
    text: str,
    verdict: Verdict,
    *,
    after: bool = False,
) -> Seen:
    """Two lives: in the first the process dies at step ``at``, the second goes on undisturbed."""
    path = folder / f"{at}.db"
    shutil.copy(migrated, path)
    database = Database(f"sqlite+aiosqlite:///{path}")
    async with BotApiDouble() as telegram:
        settings = settings.model_copy(update={"telegram_api_url": telegram.url})
        person = telegram.user(OWNER, "Ada")
        sent = person.say(text)
        update = telegram.waiting_updates[-1]
        await Inbox(database).put([Received(update["update_id"], OWNER, json.dumps(update))])
        first = Steps(at, after=after)
        for steps in (first, Steps()):
            async with life(settings, database, steps, verdict) as run:
                with suppress(Killed):
                    await run.live()
        await database.close()
        return Seen(
            kinds(person.chat), sent.emoji, first.taken, first.was_sent_unnoted, telegram.transcript()
        )
