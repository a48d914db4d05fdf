"""What the commands share: their root, the settings, one event loop for each, and how they print."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console

from bot.conversation.members import LIBRARY
from bot.kept import Kept, opened
from bot.logs import set_up_logging
from bot.settings import Settings, read_settings, terminal_language
from bot.wording import DEFAULT, Words, known_language
from bot.wording.stored import retold

T = TypeVar("T")

tagshot = typer.Typer(
    help="Keep web pages: share a link with #tags, get its picture and PDF back, also when the page is gone.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
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


def with_kept(use: Callable[[Kept], Awaitable[T]]) -> T:
    """What ``use`` makes of what is kept."""
    settings = given_settings()

    async def work() -> T:
        async with opened(settings, language=terminal_language()) as kept:
            return await use(kept)

    return finished(work())


def with_words(use: Callable[[Kept], Awaitable[T]]) -> tuple[Words, T]:
    """The same, and the words for saying it to the person at the terminal."""

    async def both(kept: Kept) -> tuple[Words, T]:
        return await kept.wishes.languages.of(LIBRARY), await use(kept)

    return with_kept(both)


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
