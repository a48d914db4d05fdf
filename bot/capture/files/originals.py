"""Files that are kept as they are: what a host sends as a download, and what is no HTML though it is shown."""

import asyncio
import mimetypes
import re
import unicodedata
from importlib import resources
from urllib.parse import unquote

import ada_url
from playwright.async_api import Download, Page, Response

from bot.capture.draft import NotMade
from bot.capture.egress.passage import Passage
from bot.capture.files.paper.reader import is_paper
from bot.capture.result import CapturedFile
from storage.kinds import ArtifactKind

MAX_FILE_BYTES = 50 * 1024 * 1024
MAX_NAME_CHARACTERS = 120
_PAGES = frozenset({"", "text/html", "application/xhtml+xml"})
_PLAYED = frozenset(
    {"application/ogg", "application/vnd.apple.mpegurl", "application/x-mpegurl", "application/dash+xml"}
)
_SHOWN = frozenset(
    {"application/json", "application/xml", "application/javascript", "application/x-javascript"}
)
# What hosts say when they don't know what a file is; its name may tell.
_UNKNOWN = frozenset({"", "application/octet-stream", "binary/octet-stream", "application/force-download"})
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_PICTURE = resources.files(__package__).joinpath("picture.js").read_text(encoding="utf-8")


class TooLarge(NotMade):
    """The file is larger than what is kept. The sentence says what it is and what can be done."""

    def __init__(self, host: str, content_type: str = "", size_bytes: int | None = None) -> None:
        what = "a film or sound file" if is_film_or_sound(content_type) else "a file"
        kind = f" ({content_type})" if content_type else ""
        size = f" of {size_bytes / 1024**2:,.0f} MB" if size_bytes else ""
        super().__init__(
            f"{host} sent {what}{kind}{size}, and no file over {MAX_FILE_BYTES // 1024**2} MB is kept. "
            "Its link is: open it to play or to download the file yourself."
        )


def media_type(header: str) -> str:
    """The media type in a header, without parameters, in lower case."""
    return header.partition(";")[0].strip().lower()


def content_type_of(response: Response | None) -> str:
    """The media type of an answer."""
    return media_type(response.headers.get("content-type", "") if response else "")


def size_of(response: Response | None) -> int | None:
    """How large an answer says that it is, in bytes."""
    length = response.headers.get("content-length", "") if response else ""
    return int(length) if length.isascii() and length.isdigit() else None


def is_page(content_type: str) -> bool:
    """Whether it is a page of the web and not a file that the browser can show."""
    return content_type in _PAGES


def is_film_or_sound(content_type: str) -> bool:
    """Whether it is something that is played and not read, or a list of such."""
    return content_type.startswith(("video/", "audio/")) or content_type in _PLAYED


def is_shown(content_type: str) -> bool:
    """Whether the browser shows it, or may, rather than download it."""
    is_endless = content_type == "text/event-stream"
    is_text = content_type.startswith("text/") or content_type.endswith(("+json", "+xml"))
    return not is_endless and (is_text or content_type.startswith("image/") or content_type in _SHOWN)


def safe_name(text: str) -> str:
    """The last part of a foreign name, without what misleads the eye or a file system; may be empty."""
    readable = "".join(c for c in text if not unicodedata.category(c).startswith("C"))
    name = re.split(r"[/\\]", readable)[-1].strip(" .")
    name = re.sub(r'[<>:"|?*]', "_", name)
    stem, dot, ending = name.rpartition(".")
    if dot and len(name) > MAX_NAME_CHARACTERS and len(ending) <= 10:
        name = f"{stem[: MAX_NAME_CHARACTERS - len(ending) - 1]}.{ending}"
    return f"_{name}" if _RESERVED.match(name) else name[:MAX_NAME_CHARACTERS]


def name_in(url: str) -> str:
    """The file name at the end of an address, or its host."""
    parsed = ada_url.URL(url)
    return safe_name(unquote(parsed.pathname)) or parsed.hostname


async def show_whole(page: Page) -> None:
    """Let a page that is a picture show it as large as the screen; other pages stay as they are."""
    await page.evaluate(_PICTURE)


async def shown(response: Response, original: bytes | None = None) -> CapturedFile:
    """The bytes of a file that the browser shows: ``original`` from the gate, or what the browser has left of it."""
    content = original if original is not None else await response.body()
    content_type, name = content_type_of(response), name_in(response.url)
    if len(content) > MAX_FILE_BYTES:
        raise TooLarge(ada_url.URL(response.url).hostname, content_type, len(content))
    return CapturedFile(ArtifactKind.ORIGINAL, content_type, content, name)


async def downloaded(
    download: Download, content_type: str, passage: Passage, *, size_bytes: int | None = None
) -> CapturedFile:
    """Wait for a download and take it. ``size_bytes`` is what the host says.

    Raises ``TooLarge``, at once if the host says so, or ``NotMade`` when it broke off.
    """
    host = ada_url.URL(download.url).hostname
    if size_bytes and size_bytes > MAX_FILE_BYTES:
        await download.cancel()
        raise TooLarge(host, content_type, size_bytes)
    passage.max_bytes = min(passage.max_bytes, passage.received_bytes + MAX_FILE_BYTES)
    failure = await download.failure()
    if passage.is_exhausted:
        raise TooLarge(host, content_type)
    if failure:
        raise NotMade(f"The download broke off ({failure}).")
    path = await download.path()
    if (size := (await asyncio.to_thread(path.stat)).st_size) > MAX_FILE_BYTES:
        raise TooLarge(host, content_type, size)
    return _file(await asyncio.to_thread(path.read_bytes), content_type, _name(download))


def _file(content: bytes, content_type: str, name: str) -> CapturedFile:
    """A kept file; a PDF is told by its beginning, whatever its host calls it."""
    if is_paper(content):
        return CapturedFile(ArtifactKind.PDF, "application/pdf", content, name)
    if content_type in _UNKNOWN:
        content_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return CapturedFile(ArtifactKind.ORIGINAL, content_type, content, name)


def _name(download: Download) -> str:
    return safe_name(download.suggested_filename) or name_in(download.url)
