"""The poller: asks Telegram for updates, has them committed, and only then asks for the next ones.

Not the library's updater, because that one confirms before anything is handled, and stops at an update that it
can't parse. ``webhook`` is the other way in which updates come.
"""

import asyncio
import json
import logging
from collections.abc import Sequence
from urllib.parse import urlencode

from telegram.error import Conflict, TelegramError
from telegram.request import HTTPXRequest

from bot.errors import SettingsError, StorageError
from bot.telegram.client import POLL_SECONDS, BotClient, ask, growing_waits, understood, wait_after
from bot.telegram.intake import Intake
from bot.telegram.updates import WANTED

log = logging.getLogger(__name__)

LOOK_AGAIN_SECONDS = 60.0
LOOKS = 2
"""So many times in a row nobody may have fetched what waits, before it is believed that the other bot is gone."""


class Poller:
    """Long polling on the one connection of ``request``."""

    def __init__(self, request: HTTPXRequest, bot: BotClient, intake: Intake) -> None:
        self._request = request
        self._bot = bot
        self._intake = intake
        self._offset: int | None = None

    async def run(self) -> None:
        """Poll until cancelled, then let what was received come to an end. A webhook of earlier is taken away.

        Raises ``SettingsError``, in an exception group, when Telegram does not know the token.
        """
        async with self._intake.opened(), self._request:
            await ask(self._bot.delete_webhook)
            await self._poll_for_ever()

    async def _poll_for_ever(self) -> None:
        waits = growing_waits()
        while True:
            try:
                await self._poll_once()
            except Conflict as error:
                log.error("%s This one fetches nothing while the other does.", understood(error))
                await self._until_nobody_fetches()
                log.warning("What waits at Telegram is fetched by nobody, so this bot fetches it again.")
                continue
            except TelegramError as error:
                trouble: Exception = understood(error)
                if isinstance(trouble, SettingsError):
                    raise trouble from None
                wait = wait_after(error, waits)
            except StorageError as error:
                trouble, wait = error, next(waits)
            else:
                waits = growing_waits()
                continue
            log.warning("%s Polling again in %.1f s.", trouble, wait)
            await asyncio.sleep(wait)

    async def _poll_once(self) -> None:
        """Take what comes; the next poll confirms it. Raises ``TelegramError`` or ``StorageError``."""
        updates = await self._poll()
        newest = await self._intake.take(updates)
        if newest is not None:
            self._offset = newest + 1
        elif updates:
            raise TelegramError("none of the updates can be confirmed")

    async def _poll(self) -> Sequence[object]:
        """Wait for updates. The offset confirms those before it, so it is only sent while there are such."""
        parameters = {"timeout": str(POLL_SECONDS), "allowed_updates": json.dumps(WANTED)}
        if self._offset is not None:
            parameters["offset"] = str(self._offset)
        # The address has the token in it, so it is never logged.
        answer = await self._request.post(f"{self._bot.base_url}/getUpdates?{urlencode(parameters)}")
        self._offset = None
        if not isinstance(answer, list):
            raise TelegramError("the answer has no list of updates")
        return answer

    async def _until_nobody_fetches(self) -> None:
        """Wait until updates have been waiting at Telegram for a while: then the other bot has stopped."""
        seen = 0
        while seen < LOOKS:
            await asyncio.sleep(LOOK_AGAIN_SECONDS)
            there = await ask(self._bot.get_webhook_info)
            is_forsaken = there.pending_update_count > 0 and not there.url
            seen = seen + 1 if is_forsaken else 0
