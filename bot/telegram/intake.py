"""The intake: what every update goes through, polled or delivered, before Telegram is told that it was received."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from bot.telegram.gate import Caller, Gate, caller, migration
from bot.telegram.inline import InlineMode
from bot.telegram.lanes import Lanes
from bot.telegram.updates import INLINE_QUERY
from storage.inbox import Inbox, Received

log = logging.getLogger(__name__)

LARGEST_ID = 2**63 - 1
# Telegram gives so many at once if there are as many: then more may wait there, and are stored before any is answered.
FULL_PART = 100
MORE_COMES_SECONDS = 1.0
LONGEST_HELD_SECONDS = 20.0


class Intake:
    """Commits what members send and wakes its lane; strangers and inline queries are answered beside the inbox.

    ``heard`` is called with how many came, also when that is none but some could have.
    """

    def __init__(
        self,
        gate: Gate,
        inbox: Inbox,
        lanes: Lanes,
        inline: InlineMode,
        heard: Callable[[int], None] = lambda _: None,
    ) -> None:
        self._gate = gate
        self._inbox = inbox
        self._lanes = lanes
        self._inline = inline
        self._heard = heard
        self._tasks = asyncio.TaskGroup()
        self._held: dict[int, None] = {}
        self._held_since = 0.0
        self._waking: asyncio.TimerHandle | None = None

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
            if self._waking:
                self._waking.cancel()
            await self._lanes.close()

    async def take(self, updates: Sequence[object]) -> int | None:
        """Take updates in; once this returns they may be confirmed. Gives the highest id among them.

        What is no update is left out. Raises ``StorageError``: then none may be confirmed.
        """
        sound = [update for update in map(_sound, updates) if update is not None]
        received, strangers = await self._sorted(sound)
        await self._inbox.put(received)
        self._heard(len(sound))
        self._wake([each.chat_id for each in received], is_full=len(updates) >= FULL_PART)
        for who in strangers:
            self._tasks.create_task(self._gate.turn_away(who))
        for update in sound:
            if INLINE_QUERY in update:
                self._tasks.create_task(self._inline.handle(update))
        return max((update["update_id"] for update in sound), default=None)

    def could_take(self) -> None:
        """There was nothing to take in; had there been, we would have got it."""
        self._heard(0)

    def _wake(self, chat_ids: Iterable[int], *, is_full: bool) -> None:
        """Wake the lanes of these chats; in the middle of a flood not yet, for they would take the database's time."""
        loop = asyncio.get_running_loop()
        if self._waking:
            self._waking.cancel()
        if not self._held:
            self._held_since = loop.time()
        self._held.update(dict.fromkeys(chat_ids))
        if is_full and loop.time() - self._held_since < LONGEST_HELD_SECONDS:
            self._waking = loop.call_later(MORE_COMES_SECONDS, self._wake_held)
        else:
            self._wake_held()

    def _wake_held(self) -> None:
        held, self._held = self._held, {}
        for chat_id in held:
            self._lanes.wake(chat_id)

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
