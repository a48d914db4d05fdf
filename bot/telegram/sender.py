"""The front end that speaks through Telegram: replies become calls of the Bot API."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    LinkPreviewOptions,
    ReplyParameters,
)
from telegram import Message as Sent
from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot.conversation import wording
from bot.conversation.delivery import Place
from bot.conversation.replies import Attachment, Buttons, Card, Message
from bot.errors import FrontEndError
from bot.telegram.client import BotClient, ask
from storage.artifacts import Artifacts
from storage.models import Artifact

T = TypeVar("T", bound=Sent | bool)

PUBLIC_API_UPLOAD_BYTES = 50_000_000
LOCAL_API_UPLOAD_BYTES = 2_000_000_000
_STALE_FILE = (
    "wrong file identifier",
    "wrong remote file identifier",
    "wrong type of file",
    "file_reference",
)
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class Sender:
    """Speaks in Telegram chats. A file is uploaded once; later its file id is sent.

    ``remember(chat_id, artifact_id, file_id)`` keeps that id; ``largest_upload_bytes`` is what the Bot API takes.
    """

    def __init__(
        self,
        bot: BotClient,
        artifacts: Artifacts,
        remember: Callable[[int, int, str], Awaitable[None]],
        *,
        largest_upload_bytes: int = PUBLIC_API_UPLOAD_BYTES,
    ) -> None:
        self._bot = bot
        self._artifacts = artifacts
        self._remember = remember
        self._largest_upload_bytes = largest_upload_bytes

    async def say(self, place: Place, reply: Message | Card) -> int:
        """Send a text or a card; one that answers a message that is gone stands alone."""
        if isinstance(reply, Card):
            sent = await self._with_file(
                place, reply.screen, lambda file: self._send_photo(place, reply, file)
            )
        else:
            sent = await ask(
                lambda: self._bot.send_message(
                    place.chat_id,
                    reply.html,
                    parse_mode=ParseMode.HTML,
                    link_preview_options=_NO_PREVIEW,
                    reply_markup=_keyboard(reply.buttons),
                    reply_parameters=_answering(place),
                    message_thread_id=place.thread_id,
                )
            )
        return sent.message_id

    async def edit(self, place: Place, message_id: int, reply: Message | Card) -> None:
        """Put a text or a card in the place of one of our messages."""
        if isinstance(reply, Card):
            await self._with_file(
                place, reply.screen, lambda file: self._edit_photo(place, message_id, reply, file)
            )
            return
        await ask(
            lambda: _or_unchanged(
                self._bot.edit_message_text(
                    reply.html,
                    place.chat_id,
                    message_id,
                    parse_mode=ParseMode.HTML,
                    link_preview_options=_NO_PREVIEW,
                    reply_markup=_keyboard(reply.buttons),
                )
            )
        )

    async def attach(self, place: Place, attachment: Attachment) -> None:
        """Send a file as a document, silently; one that is too large for Telegram is named instead."""
        artifact = attachment.artifact
        if artifact.size_bytes > self._largest_upload_bytes:
            size = round(artifact.size_bytes / 1_000_000)
            await self.say(place, Message(wording.TOO_LARGE_TO_SEND.format(megabytes=size)))
            return
        await self._with_file(
            place,
            artifact,
            lambda file: self._bot.send_document(
                place.chat_id,
                file,
                filename=attachment.file_name,
                disable_notification=True,
                reply_parameters=_answering(place),
                message_thread_id=place.thread_id,
            ),
        )

    async def react(self, place: Place, emoji: str) -> None:
        """Put an emoji on the person's message, where the chat allows that."""
        try:
            await ask(lambda: self._bot.set_message_reaction(place.chat_id, place.reply_to, emoji))
        except FrontEndError:
            return

    async def _send_photo(self, place: Place, card: Card, file: str | bytes) -> Sent:
        return await self._bot.send_photo(
            place.chat_id,
            file,
            caption=card.html,
            parse_mode=ParseMode.HTML,
            reply_markup=_keyboard(card.buttons),
            reply_parameters=_answering(place),
            message_thread_id=place.thread_id,
        )

    async def _edit_photo(self, place: Place, message_id: int, card: Card, file: str | bytes) -> Sent | bool:
        media = InputMediaPhoto(file, caption=card.html, parse_mode=ParseMode.HTML)
        edit = self._bot.edit_message_media(
            media, place.chat_id, message_id, reply_markup=_keyboard(card.buttons)
        )
        return await _or_unchanged(edit)

    async def _with_file(
        self,
        place: Place,
        artifact: Artifact,
        call: Callable[[str | bytes], Awaitable[T]],
    ) -> T:
        """Make a call with the file id that Telegram gave us, else with the file itself, and keep the new id."""
        known = artifact.telegram_file_id
        if known is not None:
            try:
                return await ask(lambda: call(known))
            except FrontEndError as error:
                if not any(words in str(error).lower() for words in _STALE_FILE):
                    raise
        content = await self._artifacts.get(artifact.sha256)
        sent = await ask(lambda: call(content))
        file_id = _file_id(sent)
        if file_id is not None and artifact.id is not None:
            artifact.telegram_file_id = file_id
            await self._remember(place.chat_id, artifact.id, file_id)
        return sent


async def _or_unchanged(edit: Awaitable[T]) -> T | bool:
    """An edit; one to what is there already has succeeded."""
    try:
        return await edit
    except BadRequest as error:
        if "not modified" in str(error).lower():
            return True
        raise


def _file_id(sent: Sent | bool) -> str | None:
    if isinstance(sent, bool):
        return None
    if sent.photo:
        return sent.photo[-1].file_id
    return sent.document.file_id if sent.document else None


def _keyboard(buttons: Buttons) -> InlineKeyboardMarkup | None:
    if not buttons:
        return None
    return InlineKeyboardMarkup(
        [
            [InlineKeyboardButton(each.label, callback_data=each.action.data()) for each in row]
            for row in buttons
        ]
    )


def _answering(place: Place) -> ReplyParameters:
    return ReplyParameters(place.reply_to, allow_sending_without_reply=True)
