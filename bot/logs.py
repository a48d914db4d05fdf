"""Logging: one line an event on standard error, and never the bot's token."""

import logging
import re
import sys

OURS = ("bot", "storage")
# Digits, a colon and a secret; or, in an address of the Bot API, whatever stands in its place.
_TOKEN = re.compile(r"\d{5,}(?::|%3[Aa])[\w-]{20,}|(?<=/bot)[^/\s\"']+(?=/)")


class RedactingFormatter(logging.Formatter):
    """Formats as usual, then strikes out whatever looks like a token, in tracebacks too."""

    def format(self, record: logging.LogRecord) -> str:
        """The line without tokens."""
        return _TOKEN.sub("<token>", super().format(record))


def set_up_logging(level: str) -> None:
    """Log to standard error from now on. The libraries' own words are heard from WARNING on.

    Below that httpx prints every address that it asks, and Telegram's hold the token; others print what people
    have written. What python-telegram-bot logs is raised as well, and then said in our own words.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(RedactingFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    quiet = max(logging.WARNING, logging.getLevelNamesMapping()[level])
    logging.basicConfig(level=quiet, handlers=[handler], force=True)
    logging.getLogger("telegram").setLevel(logging.CRITICAL)
    for name in OURS:
        logging.getLogger(name).setLevel(level)
