"""The log never holds the token, nor what people write; the libraries' chatter stays out of it."""

import asyncio
import logging
from collections.abc import Iterator

import pytest
from pydantic import SecretStr
from telegram.error import InvalidToken

from bot.logs import RedactingFormatter, set_up_logging
from bot.settings import Settings
from bot.telegram import client, poller
from bot.telegram.client import open_bot
from storage.database import Database
from storage.inbox import Received
from tests.conftest import OWNER
from tests.fakes.receiving import receiving, until_handled
from tests.fakes.telegram.double import BotApiDouble
from tests.fakes.telegram.faults import bad_gateway, drop, error

SECRET = "AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
TOKEN = f"110201543:{SECRET}"
TOUCHED = (None, "telegram", "bot", "storage")


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    """Undo what a set-up does to the whole process."""
    root = logging.getLogger()
    handlers = root.handlers[:]
    levels = {name: logging.getLogger(name).level for name in TOUCHED}
    yield
    root.handlers[:] = handlers
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def _formatted(message: str, error: Exception | None = None) -> str:
    info = (type(error), error, None) if error else None
    record = logging.LogRecord("bot", logging.ERROR, __file__, 1, "%s", (message,), info)
    return RedactingFormatter("%(message)s").format(record)


@pytest.mark.parametrize(
    "text",
    [
        TOKEN,
        f"https://api.telegram.org/bot{TOKEN}/getUpdates?timeout=50",
        f"https://api.telegram.org/file/bot{TOKEN}/photos/1.jpg",
        f"ExtBot[token={TOKEN}]",
        f"The token `{TOKEN}` was rejected by the server.",
        f"bot{TOKEN.replace(':', '%3A')}",
    ],
)
def test_a_token_is_struck_out_wherever_it_stands(text: str) -> None:
    line = _formatted(text)
    assert SECRET not in line
    assert "<token>" in line
    assert SECRET not in _formatted("it broke", ValueError(text))


def test_a_token_of_another_shape_is_struck_out_of_addresses() -> None:
    assert _formatted("http://localhost:8081/bot42:x/getMe") == "http://localhost:8081/bot<token>/getMe"


@pytest.mark.parametrize(
    "text",
    ["12:34:56 update 710000001: a mistake", "https://t.me/tagshot_bot?start=abc", "/bot/telegram/run.py"],
)
def test_what_is_no_token_stays(text: str) -> None:
    assert _formatted(text) == text


async def test_real_calls_leave_no_token_and_no_words_in_the_log_even_at_debug(
    settings: Settings,
    database: Database,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(client, "FIRST_WAIT_SECONDS", 0.01)
    monkeypatch.setattr(poller, "LOOK_AGAIN_SECONDS", 0.01)
    set_up_logging("DEBUG")
    asyncio.get_running_loop().set_debug(True)
    async with BotApiDouble(TOKEN) as telegram:
        changes = {"telegram_bot_token": SecretStr(TOKEN), "telegram_api_url": telegram.url}
        settings = settings.model_copy(update=changes)
        for fault in (bad_gateway(), drop(), error(500), error(409)):
            telegram.fail("getUpdates", fault)
        telegram.fail("sendMessage", bad_gateway())
        telegram.user(99).say("words of a stranger")
        telegram.user(OWNER).say("words of Ada")

        async def stumble(_: Received) -> None:
            bot = open_bot(settings)
            raise RuntimeError(f"{bot!r} could not ask {bot.base_url}/getMe")

        async with receiving(settings, database, stumble):
            await telegram.until(lambda: not telegram.waiting_updates)
            await until_handled(database)
            await telegram.until(lambda: telegram.chat(99).last.is_from_bot)
    written = capsys.readouterr().err
    assert SECRET not in written
    assert "<token>" in written
    assert "Polling again" in written
    assert "could not ask" in written
    assert "words of" not in written
    assert "HTTP Request" not in written
    assert "INSERT" not in written


async def test_a_refused_token_is_not_in_the_traceback_either(
    settings: Settings, telegram: BotApiDouble, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up_logging("DEBUG")
    bot = open_bot(settings.model_copy(update={"telegram_bot_token": SecretStr(TOKEN)}))
    try:
        await bot.initialize()
    except InvalidToken:
        logging.getLogger("bot").exception("it broke")
    await bot.shutdown()
    written = capsys.readouterr().err
    assert "The token `<token>` was rejected by the server." in written
    assert SECRET not in written


def test_the_libraries_are_heard_only_when_something_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("DEBUG")
    for name in ("bot.x", "storage.x", "httpx", "httpcore.connection", "telegram.ext.AIORateLimiter", "PIL"):
        for level in (logging.DEBUG, logging.INFO, logging.WARNING):
            logging.getLogger(name).log(level, "%s speaks", name)
    lines = capsys.readouterr().err.splitlines()
    heard = [line.split(" ", 2)[2] for line in lines]
    assert heard == [
        "DEBUG bot.x: bot.x speaks",
        "INFO bot.x: bot.x speaks",
        "WARNING bot.x: bot.x speaks",
        "DEBUG storage.x: storage.x speaks",
        "INFO storage.x: storage.x speaks",
        "WARNING storage.x: storage.x speaks",
        "WARNING httpx: httpx speaks",
        "WARNING httpcore.connection: httpcore.connection speaks",
        "WARNING PIL: PIL speaks",
    ]


def test_at_level_error_nobody_warns(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("ERROR")
    for name in ("bot.x", "storage.x", "httpx"):
        logging.getLogger(name).warning("a warning")
    assert capsys.readouterr().err == ""
