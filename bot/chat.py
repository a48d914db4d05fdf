"""The local chat: the whole bot in a terminal, with a sample article at hand."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot import app
from bot.conversation import wording
from bot.conversation.delivery import Turns
from bot.conversation.urls import url_key
from bot.sample import SampleSite
from bot.settings import Settings
from bot.terminal import LIBRARY, Talk, Terminal, as_text, read_lines
from bot.work.announcer import Announcer
from bot.work.bell import Bell, heard
from storage.library import Library
from storage.models import ArtifactKind, Snapshot, SnapshotStatus

SAMPLE_TAGS = "#optimizer #深度学习"
LOOK_EVERY_SECONDS = 1
PATIENCE_SECONDS = 30


async def run_chat(settings: Settings) -> int:
    """Talk with whoever is at the terminal, or play the sample conversation when nobody is. Gives the exit code."""
    if sys.stdin.isatty():
        return await _with_person(settings)
    return await _with_nobody(settings)


@asynccontextmanager
async def _opened(settings: Settings, site: SampleSite) -> AsyncIterator[tuple[app.Kept, Talk, Bell]]:
    """A talk on library 0, with workers and an announcer at work; the bell rings after each capture."""
    to_capture, captured = Bell(), Bell()
    async with (
        app.opened(settings, also_allowed=[site.authority]) as kept,
        app.open_browser(settings, kept.rule) as browser,
    ):
        terminal, turns = Terminal(kept.artifacts, _say), Turns()
        talk = Talk(terminal, kept.conversation(to_capture), kept.announcements, turns)
        announcer = Announcer(kept.announcements, terminal, turns, captured, local=True)
        await kept.queue.sweep()
        working = [worker.run() for worker in kept.workers(browser, to_capture, captured)]
        tasks = [asyncio.create_task(each) for each in (announcer.run(), *working)]
        try:
            yield kept, talk, captured
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def _with_person(settings: Settings) -> int:
    async with SampleSite() as site, _opened(settings, site) as (_, talk, _):
        _say(
            f"{as_text(wording.WELCOME)}\n\nTry this sample: {site.url} {SAMPLE_TAGS}\nCtrl-D ends the chat."
        )
        await read_lines(sys.stdin, talk.enter)
    return 0


async def _with_nobody(settings: Settings) -> int:
    """Save the sample, wait for its capture, ask for its tag, and name the files. 1 if any of that failed."""
    async with SampleSite() as site, _opened(settings, site) as (kept, talk, captured):
        await _play(talk, f"看看这篇文章 {site.url} {SAMPLE_TAGS}")
        async with asyncio.timeout(settings.capture_timeout_seconds + PATIENCE_SECONDS):
            snapshot = await _announced(kept, site.url, captured)
        await _play(talk, "/tag optimizer")
        return _told(kept, snapshot)


async def _play(talk: Talk, line: str) -> None:
    _say(f"> {line}")
    await talk.enter(line)


async def _announced(kept: app.Kept, url: str, captured: Bell) -> Snapshot | None:
    """The snapshot of the sample, once it is announced; None if it was not even saved."""
    library = Library(kept.database, LIBRARY)
    while True:
        rung = captured.listen()
        link = await library.find(url_key(url))
        snapshot = await library.newest_snapshot(link.id or 0) if link else None
        if snapshot is None or snapshot.error or not await kept.announcements.is_waiting(LIBRARY):
            return snapshot
        await heard(rung, LOOK_EVERY_SECONDS)


def _told(kept: app.Kept, snapshot: Snapshot | None) -> int:
    """Say where the files are; the exit code."""
    if snapshot is None or snapshot.status != SnapshotStatus.DONE:
        _say(f"The sample was not captured: {snapshot.error if snapshot else 'it was not saved.'}")
        return 1
    files = [
        snapshot.artifact(kind) for kind in (ArtifactKind.PDF, ArtifactKind.SCREEN, ArtifactKind.FULLPAGE)
    ]
    for file in files:
        if file is not None:
            _say(f"{file.kind}: {kept.artifacts.path(file.sha256) or file.sha256}")
    return 0 if all(files) else 1


def _say(text: str) -> None:
    print(text, end="\n\n", flush=True)
