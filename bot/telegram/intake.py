"""The intake: what every update goes through, polled or delivered, before Telegram is told that it was received."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from bot.telegram.gate import Caller, Gate, caller, migration
from bot.telegram.inline import InlineMode
from bot.telegram.lanes import Lanes
from bot.telegram.updates import INLINE_QUERY
from storage.inbox import Inbox, Received

log = logging.getLogger(__name__)

LARGEST_ID = 2**63 - 1


class Intake:
    """Commits what members send and wakes its lane; strangers and inline queries are answered beside the inbox."""

    def __init__(self, gate: Gate, inbox: Inbox, lanes: Lanes, inline: InlineMode) -> None:
        self._gate = gate
        self._inbox = inbox
        self._lanes = lanes
        self._inline = inline
        self._tasks = asyncio.TaskGroup()

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Take up what an earlier run left, and take in until the block ends; then the lanes come to their end.

        Raises, in an exception group, the mistake that a lane dies of.
        """
        self._tasks = asyncio.TaskGroup()
        try:
            await self._lanes.wake_all()
            async with self._tasks:
                watching = self._tasks.create_task(self._lanes.watch())
                yield
                watching.cancel()
        finally:
            await self._lanes.close()

    async def take(self, updates: Sequence[object]) -> int | None:
        """Take updates in; once this returns they may be confirmed. Gives the highest id among them.

        What is no update is left out. Raises ``StorageError``: then none may be confirmed.
        """
        sound = [update for update in map(_sound, updates) if update is not None]
        received, strangers = await self._sorted(sound)
        await self._inbox.put(received)
        for chat_id in dict.fromkeys(each.chat_id for each in received):
            self._lanes.wake(chat_id)
        for who in strangers:
            self._tasks.create_task(self._gate.turn_away(who))
        for update in sound:
            if INLINE_QUERY in update:
                self._tasks.create_task(self._inline.handle(update))
        return max((update["update_id"] for update in sound), default=None)

    async def _sorted(self, updates: Sequence[Mapping[str, Any]]) -> tuple[list[Received], list[Caller]]:
        """What members have sent, and the strangers who have sent something; who has moved is followed meanwhile."""
        received, strangers = [], []
        for update in updates:
            if moved := migration(update):
                await self._gate.follow(*moved)
            who = caller(update)
            if who is not None and self._gate.lets_in(who):
                received.append(Received(update["update_id"], who.chat_id, json.dumps(update)))
            elif who is not None:
                strangers.append(who)
        return received, strangers


def _sound(update: object) -> Mapping[str, Any] | None:
    """The update, if it is one: an object with a number that the inbox can hold."""
    if isinstance(update, dict):
        update_id = update.get("update_id")
        if isinstance(update_id, int) and not isinstance(update_id, bool) and 0 <= update_id <= LARGEST_ID:
            return update
    log.error("Telegram has sent something that is no update. It is left out.")
    return None
