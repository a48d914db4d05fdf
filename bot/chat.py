"""The local chat: the whole bot in a terminal, with a sample article at hand."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot import app
from bot.capture.browser import Browser
from bot.conversation.delivery import Turns
from bot.conversation.members import LIBRARY
from bot.kept import Kept, opened
from bot.plain import as_text
from bot.sample import SampleSite
from bot.settings import Settings, terminal_language
from bot.terminal import Talk, Terminal, read_lines
from bot.work.announcer import Announcer
from bot.work.bell import Bell, heard
from bot.work.held_up import HeldUp
from storage.announcements import Announcements
from storage.kinds import ArtifactKind

SAMPLE_TAGS = "#optimizer #深度学习"
LOOK_EVERY_SECONDS = 1
PATIENCE_SECONDS = 30
RECEIVED = "received"
WANTED = (ArtifactKind.SCREEN, ArtifactKind.PDF)


async def run_chat(settings: Settings) -> int:
    """Talk with whoever is at the terminal, or play the sample conversation when nobody is. Gives the exit code."""
    if sys.stdin.isatty():
        return await _with_person(settings)
    return await _with_nobody(settings)


@asynccontextmanager
async def _opened(settings: Settings, site: SampleSite) -> AsyncIterator[tuple[Kept, Talk, Terminal, Bell]]:
    """A talk on library 0, with workers and an announcer at work; the bell rings after each capture."""
    to_capture, captured = Bell(), Bell()
    async with (
        opened(settings, also_allowed=[site.authority], language=terminal_language()) as kept,
        Browser.from_settings(settings, kept.rule) as browser,
    ):
        folder = settings.data_dir.absolute() / RECEIVED
        terminal, turns = Terminal(kept.artifacts, folder, _say), Turns()
        talk = Talk(terminal, app.conversation(kept, to_capture), kept.announcements, turns)
        announcer = Announcer(kept.announcements, terminal, turns, captured, kept.wishes, local=True)
        has_room = kept.artifacts.has_room
        held_up = HeldUp(kept.announcements, terminal, turns, kept.wishes, has_room, local=True)
        await kept.queue.sweep()
        async with asyncio.TaskGroup() as group:
            work = [
                announcer.run(),
                held_up.run(),
                *(worker.run() for worker in app.workers(kept, browser.capture, to_capture, captured)),
            ]
            tasks = [group.create_task(each) for each in work]
            yield kept, talk, terminal, captured
            for task in tasks:
                task.cancel()


async def _with_person(settings: Settings) -> int:
    async with SampleSite() as site, _opened(settings, site) as (kept, talk, _, _):
        words = await kept.wishes.languages.of(LIBRARY)
        example = words("local-chat", example=f"{site.url} {SAMPLE_TAGS}")
        _say(as_text(f"{words('welcome')}\n\n{example}"))
        await read_lines(sys.stdin, talk.enter)
    return 0


async def _with_nobody(settings: Settings) -> int:
    """Save the sample, wait for its capture, ask for its tag, and name the files. 1 if any of that failed."""
    async with SampleSite() as site, _opened(settings, site) as (kept, talk, terminal, captured):
        message_id = await _play(talk, f"看看这篇文章 {site.url} {SAMPLE_TAGS}")
        try:
            async with asyncio.timeout(settings.capture_timeout_seconds + PATIENCE_SECONDS):
                await _announced(kept.announcements, message_id, captured)
        except TimeoutError:
            _say((await kept.wishes.languages.of(LIBRARY))("no-end-in-time"))
            return 1
        await _play(talk, "/tag optimizer")
        for _ in WANTED:  # what was not sent by itself is asked for: the card, then its PDF
            if not all(kind in terminal.received for kind in WANTED):
                await _play(talk, "1")
    for kind in WANTED:
        _say(f"{kind}: {terminal.received.get(kind, 'missing')}")
    return 0 if all(kind in terminal.received for kind in WANTED) else 1


async def _play(talk: Talk, line: str) -> int:
    """Enter a line for the person; the id of the message that it is, 0 if it is none."""
    _say(f"> {line}")
    return await talk.enter(line) or 0


async def _announced(announcements: Announcements, message_id: int, captured: Bell) -> None:
    """Wait until all is told that there is to tell of a message, or a capture has failed."""
    while True:
        rung = captured.listen()
        told = await announcements.of_message(LIBRARY, message_id)
        if all(each.announced_at or each.snapshot.error for each in told):
            return
        await heard(rung, LOOK_EVERY_SECONDS)


def _say(text: str) -> None:
    print(text, end="\n\n", flush=True)
