"""A day in the life of a bot, played in minutes: its clock skips from one minute to the next once all is done.

Captures, calls and waits for the network take the time that they take; what waits for the clock (retries, leases,
the schedule's ticks, what is forgotten after hours) finds it later each time.
"""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tests.chaos.cycles import Ground
from tests.chaos.kept import Kept
from tests.chaos.lives import Life
from tests.chaos.stub import STUB_HOST
from tests.endurance import PROC
from tests.fakes.telegram.faults import bad_gateway, drop, error

MINUTE = 60.0
PEOPLE = 10
ASK_EVERY_MINUTES = 15
FAULTS = 0.01
SETTLING_SECONDS = 120
TICKING_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Sample:
    """What the bot holds between two minutes, once the ticks of the schedule are over.

    ``files`` are file descriptors, ``temporary`` files that will go.
    ``pooled`` are the descriptors of sockets and of the database, which are kept to be used again, up to a bound.
    """

    rss_bytes: int
    files: int
    pooled: int
    wal_bytes: int
    temporary: int
    processes: int


class Day:
    """Links and questions at a steady rate from several people, with Telegram stumbling now and then.

    ``stub_links`` and ``real_links`` are how many a minute; each real link is one of ``pages``.
    """

    def __init__(self, ground: Ground, pages: list[str], *, stub_links: float, real_links: float) -> None:
        self._ground = ground
        self._kept = Kept(ground.settings.data_dir)
        self._people = itertools.cycle([ground.telegram.user(4711 + number) for number in range(PEOPLE)])
        self._pages = itertools.cycle(pages)
        self._stub_links = stub_links
        self._real_links = real_links
        self._skipped = 0.0
        self.stub_sent = 0
        self.real_sent = 0

    async def samples(self, minutes: int, *, every: int) -> AsyncIterator[Sample]:
        """Live so many minutes; a sample after each ``every`` of them."""
        self._ground.telegram.storm([bad_gateway(), drop(), error(429)], probability=FAULTS)
        life = await self._ground.nursery.start(
            self._ground.settings,
            captures="either",
            is_simulated=True,
            more={"TMPDIR": str(self._ground.temporary)},
        )
        for minute in range(1, minutes + 1):
            self._say(minute)
            await self._settled(life)
            life.skip(MINUTE)
            self._skipped += MINUTE
            self._ground.telegram.skip(MINUTE)
            self._ground.telegram.calls.clear()
            if minute % every == 0:
                await self._settled(life)
                await asyncio.sleep(TICKING_SECONDS)
                yield self._sample(life)
        life.kill()
        await life.end()

    def _say(self, minute: int) -> None:
        while self.stub_sent < minute * self._stub_links:
            self.stub_sent += 1
            stumbles = "stumbles-" if self.stub_sent % 10 == 0 else ""
            next(self._people).say(
                f"https://{self.stub_sent}.{STUB_HOST}/{stumbles}{self.stub_sent} #kept #n{self.stub_sent % 50}"
            )
        while self.real_sent < minute * self._real_links:
            self.real_sent += 1
            next(self._people).say(f"{next(self._pages)}?n={self.real_sent} #kept")
        if minute % ASK_EVERY_MINUTES == 0:
            for question in ("/tag kept", "/search page", "/recent", "/tags", "/stats"):
                next(self._people).say(question)

    async def _settled(self, life: Life) -> None:
        """Wait until everything is done that can be done at this minute."""
        deadline = time.monotonic() + SETTLING_SECONDS
        while self._ground.telegram.waiting_updates or not self._kept.is_settled_at(self._now()):
            assert not life.has_ended, "the bot has ended"
            assert time.monotonic() < deadline, self._ground.telegram.report()
            await self._ground.telegram.world.changes.wait(0.05)

    def _now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self._skipped)

    def _sample(self, life: Life) -> Sample:
        temporary = [*self._kept.unfinished(), *self._ground.temporary.rglob("tmp/*")]
        files = _open_files(life.pid)
        pooled = [each for each in files if each.startswith("socket:") or "/tagshot.db" in each]
        return Sample(
            _rss(life.pid),
            len(files) - len(pooled),
            len(pooled),
            self._kept.wal_bytes(),
            len(temporary),
            len(list(descendants(life.pid))),
        )


def _rss(pid: int) -> int:
    lines = (PROC / str(pid) / "status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) * 1024


def _open_files(pid: int) -> list[str]:
    """What each file descriptor of a process leads to."""
    found = []
    for each in (PROC / str(pid) / "fd").iterdir():
        with suppress(OSError):
            found.append(str(each.readlink()))
    return found


def descendants(pid: int) -> Iterator[int]:
    """The processes that a process has started, and theirs."""
    for task in (PROC / str(pid) / "task").glob("*/children"):
        with suppress(OSError):
            for child in map(int, task.read_text().split()):
                yield child
                yield from descendants(child)
