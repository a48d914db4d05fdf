"""A file that a person gives in place of a capture: it is kept as it is, and a PDF or a picture is shown besides."""

import asyncio

from bot.capture.files.paper import reader
from bot.capture.result import Capture, CapturedFile
from storage.kinds import ArtifactKind, Verdict
from storage.metadata import Metadata

_PICTURE = "image/"
_PHOTO = "image/jpeg"


class Given:
    """Looks at what persons give, at one file at a time: each is opened by a process that may need much memory."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()

    async def looked_at(self, url: str, content: bytes, content_type: str, name: str | None) -> Capture:
        """What is kept of a file in place of a capture of ``url``; whose ``name`` is None is a photo, made by Telegram.

        Whatever it is, it is kept, and a sentence says what could not be read of it.
        """
        if reader.is_paper(content):
            return await self._paper(url, content, name)
        files = [CapturedFile(ArtifactKind.ORIGINAL, content_type, content, name)]
        if content_type.startswith(_PICTURE):
            picture = content if name is None else await self._shown(content)
            files += [CapturedFile(ArtifactKind.SCREEN, _PHOTO, picture)] if picture else []
        return Capture(url, Verdict.FILE, files=tuple(files))

    async def _shown(self, content: bytes) -> bytes | None:
        async with self._turn:
            return await reader.shown(content)

    async def _paper(self, url: str, content: bytes, name: str | None) -> Capture:
        async with self._turn:
            paper = await reader.read(content)
        files = [CapturedFile(ArtifactKind.PDF, "application/pdf", content, name, paper.page_count or None)]
        if paper.picture:
            files.append(CapturedFile(ArtifactKind.SCREEN, _PHOTO, paper.picture))
        if paper.text:
            text = paper.text.encode("utf-8", "replace")
            files.append(CapturedFile(ArtifactKind.TEXT, "text/markdown; charset=utf-8", text))
        return Capture(
            url,
            Verdict.PARTIAL if paper.problem else Verdict.FILE,
            metadata=Metadata(
                title=paper.title or name or None, author=paper.author, language=paper.language
            ),
            files=tuple(files),
            problems=(paper.problem,) if paper.problem else (),
        )
