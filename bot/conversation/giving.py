"""A file that a person sends in answer to a card: it is the snapshot of a page that shows itself only to them."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from bot.capture.result import Capture, CapturedFile
from bot.conversation import render, saying
from bot.conversation.asked import Asked
from bot.conversation.message import AttachedFile
from bot.conversation.replies import Message, Reaction, Reply
from bot.errors import DiskFull, FrontEndError, StorageError
from bot.wording import BROKEN, KEPT, Words
from bot.wording.stored import retold
from storage.artifacts import Artifacts, digest
from storage.kinds import ArtifactKind
from storage.models import Artifact, Link
from storage.queue import Outcome

log = logging.getLogger(__name__)

LARGEST_FILE_BYTES = 20_000_000
FILES_AT_ONCE = 3
"""Each is in memory, twice while it is loaded."""
Look = Callable[[str, bytes, str, str | None], Awaitable[Capture]]
"""Gives what is to be kept of a file in place of a capture: of which address, its content, media type and name."""


@dataclass(frozen=True, slots=True)
class Giving:
    """Keeps what persons give, as ``look`` sees it."""

    artifacts: Artifacts
    look: Look
    room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(FILES_AT_ONCE))

    async def keep(self, asked: Asked, links: Sequence[Link], file: AttachedFile) -> Sequence[Reply]:
        """Keep a file as the snapshot of the link, or say why not; of many chats' files a few at a time."""
        async with self.room:
            return await self._why_not(asked, links, file) or await self._loaded(asked, links[0], file)

    async def _loaded(self, asked: Asked, link: Link, file: AttachedFile) -> Sequence[Reply]:
        try:
            content = await file.download()
            seen = await self.look(link.url, content, file.content_type, file.name)
        except FrontEndError:
            return [Reaction(BROKEN), Message(asked.words("file-not-received"))]
        await asked.shelf.editing.expect_files(digest(each.content) for each in seen.files)
        try:
            artifacts = [await self._stored(each) for each in seen.files]
        except StorageError as error:  # which may last for hours, and all else that its chat says would wait
            log.warning("a given file is not kept: %s", error)
            sentence = "file-disk-full" if isinstance(error, DiskFull) else "file-not-stored"
            return [Reaction(BROKEN), Message(asked.words(sentence))]
        return await self._kept(asked, link, seen, artifacts)

    async def _why_not(
        self, asked: Asked, links: Sequence[Link], file: AttachedFile
    ) -> Sequence[Reply] | None:
        """Why a file can't be kept, as far as that is known before it is loaded."""
        words = asked.words
        if len(links) > 1:
            return [Message(words("file-for-one"))]
        if file.size_bytes > LARGEST_FILE_BYTES:
            return [Message(words("file-too-large", size=words.size(LARGEST_FILE_BYTES)))]
        if used := await asked.shelf.editing.bytes_if_full():
            return [Reaction(BROKEN), Message(words("file-no-room", used=words.size(used)))]
        if not self.artifacts.has_room():
            return [Reaction(BROKEN), Message(words("file-disk-full"))]
        return None

    async def _kept(
        self, asked: Asked, link: Link, seen: Capture, artifacts: Sequence[Artifact]
    ) -> Sequence[Reply]:
        words, editing, link_id = asked.words, asked.shelf.editing, render.link_id(link)
        outcome = Outcome(
            seen.verdict,
            metadata=seen.metadata,
            problems=seen.problems,
            artifacts=artifacts,
            text=_text(seen),
        )
        if asked.incoming.continues_album and await editing.add_files(link_id, outcome):
            return [Reaction(KEPT), *await saying.new_card(words, asked.shelf, link_id)]
        await editing.keep_files(link_id, outcome)
        return [
            Reaction(KEPT),
            *await saying.new_card(words, asked.shelf, link_id),
            _told(words, link, seen.problems),
        ]

    async def _stored(self, file: CapturedFile) -> Artifact:
        return Artifact(
            snapshot_id=0,
            kind=file.kind,
            sha256=await self.artifacts.put(file.content),
            size_bytes=len(file.content),
            content_type=file.content_type,
            name=file.name,
            pages=file.pages,
        )


def _told(words: Words, link: Link, problems: Sequence[str]) -> Message:
    """That the file is kept, and what could not be read of it."""
    kept = words("file-kept", link=render.anchor(link))
    return Message(
        render.in_lines(kept, *(retold(words, each) for each in problems)), link_ids=(render.link_id(link),)
    )


def _text(seen: Capture) -> str:
    texts = (file.content for file in seen.files if file.kind is ArtifactKind.TEXT)
    return next(texts, b"").decode("utf-8", "replace")
