"""A real process at LOG_LEVEL=DEBUG, with words that nobody but its person may see: they are in none of its output."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from bot.settings import Settings
from tests.conftest import OWNER
from tests.fakes.papers import Words, paper
from tests.fakes.site import SiteDouble
from tests.fakes.telegram.double import BotApiDouble
from tests.fakes.telegram.faults import bad_gateway, drop, error
from tests.fakes.telegram.people import User

CAPTURE_SECONDS = 30
TITLE = "自适应优化器浅谈"
WORDS = (
    *("canarytag", "canaryquery", "canarypath", "canarynote", "canarypassword", "canarysearch", "canaryword"),
    *("canarycommand", "canaryzone", "canaryinline", "canarystranger", "canaryname"),
    *("canarypage", "canarytitle", "canarycaption", "canaryfile", "canarycorrection"),
    TITLE,
)


@asynccontextmanager
async def process(settings: Settings, *arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Python running ``tagshot``, as a process of its own; all its output goes to ``output.txt`` in the data folder."""
    assert settings.telegram_bot_token is not None
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": os.environ.get("HOME", "/"),
        "TELEGRAM_BOT_TOKEN": settings.telegram_bot_token.get_secret_value(),
        "TELEGRAM_API_URL": settings.telegram_api_url,
        "ALLOWED_CHATS": ",".join(map(str, settings.allowed_chats)),
        "DATA_DIR": str(settings.data_dir),
        "EGRESS_ALLOW": ",".join(settings.egress_allow),
        "LOG_LEVEL": "DEBUG",
    }
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (settings.data_dir / "output.txt").open("ab") as output:
        started = await asyncio.create_subprocess_exec(
            sys.executable,
            *arguments,
            env=environment,
            cwd=Path(__file__).parent.parent,
            stdout=output,
            stderr=output,
        )
    try:
        yield started
        if started.returncode is None:
            started.terminate()
        async with asyncio.timeout(20):
            await started.wait()
    finally:
        with suppress(ProcessLookupError):
            started.kill()
        await started.wait()


def descendants(pid: int) -> Iterator[int]:
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, ValueError):
            if int((folder / "stat").read_text().rpartition(")")[2].split()[1]) == pid:
                yield int(folder.name)
                yield from descendants(int(folder.name))


def handed_down(pid: int) -> bytes:
    """What a process was started with: its arguments and its environment."""
    handed = b""
    for name in ("cmdline", "environ"):
        with suppress(OSError):
            handed += Path(f"/proc/{pid}/{name}").read_bytes()
    return handed


async def talk(telegram: BotApiDouble, site: SiteDouble, ada: User) -> None:
    """Say one thing of each kind, and let some of it fail."""
    path = "/chinese?canarypath=canaryquery#canarypath"
    site.hold("/chinese")
    sent = ada.say(f"{site.url(path)} #canarytag canarynote")
    status = await ada.sees("Capturing", timeout_seconds=CAPTURE_SECONDS)
    site.release("/chinese")
    await telegram.until(lambda: sent.reactions.get(telegram.bot.id) == "👍", CAPTURE_SECONDS)
    telegram.fail("sendMessage", bad_gateway())
    telegram.fail("sendDocument", error(400, "Bad Request: wrong file identifier/HTTP URL specified"))
    ada.press(status, "PDF")
    ada.say("canaryword of an answer", reply_to=status)
    await ada.sees("Noted")
    telegram.fail("download", bad_gateway())
    telegram.fail("download", error(404))
    content = paper([Words("canarypage")], about="/Title (canarytitle)")
    given = ada.say("canarycaption", document=("canaryfile.pdf", content), reply_to=status)
    await ada.sees("Kept as a snapshot", timeout_seconds=CAPTURE_SECONDS)
    ada.edit(given, "canarycorrection")
    telegram.fail("sendMessage", drop())
    ada.say("/search canarysearch")
    await ada.sees("Nothing found")
    ada.press(status, "card:canaryword:0:", forge=True)
    ada.say("/canarycommand canaryword")
    await ada.sees("I don't know")
    ada.say("/settings canaryzone")
    await ada.sees("no time zone")
    ada.say(f"https://ada:canarypassword@example.org/canarypath {site.url('/status/404?canaryquery')}")
    await ada.sees("Not saved")
    telegram.user(99, "canaryname").say("canarystranger")
    await ada.inline("canaryinline").answered()
    ada.edit(sent, f"{site.url(path)} #canarytag canaryword")
    ada.say("/delete", reply_to=status)
    await ada.sees("with all its snapshots")
    await telegram.until(lambda: telegram.chat(99).last.is_from_bot)


async def test_a_day_at_debug_leaves_no_word_of_a_person_and_no_token_in_any_output(
    telegram: BotApiDouble, site: SiteDouble, settings: Settings
) -> None:
    assert settings.telegram_bot_token is not None
    token = settings.telegram_bot_token.get_secret_value()
    ada = telegram.user(OWNER, "Ada")
    async with process(settings, "-m", "bot", "run") as bot:
        await talk(telegram, site, ada)
        started = list(descendants(bot.pid))
        assert started, "there is no browser to look at"
        assert not [pid for pid in started if token.encode() in handed_down(pid)]
    async with process(settings, "-m", "bot", "tags"):
        pass
    output = (settings.data_dir / "output.txt").read_text()
    assert "snapshot 1: try 1: ok" in output
    ids = {message.media.file_id for message in ada.chat.messages if message.media}
    assert ids
    assert [word for word in (*WORDS, *ids, token, token.partition(":")[2]) if word in output] == []


async def test_a_mistake_of_ours_is_logged_without_what_it_stumbled_over(
    telegram: BotApiDouble, site: SiteDouble, settings: Settings
) -> None:
    code = "import bot.conversation.parse as it, bot.cli\nit.parse = lambda text, *_, **__: int(text)\nbot.cli.main()"
    ada = telegram.user(OWNER, "Ada")
    async with process(settings, "-c", code, "run"):
        ada.say(f"canarynote {site.url('/short?canaryquery')} #canarytag")
        output = settings.data_dir / "output.txt"
        await telegram.until(lambda: "builtins.ValueError" in output.read_text(), CAPTURE_SECONDS)
    written = output.read_text()
    assert "a mistake" in written
    assert [word for word in WORDS if word in written] == []
