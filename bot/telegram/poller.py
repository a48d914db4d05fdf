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

from telegram.error import InvalidToken, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from bot.errors import StorageError
from bot.telegram.client import FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS, POLL_SECONDS, seconds, understood
from bot.telegram.gate import Gate, caller
from bot.telegram.lanes import Lanes
from bot.telegram.updates import KINDS
from storage.inbox import Inbox, Received

log = logging.getLogger(__name__)


class Poller:
    """Long polling. ``base_url`` is the API's address with the token, so it is never logged."""

    def __init__(self, request: HTTPXRequest, base_url: str, gate: Gate, inbox: Inbox, lanes: Lanes) -> None:
        self._request = request
        self._url = f"{base_url}/getUpdates"
        self._gate = gate
        self._inbox = inbox
        self._lanes = lanes
        self._offset: int | None = None

    async def run(self) -> None:
        """Poll for ever. Raises ``SettingsError`` when Telegram does not know the token."""
        await self._lanes.wake_all()
        wait = FIRST_WAIT_SECONDS
        async with asyncio.TaskGroup() as tasks:
            while True:
                try:
                    updates = await self._poll()
                    await self._take(updates, tasks)
                    wait = FIRST_WAIT_SECONDS
                except InvalidToken as error:
                    raise understood(error) from None
                except RetryAfter as error:
                    await asyncio.sleep(seconds(error))
                except (TelegramError, StorageError) as error:
                    sentence = understood(error) if isinstance(error, TelegramError) else error
                    log.warning("%s Polling again in %.1f s.", sentence, wait)
                    await asyncio.sleep(wait)
                    wait = min(wait * 2, LONGEST_WAIT_SECONDS)

    async def _poll(self) -> Sequence[Mapping[str, Any]]:
        """Wait for updates. The offset confirms those before it, so it is only sent while there are such."""
        parameters = {"timeout": str(POLL_SECONDS), "allowed_updates": json.dumps(KINDS)}
        if self._offset is not None:
            parameters["offset"] = str(self._offset)
        answer = await self._request.post(f"{self._url}?{urlencode(parameters)}")
        self._offset = None
        return answer if isinstance(answer, list) else []

    async def _take(self, updates: Sequence[Mapping[str, Any]], tasks: asyncio.TaskGroup) -> None:
        """Commit what members have sent; confirm everything with the next poll."""
        received = []
        for update in updates:
            who = caller(update)
            if who is not None and self._gate.lets_in(update):
                payload = json.dumps(update, ensure_ascii=False)
                received.append(Received(update["update_id"], who.chat_id, payload))
            else:
                tasks.create_task(self._gate.turn_away(update))
        await self._inbox.put(received)
        if updates:
            self._offset = max(update["update_id"] for update in updates) + 1
        for chat_id in dict.fromkeys(each.chat_id for each in received):
            self._lanes.wake(chat_id)
