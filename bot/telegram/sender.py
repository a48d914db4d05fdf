"""The front end that speaks through Telegram: replies become calls of the Bot API."""

import html
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from telegram import InputMediaPhoto, LinkPreviewOptions
from telegram import Message as Sent
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest

from bot.conversation.delivery import Place
from bot.conversation.replies import Album, Attachment, Card, Message
from bot.errors import ChatGone, FrontEndError, MessageGone, StorageError
from bot.telegram.busy import busy
from bot.telegram.client import BotClient, FileTooLarge, NoText, ask
from bot.telegram.markup import answering, keyboard
from storage.artifacts import Artifacts
from storage.models import Artifact, ArtifactKind

log = logging.getLogger(__name__)
T = TypeVar("T", bound=Sent | bool)

PUBLIC_API_UPLOAD_BYTES = 50_000_000
LOCAL_API_UPLOAD_BYTES = 2_000_000_000
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
        try:
            if isinstance(reply, Card):
                return await self._say_card(place, reply)
            return await self._say_text(place, reply)
        except FrontEndError as error:
            return await self._say_text(place, _without_picture(reply, error))

    async def edit(self, place: Place, message_id: int, reply: Message | Card) -> None:
        """Put a text or a card in the place of one of our messages."""
        try:
            if isinstance(reply, Card):
                await self._edit_to_card(place, message_id, reply)
            else:
                await self._edit_to_text(place, message_id, reply)
        except FrontEndError as error:
            await self._edit_to_text(place, message_id, _without_picture(reply, error))

    async def attach(self, place: Place, attachment: Attachment) -> None:
        """Send a file as a document, silently; where that can't be done, say why."""
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
            await self._send_album(place, album.pictures)
        except (MessageGone, ChatGone):
            raise
        except FrontEndError as error:
            log.warning("an album is sent as files: %s", error)
            for picture in album.pictures:
                await self.attach(place, picture)

    async def react(self, place: Place, emoji: str) -> None:
        """Put an emoji on the person's message, where the chat allows that."""
        try:
            await ask(lambda: self._bot.set_message_reaction(place.chat_id, place.reply_to, emoji))
        except FrontEndError as error:
            log.info("no reaction in chat %d: %s", place.chat_id, error)

    async def tell(self, chat_id: int, reply: Message) -> None:
        """Send a text that answers nothing."""
        await ask(
            lambda: self._bot.send_message(
                chat_id, reply.html, parse_mode=ParseMode.HTML, link_preview_options=_NO_PREVIEW
            )
        )

    async def _say_text(self, place: Place, reply: Message) -> int:
        sent = await ask(
            lambda: self._bot.send_message(
                place.chat_id,
                reply.html,
                parse_mode=ParseMode.HTML,
                link_preview_options=_NO_PREVIEW,
                reply_markup=keyboard(reply.buttons),
                reply_parameters=answering(place),
                message_thread_id=place.thread_id,
                disable_notification=reply.is_silent,
            )
        )
        return sent.message_id

    async def _say_card(self, place: Place, card: Card) -> int:
        sent = await self._with_file(
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
        await self._with_file(
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
        await self._with_file(
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

    async def _send_album(self, place: Place, pictures: Sequence[Attachment]) -> None:
        """Send at least two pictures together, or the one; those that Telegram has by their file ids."""
        known = [each.artifact.telegram_file_id for each in pictures]
        async with busy(self._bot, place, ChatAction.UPLOAD_PHOTO):
            try:
                sent = await self._album_of(place, pictures, known)
            except (MessageGone, ChatGone):
                raise
            except FrontEndError:
                if not any(known):
                    raise
                sent = await self._album_of(place, pictures, [None] * len(known))
        for picture, message in zip(pictures, sent, strict=True):
            await self._keep_file_id(place, picture.artifact, message)

    async def _album_of(
        self, place: Place, pictures: Sequence[Attachment], known: Sequence[str | None]
    ) -> Sequence[Sent]:
        files = [
            file_id or await self._content(each.artifact)
            for each, file_id in zip(pictures, known, strict=True)
        ]
        return await ask(lambda: self._album_call(place, files))

    async def _album_call(self, place: Place, files: Sequence[str | bytes]) -> Sequence[Sent]:
        if len(files) == 1:
            photo = await self._bot.send_photo(
                place.chat_id,
                files[0],
                disable_notification=True,
                reply_parameters=answering(place),
                message_thread_id=place.thread_id,
            )
            return [photo]
        return await self._bot.send_media_group(
            place.chat_id,
            [InputMediaPhoto(file) for file in files],
            disable_notification=True,
            reply_parameters=answering(place),
            message_thread_id=place.thread_id,
        )

    async def _with_file(
        self,
        place: Place,
        artifact: Artifact,
        call: Callable[[str | bytes], Awaitable[T]],
    ) -> T:
        """Make a call with the file id that Telegram gave us, else with the file itself, and keep the new id.

        An id is refused when another bot got it, or when Telegram has forgotten the file.
        """
        known = artifact.telegram_file_id
        if known is not None:
            try:
                return await ask(lambda: call(known))
            except (MessageGone, ChatGone):
                raise
            except FrontEndError as error:
                log.info("artifact %s is uploaded again: %s", artifact.id, error)
        is_picture = artifact.kind in {ArtifactKind.SCREEN, ArtifactKind.SLICES}
        action = ChatAction.UPLOAD_PHOTO if is_picture else ChatAction.UPLOAD_DOCUMENT
        async with busy(self._bot, place, action):
            content = await self._content(artifact)
            sent = await ask(lambda: call(content))
        await self._keep_file_id(place, artifact, sent)
        return sent

    async def _content(self, artifact: Artifact) -> bytes:
        """The file itself. One that is missing will not come back, so that is as final as a refusal."""
        try:
            return await self._artifacts.get(artifact.sha256)
        except StorageError as error:
            raise FrontEndError(str(error)) from error

    async def _keep_file_id(self, place: Place, artifact: Artifact, sent: Sent | bool) -> None:
        """Note the new id. It saves an upload and nothing else: the message is out, and must not go out twice."""
        file_id = _file_id(sent)
        if file_id is None or artifact.id is None:
            return
        artifact.telegram_file_id = file_id
        try:
            await self._remember(place.chat_id, artifact.id, file_id)
        except StorageError as error:
            log.warning("artifact %d will be uploaded once more: %s", artifact.id, error)


def _without_picture(reply: Message | Card, error: FrontEndError) -> Message:
    """A card as a text, when it may be its picture that was refused; else the error is raised again."""
    if isinstance(reply, Message) or isinstance(error, MessageGone | ChatGone):
        raise error
    log.warning("a card is shown without its picture: %s", error)
    return Message(reply.html, reply.buttons)


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
