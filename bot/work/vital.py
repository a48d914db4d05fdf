"""What the bot can't do without: when such a part dies, everything ends with a clear line, instead of limping on."""

import logging
from collections.abc import Coroutine
from typing import Any

from bot.errors import PartDied, TagshotError

log = logging.getLogger(__name__)


async def vital(part: str, work: Coroutine[Any, Any, None]) -> None:
    """Do work that is to go on until it is cancelled. Raises ``PartDied`` when it ends by itself or by a mistake.

    An error that has a sentence for the person already is raised as it is.
    """
    try:
        await work
    except Exception as mistake:
        if _is_told(mistake):
            raise
        log.critical("the %s died of a mistake, so the bot ends", part, exc_info=True)
        raise PartDied(_sentence(part)) from mistake
    log.critical("the %s ended by itself, so the bot ends", part)
    raise PartDied(_sentence(part))


def _is_told(mistake: Exception) -> bool:
    if isinstance(mistake, ExceptionGroup):
        return all(_is_told(each) for each in mistake.exceptions)
    return isinstance(mistake, TagshotError)


def _sentence(part: str) -> str:
    return (
        f"Tagshot has ended, because its {part} died; the log says of what. Start it again: nothing is lost."
    )
