"""The log never holds the token, nor what people write; the libraries' chatter stays out of it."""

import asyncio
import json
import logging
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr
from telegram.error import InvalidToken

from bot.errors import FrontEndError
from bot.logs import JsonFormatter, RedactingFormatter, set_up_logging
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
    hooks = sys.excepthook, threading.excepthook
    yield
    sys.excepthook, threading.excepthook = hooks
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
            raise FrontEndError(f"{bot!r} could not ask {bot.base_url}/getMe")

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
    assert "telegram.error.InvalidToken" in written
    assert SECRET not in written


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("at https://example.org/a/b?q=canary#canary it ended", "at https://example.org/… it ended"),
        ('("https://ada:canary@example.org/")', '("https://example.org/…")'),
        ("http://127.0.0.1:8080?canary", "http://127.0.0.1:8080/…"),
        ("wss://example.org/canary", "wss://example.org/…"),
        ("https://t.me/tagshot_bot?start=aB_-3 opens it", "https://t.me/tagshot_bot?start=aB_-3 opens it"),
        ("https://t.me/somebody?text=canary", "https://t.me/…"),
        ("https://t.me/channel/canary", "https://t.me/…"),
        ("https://example.org is up", "https://example.org is up"),
    ],
)
def test_of_an_address_the_host_alone_is_said(text: str, left: str) -> None:
    assert _formatted(text) == left


def _raised() -> Exception:
    """An error that led to another, in a group, as the tasks of the bot raise it."""
    try:
        try:
            int("canary of a person")
        except ValueError as error:
            raise FrontEndError("Telegram refused what a sentence of ours says.") from error
    except FrontEndError as error:
        led_to: Exception = error
    return ExceptionGroup("canary of a group", [led_to, KeyError("canary key"), OSError(2, "Not there")])


def test_what_a_foreign_exception_says_is_left_out_but_not_where_it_was_raised() -> None:
    written = _formatted("it broke", _raised())
    assert "canary" not in written.replace('int("canary of a person")', "")
    assert "builtins.ValueError\n" in written
    assert "builtins.KeyError\n" in written
    assert "in _raised" in written
    assert "The above exception was the direct cause" in written
    assert "FrontEndError: Telegram refused what a sentence of ours says." in written
    assert "FileNotFoundError: Not there" in written


async def test_a_task_that_nobody_waited_for_is_told_without_its_words(
    capsys: pytest.CaptureFixture[str],
) -> None:
    set_up_logging("DEBUG")
    loop = asyncio.get_running_loop()
    told = {
        "message": "Task exception was never retrieved",
        "task": "canary",
        "exception": KeyError("canary"),
    }
    loop.call_exception_handler(told)
    written = capsys.readouterr().err
    assert "ERROR asyncio: Task exception was never retrieved\n" in written
    assert "builtins.KeyError" in written
    assert "canary" not in written


def test_what_nobody_catches_is_logged_without_its_words(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("WARNING")
    error = ValueError(f"canary {TOKEN}")
    sys.excepthook(ValueError, error, None)
    thread = threading.Thread(target=lambda: int("canary"))
    thread.start()
    thread.join()
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    written = capsys.readouterr().err
    assert written.count("CRITICAL bot: a mistake in Tagshot ended this") == 2
    assert written.count("builtins.ValueError") == 2
    assert "canary" not in written.replace('int("canary")', "")


def test_as_json_each_event_is_one_line_with_nothing_secret(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("INFO", as_json=True)
    log = logging.getLogger("bot.x")
    log.info("优化器 at %s", "https://example.org/canary")
    log.error("it broke", exc_info=_raised())
    log.debug("canary")
    first, second = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert datetime.fromisoformat(first.pop("time")).tzinfo == UTC
    assert first == {"level": "INFO", "logger": "bot.x", "message": "优化器 at https://example.org/…"}
    assert second["message"] == "it broke"
    assert second["exception"].startswith("Traceback (most recent call last):\n")
    assert "canary" not in second["exception"].replace('int("canary of a person")', "")
    assert isinstance(logging.getLogger().handlers[0].formatter, JsonFormatter)


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
