"""Logging: one line or one JSON object an event on standard error; never a token, nor what a person has written."""

import json
import logging
import re
import sys
import threading
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from types import TracebackType

from bot.errors import TagshotError

OURS = ("bot", "storage")
# Digits, a colon and a secret; or, in an address of the Bot API, whatever stands in its place.
_TOKEN = re.compile(r"\d{5,}(?::|%3[Aa])[\w-]{20,}|(?<=/bot)[^/\s\"']+(?=/)")
# All of an address behind its host, and a password before it; not the link that gives the bot to its owner.
_ADDRESS = re.compile(
    r"\b(https?|wss?)://(?!t\.me/\w+(?:\?start=[\w-]+)?(?:[\s\"'.,]|$))(?:[^\s/@\"'<>]*@)?"
    r"([^\s/?#\"'<>]+)(?!/(?:file/)?bot<token>/)[/?#][^\s\"'<>]*"
)
_BETWEEN = {
    True: "\nThe above exception was the direct cause of the following exception:\n\n",
    False: "\nDuring handling of the above exception, another exception occurred:\n\n",
}


def without_secrets(text: str) -> str:
    """A text without tokens, and with no more of each address than its host."""
    return _ADDRESS.sub(r"\1://\2/…", _TOKEN.sub("<token>", text))


class RedactingFormatter(logging.Formatter):
    """Formats as usual, but strikes out what looks like a token or is an address, in tracebacks too.

    What an exception says is shown if it is a sentence of ours or the operating system's. Any other may repeat what
    a person has written; its name and the lines that it comes from are enough to find a mistake.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line without secrets."""
        return without_secrets(super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the library's name
        """The line, before what comes under it."""
        record.message = _said(record)
        return super().formatMessage(record)

    def formatException(self, ei: object) -> str:  # noqa: N802 - the library's name
        """The traceback, with those of its causes."""
        error = ei[1] if isinstance(ei, tuple) else None
        return "".join(_told(error, set())).rstrip("\n") if isinstance(error, BaseException) else ""


class JsonFormatter(RedactingFormatter):
    """One JSON object an event."""

    def format(self, record: logging.LogRecord) -> str:
        """The object, on one line."""
        event = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": without_secrets(_said(record)),
        }
        if record.exc_info:
            event["exception"] = without_secrets(self.formatException(record.exc_info))
        return json.dumps(event, ensure_ascii=False)


def set_up_logging(level: str, *, as_json: bool = False) -> None:
    """Log to standard error from now on, also what ends the program.

    The libraries' own words are heard from WARNING on. Below that httpx prints every address that it asks, and
    Telegram's hold the token; others print what people have written. What python-telegram-bot logs is raised as
    well, and then said in our own words.
    """
    handler = logging.StreamHandler(sys.stderr)
    line = "%(asctime)s %(levelname)s %(name)s: %(message)s"
    handler.setFormatter(JsonFormatter() if as_json else RedactingFormatter(line))
    quiet = max(logging.WARNING, logging.getLevelNamesMapping()[level])
    logging.basicConfig(level=quiet, handlers=[handler], force=True)
    logging.getLogger("telegram").setLevel(logging.CRITICAL)
    for name in OURS:
        logging.getLogger(name).setLevel(level)
    sys.excepthook = _ended
    threading.excepthook = lambda died: _ended(died.exc_type, died.exc_value, died.exc_traceback)


def _ended(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    """Log what nobody has caught; Python would print it with all that it says."""
    if error is None or issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger("bot").critical("a mistake in Tagshot ended this", exc_info=(kind, error, trace))


def _said(record: logging.LogRecord) -> str:
    """The message; of asyncio's only what happened, for below that it shows the objects that it happened to."""
    message = record.getMessage()
    return message.partition("\n")[0] if record.name == "asyncio" else message


def _told(error: BaseException, seen: set[int]) -> Iterator[str]:
    """A traceback as Python prints it, after those of what led to it."""
    seen.add(id(error))
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and id(before) not in seen:
        yield from _told(before, seen)
        yield _BETWEEN[error.__cause__ is not None]
    yield "Traceback (most recent call last):\n"
    yield from traceback.format_tb(error.__traceback__)
    yield f"{type(error).__module__}.{type(error).__qualname__}{_words(error)}\n"
    for each in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
        if id(each) not in seen:
            yield "One of these:\n"
            yield from _told(each, seen)


def _words(error: BaseException) -> str:
    """What an exception says, where that is known to hold nobody's words."""
    if isinstance(error, TagshotError):
        return f": {error}"
    if isinstance(error, OSError) and error.strerror:
        return f": {error.strerror}"
    return ""
