"""Files on their way to Telegram: uploaded once, and later sent by the id that Telegram gave them."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from telegram import InputMediaPhoto
from telegram import Message as Sent
from telegram.constants import ChatAction

from bot.conversation.delivery import Place
from bot.conversation.replies import Attachment
from bot.errors import ChatGone, FrontEndError, MessageGone, StorageError
from bot.telegram.busy import busy
from bot.telegram.client import BotClient, ask
from bot.telegram.markup import answering
from storage.artifacts import Artifacts
from storage.kinds import ArtifactKind
from storage.models import Artifact

log = logging.getLogger(__name__)
T = TypeVar("T", bound=Sent | bool)

Remember = Callable[[int, int, str], Awaitable[None]]


class Uploads:
    """Sends artifacts. ``remember(chat_id, artifact_id, file_id)`` keeps the id that an uploaded one got."""

    def __init__(self, bot: BotClient, artifacts: Artifacts, remember: Remember) -> None:
        self._bot = bot
        self._artifacts = artifacts
        self._remember = remember

    async def send(
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

    async def send_album(self, place: Place, pictures: Sequence[Attachment]) -> None:
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


def _file_id(sent: Sent | bool) -> str | None:
    if isinstance(sent, bool):
        return None
    if sent.photo:
        return sent.photo[-1].file_id
    return sent.document.file_id if sent.document else None
