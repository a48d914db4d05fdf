"""What the commands share: the settings, one event loop for each, and how they print."""

import asyncio
import json
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console

from bot.logs import set_up_logging
from bot.settings import Settings, read_settings, terminal_language
from bot.wording import DEFAULT, Words, known_language
from bot.wording.stored import retold

T = TypeVar("T")

errors = Console(stderr=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def given_settings(*, is_service: bool = False) -> Settings:
    """The settings, with logging set up: a command for a person logs only what is wrong, unless debugging."""
    settings = read_settings()
    is_service = is_service and settings.telegram_bot_token is not None
    is_talkative = is_service or settings.log_level != "INFO"
    level = settings.log_level if is_talkative else "WARNING"
    set_up_logging(level, as_json=settings.log_format == "json")
    return settings


def terminal_words() -> Words:
    """The words of this terminal, for where no database is opened that may know others."""
    return Words(known_language(terminal_language()) or DEFAULT)


def finished(work: Coroutine[Any, Any, T]) -> T:
    """The work's result, once it has ended."""
    return asyncio.run(work)


def said(sentence: str) -> str:
    """A sentence of ours in the language of this terminal."""
    return retold(terminal_words(), sentence)


@contextmanager
def progress(sentence: str) -> Iterator[Callable[[str], None]]:
    """A moving line on standard error, if that is a terminal; what it gives changes what the line says."""
    with errors.status(said(sentence)) as line:
        yield lambda changed: line.update(said(changed))


def print_json(value: object) -> None:
    """Print for programs."""
    print(json.dumps(value, ensure_ascii=False, indent=2))
