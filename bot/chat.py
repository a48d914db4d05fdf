"""The local chat: the whole bot in a terminal, with a sample article at hand."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot import app
from bot.capture.browser import Browser
from bot.conversation import wording
from bot.conversation.delivery import Turns
from bot.conversation.urls import url_key
from bot.sample import SampleSite
from bot.settings import Settings
from bot.terminal import LIBRARY, Talk, Terminal, as_text, read_lines
from bot.work.announcer import Announcer
from bot.work.bell import Bell, heard
from storage.library import Library
from storage.models import ArtifactKind

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
async def _opened(
    settings: Settings, site: SampleSite
) -> AsyncIterator[tuple[app.Kept, Talk, Terminal, Bell]]:
    """A talk on library 0, with workers and an announcer at work; the bell rings after each capture."""
    to_capture, captured = Bell(), Bell()
    async with (
        app.opened(settings, also_allowed=[site.authority]) as kept,
        Browser.from_settings(settings, kept.rule) as browser,
    ):
        folder = settings.data_dir.absolute() / RECEIVED
        terminal, turns = Terminal(kept.artifacts, folder, _say), Turns()
        talk = Talk(terminal, kept.conversation(to_capture), kept.announcements, turns)
        announcer = Announcer(kept.announcements, terminal, turns, captured, local=True)
        await kept.queue.sweep()
        working = [worker.run() for worker in kept.workers(browser, to_capture, captured)]
        tasks = [asyncio.create_task(each) for each in (announcer.run(), *working)]
        try:
            yield kept, talk, terminal, captured
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def _with_person(settings: Settings) -> int:
    async with SampleSite() as site, _opened(settings, site) as (_, talk, _, _):
        _say(
            f"{as_text(wording.WELCOME)}\n\nTry this sample: {site.url} {SAMPLE_TAGS}\nCtrl-D ends the chat."
        )
        await read_lines(sys.stdin, talk.enter)
    return 0


async def _with_nobody(settings: Settings) -> int:
    """Save the sample, wait for its capture, ask for its tag, and name the files. 1 if any of that failed."""
    async with SampleSite() as site, _opened(settings, site) as (kept, talk, terminal, captured):
        await _play(talk, f"看看这篇文章 {site.url} {SAMPLE_TAGS}")
        async with asyncio.timeout(settings.capture_timeout_seconds + PATIENCE_SECONDS):
            await _announced(kept, site.url, captured)
        await _play(talk, "/tag optimizer")
        for _ in WANTED:  # what was not sent by itself is asked for: the card, then its PDF
            if not all(kind in terminal.received for kind in WANTED):
                await _play(talk, "1")
    for kind in WANTED:
        _say(f"{kind}: {terminal.received.get(kind, 'missing')}")
    return 0 if all(kind in terminal.received for kind in WANTED) else 1


async def _play(talk: Talk, line: str) -> None:
    _say(f"> {line}")
    await talk.enter(line)


async def _announced(kept: app.Kept, url: str, captured: Bell) -> None:
    """Wait until there is nothing more to tell of the sample, or its capture has failed."""
    library = Library(kept.database, LIBRARY)
    while await kept.announcements.is_waiting(LIBRARY):
        rung = captured.listen()
        link = await library.find(url_key(url))
        snapshot = await library.newest_snapshot(link.id or 0) if link else None
        if snapshot is None or snapshot.error:
            return
        await heard(rung, LOOK_EVERY_SECONDS)


def _say(text: str) -> None:
    print(text, end="\n\n", flush=True)
