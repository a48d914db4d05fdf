"""The poller: asks Telegram for updates, commits them to the inbox, and only then asks for the next ones.

Not the library's updater, because that one confirms before anything is handled, and stops at an update that it
can't parse.
"""

import asyncio
import json
import logging
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from telegram.error import TelegramError
from telegram.request import HTTPXRequest

from bot.errors import SettingsError, StorageError
from bot.telegram.client import POLL_SECONDS, growing_waits, understood, wait_after
from bot.telegram.gate import Gate, caller
from bot.telegram.inline import InlineMode
from bot.telegram.lanes import Lanes
from bot.telegram.updates import INLINE_QUERY, KINDS
from storage.inbox import Inbox, Received

log = logging.getLogger(__name__)


class Poller:
    """Long polling. ``base_url`` is the API's address with the token, so it is never logged."""

    def __init__(
        self, request: HTTPXRequest, base_url: str, gate: Gate, inbox: Inbox, lanes: Lanes, inline: InlineMode
    ) -> None:
        self._request = request
        self._url = f"{base_url}/getUpdates"
        self._gate = gate
        self._inbox = inbox
        self._lanes = lanes
        self._inline = inline
        self._offset: int | None = None

    async def run(self) -> None:
        """Poll until cancelled, then let the lanes come to an end.

        Raises ``SettingsError``, in an exception group, when Telegram does not know the token.
        """
        try:
            await self._lanes.wake_all()
            async with self._request, asyncio.TaskGroup() as tasks:
                await self._poll_for_ever(tasks)
        finally:
            await self._lanes.close()

    async def _poll_for_ever(self, tasks: asyncio.TaskGroup) -> None:
        waits = growing_waits()
        while True:
            try:
                await self._take(await self._poll(), tasks)
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

    async def _poll(self) -> Sequence[Mapping[str, Any]]:
        """Wait for updates. The offset confirms those before it, so it is only sent while there are such."""
        parameters = {"timeout": str(POLL_SECONDS), "allowed_updates": json.dumps([*KINDS, INLINE_QUERY])}
        if self._offset is not None:
            parameters["offset"] = str(self._offset)
        answer = await self._request.post(f"{self._url}?{urlencode(parameters)}")
        self._offset = None
        return answer if isinstance(answer, list) else []

    async def _take(self, updates: Sequence[Mapping[str, Any]], tasks: asyncio.TaskGroup) -> None:
        """Commit what members have sent; confirm everything with the next poll."""
        received, strangers = [], []
        for update in updates:
            if INLINE_QUERY in update:
                tasks.create_task(self._inline.handle(update))
                continue
            who = caller(update)
            if who is not None and self._gate.lets_in(who):
                received.append(Received(update["update_id"], who.chat_id, json.dumps(update)))
            elif who is not None:
                strangers.append(who)
        await self._inbox.put(received)
        if updates:
            self._offset = max(update["update_id"] for update in updates) + 1
        for chat_id in dict.fromkeys(each.chat_id for each in received):
            self._lanes.wake(chat_id)
        for who in strangers:
            tasks.create_task(self._gate.turn_away(who))
