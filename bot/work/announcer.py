"""The announcer: tells each chat how its snapshots went, by making the status message into the card.

Every step is either an edit, which can be repeated unseen, or is noted before it is made. So a crash between
any two steps repeats nothing that the person sees.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Collection, Sequence

from bot.conversation import cards, render
from bot.conversation.delivery import FrontEnd, Place, Turns
from bot.conversation.replies import Message
from bot.conversation.wishes import Wishes
from bot.errors import ChatGone, ChatMoved, FrontEndError, MessageGone, StorageError
from bot.wording import BROKEN, KEPT, Words
from bot.work.bell import Bell, heard
from bot.work.last_words import last_words
from storage.announcements import Announcements, Shown
from storage.kinds import ArtifactKind, SnapshotStatus
from storage.models import Announcement, Snapshot

log = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 5
MOST_AT_ONCE = 200
MANY_LINKS = 25
"""From so many links on a card for each would be a flood."""


class Announcer:
    """Announces through ``front_end``: library 0 when ``local``, else all the others."""

    def __init__(
        self,
        announcements: Announcements,
        front_end: FrontEnd,
        turns: Turns,
        bell: Bell,
        wishes: Wishes,
        *,
        local: bool,
    ) -> None:
        self._announcements = announcements
        self._front_end = front_end
        self._turns = turns
        self._bell = bell
        self._wishes = wishes
        self._local = local
        self._with_chips: dict[int, int] = {}

    async def run(self) -> None:
        """Announce for ever; a chat that can't be reached holds up no other. Raises the mistake that a chat met."""
        busy: dict[int, asyncio.Task[None]] = {}
        try:
            while True:
                rung = self._bell.listen()
                busy = _still_busy(busy)
                try:
                    due = await self._due(besides=busy, most=MOST_AT_ONCE)
                except StorageError as error:
                    log.error("no announcements for now: %s", error)
                    due = {}
                for chat_id, ids in due.items():
                    busy[chat_id] = asyncio.create_task(self._announce_all(chat_id, ids))
                if sum(map(len, due.values())) < MOST_AT_ONCE:
                    await heard(rung, LOOK_EVERY_SECONDS)
        finally:
            await last_words(busy.values())

    async def _due(self, besides: Collection[int] = (), most: int | None = None) -> dict[int, list[int]]:
        """What is due by chat, without those that are busy; a flood is looked at in parts."""
        chats: dict[int, list[int]] = defaultdict(list)
        for announcement in await self._announcements.due(local=self._local, besides=besides, most=most):
            chats[announcement.chat_id].append(announcement.id or 0)
        return chats

    async def _announce_all(self, chat_id: int, announcement_ids: Sequence[int]) -> None:
        """Announce to one chat, in order; the bell rings at the end because more may have come meanwhile."""
        try:
            for announcement_id in announcement_ids:
                async with self._turns.of(chat_id):
                    await self._announce(announcement_id, chat_id)
        except StorageError as error:
            # Without a ring: it is tried again at the next look, not at once and for ever.
            log.error("no announcements to chat %d for now: %s", chat_id, error)
        else:
            self._bell.ring()

    async def _announce(self, announcement_id: int, chat_id: int) -> None:
        """Take all the steps that are still to be taken. What can't be announced is not tried again.

        It is read afresh, in the chat's turn: its status message may just have gone out, or the next try begun.
        """
        announcement = await self._announcements.one(announcement_id)
        if announcement is None or announcement.announced_at is not None or _is_under_way(announcement):
            return
        if announcement.chat_id != chat_id:  # the chat has moved: it is told in the turn of the new one
            return
        try:
            await self._tell(announcement)
        except StorageError:
            raise
        except ChatMoved as error:
            log.info("announcement %d is for later: %s", announcement_id, error)
        except FrontEndError as error:
            log.warning("announcement %d: %s", announcement_id, error)
            await self._announcements.set_announced(announcement_id)
        except Exception:
            log.exception("announcement %d: a mistake", announcement_id)
            await self._announcements.set_announced(announcement_id)

    async def _tell(self, announcement: Announcement) -> None:
        snapshot = announcement.snapshot
        place = _place(announcement)
        if not await self._is_one_of_many(announcement):
            await self._show_card(announcement)
            if snapshot.status == SnapshotStatus.DONE:
                await self._send_pdf(announcement)
        await self._update_summary(announcement)
        await self._react(place)
        await self._announcements.set_told_attempts(announcement.id or 0, snapshot.attempts)
        if snapshot.status in {SnapshotStatus.DONE, SnapshotStatus.FAILED}:
            await self._announcements.set_announced(announcement.id or 0)

    async def _is_one_of_many(self, announcement: Announcement) -> bool:
        """Whether its message had so many links that their summary alone tells how they went."""
        if announcement.summary_message_id is None:
            return False
        siblings = await self._announcements.of_summary(announcement.chat_id, announcement.summary_message_id)
        return len(siblings) >= MANY_LINKS

    async def _show_card(self, announcement: Announcement) -> None:
        """Make the status message into the card; where there is none, or it is gone, say one first.

        So a card is always an edit, and makes no sound: after a crash there may be a second status, but never a
        second card.
        """
        place = _place(announcement)
        words = await self._wishes.languages.of(place.chat_id)
        await self._take_chips_away(words, place)
        chips = await self._announcements.chips(announcement)
        if chips:
            self._with_chips[place.chat_id] = announcement.id or 0
        card = cards.card(words, await self._to_be_shown(announcement), chips=chips)
        if announcement.status_message_id is not None:
            try:
                await self._front_end.edit(place, announcement.status_message_id, card)
                return
            except MessageGone:
                log.info("announcement %d: its status message is gone", announcement.id)
        link = announcement.snapshot.link
        message_id = await self._front_end.say(place, Message(render.saved(words, link), is_silent=True))
        shown = Shown(place.chat_id, message_id, [link.id or 0])
        await self._announcements.set_status_message([announcement.id or 0], message_id, shown)
        await self._front_end.edit(place, message_id, card)

    async def _to_be_shown(self, announcement: Announcement) -> Snapshot:
        """What there is of the page: where it could not be captured, the file that a person gave meanwhile."""
        if announcement.snapshot.status == SnapshotStatus.DONE:
            return announcement.snapshot
        return await self._announcements.given_meanwhile(announcement) or announcement.snapshot

    async def _take_chips_away(self, words: Words, place: Place) -> None:
        """A newer card comes: who has not tapped a tag below the one before it by now does not want to."""
        before = await self._announcements.one(self._with_chips.pop(place.chat_id, 0))
        if before is None or before.status_message_id is None:
            return
        try:
            card = cards.card(words, before.snapshot)
            await self._front_end.edit(place, before.status_message_id, card)
        except FrontEndError as error:
            log.info("announcement %d keeps its chips: %s", before.id, error)

    async def _send_pdf(self, announcement: Announcement) -> None:
        """Send the PDF once. In doubt it is not sent again: the card has a button for it."""
        pdf = announcement.snapshot.artifact(ArtifactKind.PDF)
        if pdf is None or announcement.pdf_sent_at is not None:
            return
        if not (await self._wishes.of(announcement.chat_id)).sends_pdf:
            return
        await self._announcements.set_pdf_sent(announcement.id or 0)
        words = await self._wishes.languages.of(announcement.chat_id)
        attachment = cards.attachment(words, announcement.snapshot, pdf)
        try:
            await self._front_end.attach(_place(announcement), attachment)
        except ChatGone:
            raise
        except FrontEndError as error:
            log.warning("announcement %d: no PDF: %s", announcement.id, error)

    async def _update_summary(self, announcement: Announcement) -> None:
        """Show in the message about several links how each of them stands."""
        if announcement.summary_message_id is None:
            return
        siblings = await self._announcements.of_summary(announcement.chat_id, announcement.summary_message_id)
        words = await self._wishes.languages.of(announcement.chat_id)
        text = render.summary(words, [(each.snapshot.link, render.mark(each.snapshot)) for each in siblings])
        try:
            await self._front_end.edit(_place(announcement), announcement.summary_message_id, Message(text))
        except MessageGone:
            log.info("announcement %d: its summary message is gone", announcement.id)

    async def _react(self, place: Place) -> None:
        """Mark the person's message once all its links have had a try: kept, or broken if any failed."""
        siblings = await self._announcements.of_message(place.chat_id, place.reply_to)
        marks = {render.mark(each.snapshot) for each in siblings}
        if "" not in marks:
            await self._front_end.react(place, BROKEN if BROKEN in marks else KEPT)


def _still_busy(tasks: dict[int, asyncio.Task[None]]) -> dict[int, asyncio.Task[None]]:
    """The chats that are being told. Raises the mistake that one died of: it would be met again for ever."""
    for task in tasks.values():
        if task.done():
            task.result()
    return {chat_id: task for chat_id, task in tasks.items() if not task.done()}


def _is_under_way(announcement: Announcement) -> bool:
    """Whether there is nothing to tell after all: the next try has begun, or will at the person's word."""
    snapshot = announcement.snapshot
    return snapshot.status == SnapshotStatus.RUNNING or not render.mark(snapshot)


def _place(announcement: Announcement) -> Place:
    return Place(announcement.chat_id, announcement.reply_to_message_id, announcement.thread_id)
