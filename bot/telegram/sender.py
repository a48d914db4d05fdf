"""The front end that speaks through Telegram: replies become calls of the Bot API. Their files are in ``uploads``."""

import html
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from telegram import InputMediaPhoto, LinkPreviewOptions
from telegram import Message as Sent
from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot.conversation.delivery import Place
from bot.conversation.replies import Album, Attachment, Card, Message
from bot.errors import ChatGone, ChatMoved, FrontEndError, MessageGone
from bot.telegram.client import BotClient, FileTooLarge, NoText, ask
from bot.telegram.markup import answering, below, keyboard
from bot.telegram.uploads import Remember, Uploads
from storage.artifacts import Artifacts

log = logging.getLogger(__name__)
T = TypeVar("T", bound=Sent | bool)

PUBLIC_API_UPLOAD_BYTES = 50_000_000
LOCAL_API_UPLOAD_BYTES = 2_000_000_000
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class Sender:
    """Speaks in Telegram chats; ``remember`` is that of ``Uploads``.

    ``moved(old, new)`` is told of a group that has another id now, before ``ChatMoved`` is raised.
    ``largest_upload_bytes`` is the largest file that the Bot API takes.
    """

    def __init__(
        self,
        bot: BotClient,
        artifacts: Artifacts,
        remember: Remember,
        *,
        moved: Callable[[int, int], Awaitable[None]] | None = None,
        largest_upload_bytes: int = PUBLIC_API_UPLOAD_BYTES,
    ) -> None:
        self._bot = bot
        self._uploads = Uploads(bot, artifacts, remember)
        self._moved = moved
        self._largest_upload_bytes = largest_upload_bytes

    async def say(self, place: Place, reply: Message | Card) -> int:
        """Send a text or a card; one that answers a message that is gone stands alone."""
        async with self._followed(place):
            try:
                if isinstance(reply, Card):
                    return await self._say_card(place, reply)
                return await self._say_text(place, reply)
            except FrontEndError as error:
                return await self._say_text(place, _without_picture(reply, error))

    async def edit(self, place: Place, message_id: int, reply: Message | Card) -> None:
        """Put a text or a card in the place of one of our messages."""
        async with self._followed(place):
            try:
                if isinstance(reply, Card):
                    await self._edit_to_card(place, message_id, reply)
                else:
                    await self._edit_to_text(place, message_id, reply)
            except FrontEndError as error:
                await self._edit_to_text(place, message_id, _without_picture(reply, error))

    async def attach(self, place: Place, attachment: Attachment) -> None:
        """Send a file as a document, silently; where that can't be done, say why."""
        async with self._followed(place):
            try:
                await self._send_document(place, attachment)
            except (MessageGone, ChatGone):
                raise
            except FileTooLarge:
                await self._say_text(place, Message(attachment.if_too_large))
            except FrontEndError as error:
                await self._say_text(place, Message(html.escape(str(error))))

    async def show(self, place: Place, album: Album) -> None:
        """Send pictures as an album, silently; one by one as files where they are refused as pictures."""
        try:
            async with self._followed(place):
                await self._uploads.send_album(place, album.pictures)
        except (MessageGone, ChatGone):
            raise
        except FrontEndError as error:
            log.warning("an album is sent as files: %s", error)
            for picture in album.pictures:
                await self.attach(place, picture)

    async def react(self, place: Place, emoji: str) -> None:
        """Put an emoji on the person's message, where the chat allows that."""
        if place.reply_to <= 0:
            return
        try:
            await ask(lambda: self._bot.set_message_reaction(place.chat_id, place.reply_to, emoji))
        except FrontEndError as error:
            log.info("no reaction in chat %d: %s", place.chat_id, error)

    async def tell(self, chat_id: int, reply: Message) -> None:
        """Send a text that answers nothing."""
        await ask(
            lambda: self._bot.send_message(
                chat_id,
                reply.html,
                parse_mode=ParseMode.HTML,
                link_preview_options=_NO_PREVIEW,
                disable_notification=reply.is_silent,
            )
        )

    @asynccontextmanager
    async def _followed(self, place: Place) -> AsyncIterator[None]:
        """Where the group turns out to have another id, what it has is moved there before that is raised."""
        try:
            yield
        except ChatMoved as error:
            log.warning("group %d has become %d", place.chat_id, error.to_chat_id)
            if self._moved is not None:
                await self._moved(place.chat_id, error.to_chat_id)
            raise

    async def _say_text(self, place: Place, reply: Message) -> int:
        sent = await ask(
            lambda: self._bot.send_message(
                place.chat_id,
                reply.html,
                parse_mode=ParseMode.HTML,
                link_preview_options=_NO_PREVIEW,
                reply_markup=below(reply),
                reply_parameters=answering(place),
                message_thread_id=place.thread_id,
                disable_notification=reply.is_silent,
            )
        )
        return sent.message_id

    async def _say_card(self, place: Place, card: Card) -> int:
        sent = await self._uploads.send(
            place,
            card.screen,
            lambda file: self._bot.send_photo(
                place.chat_id,
                file,
                caption=card.html,
                parse_mode=ParseMode.HTML,
                reply_markup=keyboard(card.buttons),
                reply_parameters=answering(place),
                message_thread_id=place.thread_id,
                disable_notification=card.is_silent,
            ),
        )
        return sent.message_id

    async def _edit_to_text(self, place: Place, message_id: int, reply: Message) -> None:
        """Put a text in the place of a message; below its picture if it has one."""
        try:
            await self._edit_text(place, message_id, reply)
        except NoText:
            await self._edit_caption(place, message_id, reply)

    async def _edit_caption(self, place: Place, message_id: int, reply: Message) -> None:
        await ask(
            lambda: _or_unchanged(
                self._bot.edit_message_caption(
                    place.chat_id,
                    message_id,
                    caption=reply.html,
                    parse_mode=ParseMode.HTML,
                    reply_markup=keyboard(reply.buttons),
                )
            )
        )

    async def _edit_text(self, place: Place, message_id: int, reply: Message) -> None:
        await ask(
            lambda: _or_unchanged(
                self._bot.edit_message_text(
                    reply.html,
                    place.chat_id,
                    message_id,
                    parse_mode=ParseMode.HTML,
                    link_preview_options=_NO_PREVIEW,
                    reply_markup=keyboard(reply.buttons),
                )
            )
        )

    async def _edit_to_card(self, place: Place, message_id: int, card: Card) -> None:
        await self._uploads.send(
            place,
            card.screen,
            lambda file: _or_unchanged(
                self._bot.edit_message_media(
                    InputMediaPhoto(file, caption=card.html, parse_mode=ParseMode.HTML),
                    place.chat_id,
                    message_id,
                    reply_markup=keyboard(card.buttons),
                )
            ),
        )

    async def _send_document(self, place: Place, attachment: Attachment) -> None:
        if attachment.artifact.size_bytes > self._largest_upload_bytes:
            raise FileTooLarge("The file is too large for Telegram.")
        await self._uploads.send(
            place,
            attachment.artifact,
            lambda file: self._bot.send_document(
                place.chat_id,
                file,
                filename=attachment.file_name,
                disable_notification=True,
                reply_parameters=answering(place),
                message_thread_id=place.thread_id,
            ),
        )


def _without_picture(reply: Message | Card, error: FrontEndError) -> Message:
    """A card as a text, when it may be its picture that was refused; else the error is raised again."""
    if isinstance(reply, Message) or isinstance(error, MessageGone | ChatGone):
        raise error
    log.warning("a card is shown without its picture: %s", error)
    return Message(reply.html, reply.buttons, is_silent=reply.is_silent)


async def _or_unchanged(edit: Awaitable[T]) -> T | bool:
    """An edit; one to what is there already has succeeded."""
    try:
        return await edit
    except BadRequest as error:
        if "not modified" in str(error).lower():
            return True
        raise
