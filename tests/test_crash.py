"""The real process, killed and stopped: what the person was told stays true, and nothing is said twice."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from bot.settings import Settings
from tests.conftest import OWNER
from tests.fakes.site import SiteDouble
from tests.fakes.telegram.double import BotApiDouble
from tests.fakes.telegram.messages import Message

CAPTURE_SECONDS = 90
ENDING_SECONDS = 10


@asynccontextmanager
async def process(settings: Settings) -> AsyncIterator[asyncio.subprocess.Process]:
    """``tagshot run`` as a process of its own, with nothing of our environment."""
    assert settings.telegram_bot_token is not None
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": os.environ.get("HOME", "/"),
        "TELEGRAM_BOT_TOKEN": settings.telegram_bot_token.get_secret_value(),
        "TELEGRAM_API_URL": settings.telegram_api_url,
        "ALLOWED_CHATS": ",".join(map(str, settings.allowed_chats)),
        "DATA_DIR": str(settings.data_dir),
        "EGRESS_ALLOW": ",".join(settings.egress_allow),
        "CAPTURE_TIMEOUT_SECONDS": "60",
        "HOST_DELAY_SECONDS": "0",
    }
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with (settings.data_dir / "log.txt").open("ab") as log:
        started = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", env=environment, cwd=Path(__file__).parent.parent, stderr=log
        )
    try:
        yield started
    finally:
        with suppress(ProcessLookupError):
            started.kill()
        await started.wait()


def cards(messages: list[Message]) -> list[Message]:
    return [message for message in messages if message.media and message.media.kind == "photo"]


def documents(messages: list[Message]) -> list[Message]:
    return [message for message in messages if message.media and message.media.kind == "document"]


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


@pytest.mark.parametrize("kills", [1, 2])
async def test_a_kill_in_mid_capture_ends_in_exactly_one_card(
    telegram: BotApiDouble, site: SiteDouble, settings: Settings, kills: int
) -> None:
    person = telegram.user(OWNER, "Ada")
    sent = person.say(f"{site.url('/short')} #optimizer")
    for _ in range(kills):
        site.requests.clear()
        site.hold("/short")
        async with process(settings) as bot:
            await telegram.until(lambda: "/short" in site.requests, CAPTURE_SECONDS)
            await person.sees("Capturing")
            browser = list(children(bot.pid))
            bot.kill()
        assert await gone(browser), "the browser outlived the bot"
        site.release("/short")

    async with process(settings):
        await telegram.until(lambda: sent.reactions.get(telegram.bot.id) == "👍", CAPTURE_SECONDS)
        person.say("/tag optimizer")
        await person.sees("1 link")
    assert len(cards(person.chat.messages)) == 1, telegram.transcript()
    assert len(documents(person.chat.messages)) == 1, telegram.transcript()
    assert len(person.chat.messages) == 5, telegram.transcript()


async def test_what_is_sent_while_the_bot_is_down_is_saved_when_it_is_back(
    telegram: BotApiDouble, site: SiteDouble, settings: Settings
) -> None:
    person = telegram.user(OWNER, "Ada")
    async with process(settings) as bot:
        person.say("/help")
        await person.sees("/tag")
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
