"""Files that are kept as they are: what a host sends as a download, and what is no HTML though it is shown."""

import asyncio
from pathlib import PurePosixPath
from urllib.parse import unquote

import ada_url
from playwright.async_api import Download, Response

from bot.capture.draft import NotMade
from bot.capture.egress.passage import Passage
from bot.capture.result import CapturedFile
from storage.models import ArtifactKind

MAX_FILE_BYTES = 50 * 1024 * 1024
MAX_NAME_CHARACTERS = 120
_PAGES = frozenset({"", "text/html", "application/xhtml+xml"})


class TooLarge(NotMade):
    """The file is larger than what is kept."""

    def __init__(self) -> None:
        super().__init__(f"The file is larger than {MAX_FILE_BYTES // 1024**2} MB.")


def content_type_of(response: Response | None) -> str:
    """The media type of an answer, without parameters, in lower case."""
    return (response.headers.get("content-type", "") if response else "").split(";")[0].strip().lower()


def is_page(content_type: str) -> bool:
    """Whether it is a page of the web and not a file that the browser can show."""
    return content_type in _PAGES


def is_film_or_sound(content_type: str) -> bool:
    """Whether it is something that is played and not read."""
    return content_type.startswith(("video/", "audio/"))


def name_in(url: str) -> str:
    """The file name at the end of an address, or its host."""
    parsed = ada_url.URL(url)
    return PurePosixPath(unquote(parsed.pathname)).name[:MAX_NAME_CHARACTERS] or parsed.hostname


async def shown(response: Response) -> CapturedFile:
    """The bytes of a file that the browser shows: an image, JSON, plain text."""
    content = await response.body()
    if len(content) > MAX_FILE_BYTES:
        raise TooLarge
    return CapturedFile(ArtifactKind.ORIGINAL, content_type_of(response), content, name_in(response.url))


async def downloaded(download: Download, content_type: str, passage: Passage) -> CapturedFile:
    """Wait for a download and take it. Raises ``TooLarge``, or ``NotMade`` when it broke off."""
    passage.max_bytes = min(passage.max_bytes, passage.received_bytes + MAX_FILE_BYTES)
    failure = await download.failure()
    if passage.is_exhausted:
        raise TooLarge
    if failure:
        raise NotMade(f"The download broke off ({failure}).")
    path = await download.path()
    if (await asyncio.to_thread(path.stat)).st_size > MAX_FILE_BYTES:
        raise TooLarge
    content = await asyncio.to_thread(path.read_bytes)
    if b"%PDF-" in content[:1024]:  # where readers look for it
        return CapturedFile(ArtifactKind.PDF, "application/pdf", content, _name(download))
    return CapturedFile(
        ArtifactKind.ORIGINAL, content_type or "application/octet-stream", content, _name(download)
    )


def _name(download: Download) -> str:
    return PurePosixPath(download.suggested_filename).name[:MAX_NAME_CHARACTERS] or name_in(download.url)
