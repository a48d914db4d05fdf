"""The command ``tagshot``: options in, one use case, text or JSON out. JSON goes to standard output alone.

``root`` names them all; each other module of this room has some, and is loaded when one of those is called.
"""

import sys

from bot.cli.root import tagshot
from bot.cli.shell import errors, said
from bot.errors import AlreadyRunning, TagshotError

ALREADY_RUNNING = 3
"""The exit code of what can't be done beside a running bot on the same data folder: another bot, an upgrade."""

__all__ = ["main", "tagshot"]


def main() -> None:
    """The entry: a sentence instead of a traceback for what a person can mend."""
    try:
        tagshot()
    except* TagshotError as group:
        error = _first(group)
        errors.print(said(str(error)), style="red", highlight=False, markup=False, soft_wrap=True)
        sys.exit(ALREADY_RUNNING if isinstance(error, AlreadyRunning) else 1)


def _first(group: BaseExceptionGroup[TagshotError]) -> BaseException:
    first: BaseException = group
    while isinstance(first, BaseExceptionGroup):
        first = first.exceptions[0]
    return first
