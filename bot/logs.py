"""Logging: one line an event on standard error, and never the bot's token."""

import logging
import re
import sys

_TOKEN = re.compile(r"\b\d{5,}:[A-Za-z0-9_-]{20,}")
# At INFO these print every address they ask, and Telegram's hold the token.
_TOO_TALKATIVE = ("httpx", "httpcore", "apscheduler", "alembic", "aiosqlite", "telegram")


class RedactingFormatter(logging.Formatter):
    """Formats as usual, then strikes out whatever looks like a token, in tracebacks too."""

    def format(self, record: logging.LogRecord) -> str:
        """The line without tokens."""
        return _TOKEN.sub("<token>", super().format(record))


def set_up_logging(level: str) -> None:
    """Log to standard error from now on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(RedactingFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _TOO_TALKATIVE:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelNamesMapping()[level]))
