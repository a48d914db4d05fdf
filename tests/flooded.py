"""A flood of messages: the bot as a process of its own, with a capture that costs nothing, and how it holds out.

``python -m tests.flooded`` is that process.
"""

import asyncio
import os
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Literal, Self

from bot import app
from bot.addresses import AddressRule
from bot.capture.options import Options
from bot.capture.result import Capture
from bot.settings import Settings, read_settings
from storage.kinds import Verdict
from storage.metadata import Metadata
from tests.fakes.telegram.double import BotApiDouble

CHATS = range(1001, 1021)
LONE_CHAT = 2001
LOOK_SECONDS = 0.1
LONGEST_SECONDS = 3600
ROOT = Path(__file__).parent.parent


class StubBrowser:
    """Stands in for the browser: every page is there at once, and empty."""

    unconfined = asyncio.Event()

    @classmethod
    def from_settings(cls, _settings: Settings, _rule: AddressRule) -> Self:
        return cls()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        pass

    async def capture(self, url: str, _: Options) -> Capture:
        return Capture(url, Verdict.OK, url, 200, Metadata("A page"))


@dataclass(frozen=True, slots=True)
class Figures:
    """Seconds from the burst until all messages were committed, until the lone chat had its card, until so many links
    were saved; and the most memory that was held until then."""

    committed: float
    lone_card: float
    links: int
    saved: float
    peak_bytes: int

    def __str__(self) -> str:
        return (
            f"committed after {self.committed:.1f} s, a single link of another chat a card after "
            f"{self.lone_card:.1f} s, {self.links:,} links saved after {self.saved:.1f} s, "
            f"{self.peak_bytes >> 20} MiB at most"
        )


async def flood(telegram: BotApiDouble, folder: Path, *, messages: int, links: int) -> Figures:
    """So many messages at once from 20 chats, and at their end one from another; seen until so many links are saved.

    Each is told that its link is saved, so Telegram's limit of 30 messages a second is that of the links too.
    """
    people = [telegram.user(each) for each in CHATS]
    lone = telegram.user(LONE_CHAT)
    async with _bot(telegram, folder) as process:
        began = monotonic()
        for number in range(messages):
            people[number % len(people)].say(f"https://site{number}.example.org/page #flood")
        lone.say("https://lone.example.org/page")

        async def after(condition: Callable[[], object]) -> float:
            while not condition():
                assert process.returncode is None
                assert monotonic() - began < LONGEST_SECONDS
                await asyncio.sleep(LOOK_SECONDS)
            return monotonic() - began

        def has_card() -> bool:
            return any("A page" in each.body.text for each in lone.chat.messages)

        committed = await after(lambda: not telegram.waiting_updates)
        assert _rows(folder, "inbox") == messages + 1
        lone_card = await after(has_card)
        saved = await after(lambda: _rows(folder, "link") >= links)
        return Figures(committed, lone_card, links, saved, _peak_bytes(process.pid))


@asynccontextmanager
async def _bot(telegram: BotApiDouble, folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    environment = {
        "PATH": os.environ["PATH"],
        "TELEGRAM_BOT_TOKEN": telegram.token,
        "TELEGRAM_API_URL": telegram.url,
        "ALLOWED_CHATS": ",".join(map(str, (*CHATS, LONE_CHAT))),
        "DATA_DIR": str(folder),
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.flooded"),
        env=environment,
        cwd=ROOT,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        await telegram.until(lambda: telegram.calls_of("getUpdates"), 60)
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def _rows(folder: Path, table: Literal["inbox", "link"]) -> int:
    """How many rows are committed."""
    with closing(sqlite3.connect(f"file:{folder / 'tagshot.db'}?mode=ro", uri=True)) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608


def _peak_bytes(process: int) -> int:
    """The most memory that a process has ever held; 0 where the system does not tell."""
    try:
        lines = (Path("/proc") / str(process) / "status").read_text().splitlines()
    except OSError:
        return 0
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) * 1024


if __name__ == "__main__":
    setattr(app, "Browser", StubBrowser)  # noqa: B010
    asyncio.run(app.until_stopped(app.run_bot(read_settings())))
