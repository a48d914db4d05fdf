"""Telling those who wait that the disk is full: what they saved is kept, and is captured when there is room."""

import asyncio
import logging
from collections.abc import Callable

from bot.conversation import render
from bot.conversation.delivery import FrontEnd, Place, Turns
from bot.conversation.replies import Message
from bot.conversation.wishes import Wishes
from bot.errors import FrontEndError, StorageError
from storage.announcements import Announcements
from storage.kinds import SnapshotStatus
from storage.models import Announcement

log = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 5


class HeldUp:
    """Says so in the status messages of library 0 when ``local``, else of all the others; once for each time.

    When there is room again, the capture makes the status message into the card, as ever.
    """

    def __init__(
        self,
        announcements: Announcements,
        front_end: FrontEnd,
        turns: Turns,
        wishes: Wishes,
        has_room: Callable[[], bool],
        *,
        local: bool,
    ) -> None:
        self._announcements = announcements
        self._front_end = front_end
        self._turns = turns
        self._wishes = wishes
        self._has_room = has_room
        self._local = local
        self._told: set[int] = set()

    async def run(self) -> None:
        """Look now and then, for ever."""
        while True:
            try:
                await self.tell()
            except StorageError as error:
                log.error("nobody is told that captures wait: %s", error)
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    async def tell(self) -> None:
        """Tell those who wait and have not heard of it, if there is no room."""
        if self._has_room():
            self._told.clear()
            return
        for waiting in await self._announcements.waiting(local=self._local):
            if waiting.id not in self._told:
                async with self._turns.of(waiting.chat_id):
                    await self._tell(waiting.id or 0)

    async def _tell(self, announcement_id: int) -> None:
        """Tell about one, read afresh: its capture may have begun, or what it hangs on gone."""
        waiting = await self._announcements.one(announcement_id)
        self._told.add(announcement_id)
        if waiting is None or waiting.snapshot.status != SnapshotStatus.QUEUED or waiting.announced_at:
            return
        message_id = waiting.status_message_id or waiting.summary_message_id
        if message_id is None:
            return
        place = Place(waiting.chat_id, waiting.reply_to_message_id, waiting.thread_id)
        try:
            await self._front_end.edit(place, message_id, await self._said(waiting))
        except FrontEndError as error:
            log.info("announcement %d: not told that it waits: %s", announcement_id, error)

    async def _said(self, waiting: Announcement) -> Message:
        words = await self._wishes.languages.of(waiting.chat_id)
        if waiting.status_message_id or waiting.summary_message_id is None:
            return Message(render.held_up(words, waiting.snapshot.link))
        siblings = await self._announcements.of_summary(waiting.chat_id, waiting.summary_message_id)
        self._told |= {each.id or 0 for each in siblings}
        links = [(each.snapshot.link, render.mark(each.snapshot)) for each in siblings]
        return Message(render.in_lines(render.summary(words, links), words("disk-full")))
