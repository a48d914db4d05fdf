"""Lanes: the updates of one chat are handled in order, those of different chats side by side."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.errors import SettingsError, StorageError
from bot.work.last_words import last_words
from storage.inbox import Inbox, Received

log = logging.getLogger(__name__)
T = TypeVar("T")

STORAGE_TROUBLE_SECONDS = 5.0


class Lanes:
    """Empties the inbox with ``handle``. An update that ``handle`` fails on is noted and left behind."""

    def __init__(self, inbox: Inbox, handle: Callable[[Received], Awaitable[None]]) -> None:
        self._inbox = inbox
        self._handle = handle
        self._lanes: dict[int, asyncio.Task[None]] = {}
        self._woken: set[int] = set()
        self._is_closing = False
        self._mistake: BaseException | None = None
        self._died = asyncio.Event()

    async def watch(self) -> None:
        """Wait until a lane dies of a mistake that is not its update's, and raise that: its chat would wait."""
        await self._died.wait()
        if self._mistake is not None:
            raise self._mistake

    async def wake_all(self) -> None:
        """Take up what was left from an earlier run."""
        for chat_id in await _stored(self._inbox.waiting_chats):
            self.wake(chat_id)

    def wake(self, chat_id: int) -> None:
        """There is something new from this chat."""
        self._woken.add(chat_id)
        if chat_id not in self._lanes:
            self._lanes[chat_id] = asyncio.create_task(self._run(chat_id))
            self._lanes[chat_id].add_done_callback(self._ended)

    def _ended(self, lane: asyncio.Task[None]) -> None:
        if not lane.cancelled() and (mistake := lane.exception()):
            self._mistake = mistake
            self._died.set()

    async def close(self) -> None:
        """Let every lane finish the update that it is at, for a moment, then stop them."""
        self._is_closing = True
        await last_words(self._lanes.values())

    async def _run(self, chat_id: int) -> None:
        """Handle what there is, and what came while the lane found its end."""
        try:
            while chat_id in self._woken:
                self._woken.discard(chat_id)
                while not self._is_closing and await self._handle_next(chat_id):
                    pass
        finally:
            del self._lanes[chat_id]

    async def _handle_next(self, chat_id: int) -> bool:
        """Handle the chat's oldest update; False when there is none."""
        update = await _stored(lambda: self._inbox.next(chat_id))
        if update is None:
            return False
        mistake = await _stored(lambda: self._handled(update))
        await _stored(lambda: self._inbox.set_handled(update.update_id, mistake))
        return True

    async def _handled(self, update: Received) -> str | None:
        """Handle one update; the name of the mistake in our code that it met, if any."""
        try:
            await self._handle(update)
        except (StorageError, SettingsError):
            raise
        except Exception as mistake:
            log.exception("update %d: a mistake", update.update_id)
            return type(mistake).__name__
        return None


async def _stored(step: Callable[[], Awaitable[T]]) -> T:
    """Take a step, again and again while the database is out of reach."""
    while True:
        try:
            return await step()
        except StorageError as error:
            log.error("%s Trying again in %.0f s.", error, STORAGE_TROUBLE_SECONDS)
        await asyncio.sleep(STORAGE_TROUBLE_SECONDS)
