"""What is kept, opened for one command."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.cli.shell import finished, given_settings
from bot.conversation.members import LIBRARY
from bot.kept import Kept, opened
from bot.settings import terminal_language
from bot.wording import Words

T = TypeVar("T")


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
