"""The real process, killed and stopped: what the person was told stays true, and nothing is said twice."""

import asyncio
import signal
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
import pytest_asyncio

from bot.settings import Settings
from tests.chaos.cycles import ground, stub_page
from tests.chaos.kills import Kill
from tests.chaos.lives import ROOT, Nursery, environment, nursery
from tests.chaos.points import SHOW, STUB_CAPTURE, TALK, WORK
from tests.conftest import OWNER
from tests.fakes.site import SiteDouble
from tests.fakes.telegram.double import BotApiDouble
from tests.fakes.telegram.messages import Message

CAPTURE_SECONDS = 90
ENDING_SECONDS = 10


@asynccontextmanager
async def process(settings: Settings) -> AsyncIterator[asyncio.subprocess.Process]:
    """``tagshot run`` as a process of its own, with nothing of our environment."""
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (settings.data_dir / "log.txt").open("ab") as log:
        started = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", env=environment(settings), cwd=ROOT, stderr=log
        )
    try:
        yield started
    finally:
        with suppress(ProcessLookupError):
            started.kill()
        await started.wait()


def cards(messages: list[Message]) -> list[Message]:
    return [message for message in messages if message.media and message.media.kind == "photo"]


def children(pid: int) -> Iterator[int]:
    """The process's descendants, as far as /proc shows them."""
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, ValueError):
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(fields[1]) == pid and fields[0] != "Z":
                yield int(folder.name)
                yield from children(int(folder.name))


async def gone(pids: list[int]) -> bool:
    """Whether these processes have all ended, within a bound."""
    deadline = time.monotonic() + ENDING_SECONDS
    while any(_is_alive(pid) for pid in pids):
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(0.05)
    return True


def _is_alive(pid: int) -> bool:
    try:
        return (Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]) != "Z"
    except OSError:
        return False


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def bots() -> AsyncIterator[Nursery]:
    async with nursery() as made:
        yield made


@pytest.mark.asyncio(loop_scope="module")
async def test_a_kill_at_any_point_ends_in_one_snapshot_and_one_card(bots: Nursery, tmp_path: Path) -> None:
    points = (*TALK, *STUB_CAPTURE, *WORK, *SHOW)
    assert len(points) > 30
    async with ground(bots, tmp_path) as place:
        figures = await place.lane("stub", stub_page).run(Kill(point.name) for point in points)
    assert figures.faults == []
    assert figures.links == len(points)


@pytest.mark.asyncio(loop_scope="module")
async def test_a_browser_does_not_outlive_its_bot_and_its_page_is_captured_again(
    bots: Nursery, tmp_path: Path
) -> None:
    kills = [
        Kill("the browser is started"),
        Kill("the page is there", at_once=True),
        Kill("the page is judged"),
    ]
    async with SiteDouble() as site, ground(bots, tmp_path, site.allow) as place:
        lane = place.lane("real", lambda number: (site.url(f"/short?n={number}"), "momentum"))
        figures = await lane.run(kills)
    assert figures.faults == []
    assert figures.links == 2


async def test_what_is_sent_while_the_bot_is_down_is_saved_when_it_is_back(
    telegram: BotApiDouble, site: SiteDouble, settings: Settings
) -> None:
    person = telegram.user(OWNER, "Ada")
    async with process(settings) as bot:
        person.say("/help")
        await person.sees("/tag", timeout_seconds=CAPTURE_SECONDS)
        bot.kill()
    sent = person.say(site.url("/short"))
    async with process(settings):
        await telegram.until(lambda: sent.reactions.get(telegram.bot.id) == "👍", CAPTURE_SECONDS)
    assert len(cards(person.chat.messages)) == 1


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
async def test_stopping_in_mid_capture_is_quick_and_loses_nothing(
    telegram: BotApiDouble, site: SiteDouble, settings: Settings, sign: signal.Signals
) -> None:
    person = telegram.user(OWNER, "Ada")
    site.hold("/short")
    sent = person.say(site.url("/short"))
    async with process(settings) as bot:
        await site.asked("/short", within_seconds=CAPTURE_SECONDS)
        browser = list(children(bot.pid))
        bot.send_signal(sign)
        async with asyncio.timeout(ENDING_SECONDS):
            assert await bot.wait() == 0
        assert await gone(browser), "the browser outlived the bot"
    assert "Traceback" not in (settings.data_dir / "log.txt").read_text()
    site.release("/short")
    async with process(settings):
        await telegram.until(lambda: sent.reactions.get(telegram.bot.id) == "👍", CAPTURE_SECONDS)
    assert len(cards(person.chat.messages)) == 1
