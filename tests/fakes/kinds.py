"""A site of files: each path gives one kind of file as hosts send it, honestly or not."""

import asyncio
import gzip
import io
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web
from PIL import Image, ImageDraw

from tests.fakes.papers import Words, paper


@dataclass(frozen=True, slots=True)
class Kind:
    """An answer: what its host says of it, and what it is."""

    content: bytes
    content_type: str | None = None
    disposition: str | None = None
    is_packed: bool = False
    is_chunked: bool = False


def drawing(ending: str, size: tuple[int, int] = (640, 200)) -> bytes:
    """A picture, orange with a blue bar at its foot."""
    image = Image.new("RGB", size, "orange")
    ImageDraw.Draw(image).rectangle((0, size[1] * 3 // 4, *size), fill="blue")
    buffer = io.BytesIO()
    image.save(buffer, ending)
    return buffer.getvalue()


SVG = b"""<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24">
<rect width="24" height="24" fill="orange"/></svg>"""
TALL_SVG = b"""<svg xmlns="http://www.w3.org/2000/svg" width="1000" height="4000">
<rect width="1000" height="4000" fill="orange"/><text x="50" y="300" font-size="80">Drawn words</text></svg>"""
GBK = "学习率 0.001，损失 2.31\n" * 3
FILM = b"\x00\x00\x00\x18ftypmp42" + bytes(3000)
PAGE = b"<!doctype html><title>A page</title><p>This is a page and no film."

KINDS: dict[str, Kind] = {
    "/a.png": Kind(drawing("PNG"), "image/png"),
    "/a.webp": Kind(drawing("WEBP"), "image/webp"),
    "/a.avif": Kind(drawing("AVIF"), "image/avif"),
    "/a.gif": Kind(drawing("GIF"), "image/gif"),
    "/a.ico": Kind(drawing("ICO", (32, 32)), "image/x-icon"),
    "/a.svg": Kind(SVG, "image/svg+xml"),
    "/tall.svg": Kind(TALL_SVG, "image/svg+xml"),
    "/gbk.txt": Kind(GBK.encode("gbk"), "text/plain"),
    "/packed.json": Kind(b'{"optimizer": "adamw"}', "application/json", is_packed=True),
    "/bom.xml": Kind(b"\xef\xbb\xbf<?xml version='1.0'?><steps><step loss='2.31'/></steps>", "text/xml"),
    "/feed": Kind(b"<rss version='2.0'><channel><title>News</title></channel></rss>", "application/rss+xml"),
    "/README.md": Kind("# 优化器\n\nA list:\n\n- one\n".encode(), "text/markdown; charset=utf-8"),
    "/step.js": Kind(b"function step(w, g) {\n  return w - 0.1 * g;\n}\n", "text/javascript"),
    "/film.mp4": Kind(FILM, "video/mp4"),
    "/chunked.mp3": Kind(b"ID3" + bytes(2000), "audio/mpeg", is_chunked=True),
    "/list.m3u8": Kind(b"#EXTM3U\n#EXT-X-ENDLIST\n", "application/vnd.apple.mpegurl"),
    "/lie.mp4": Kind(PAGE, "video/mp4"),
    "/page.bin": Kind(PAGE, "application/octet-stream"),
    "/table.csv": Kind(b"step,loss\n1,2.31\n", "text/csv"),
    "/thesis.docx": Kind(b"PK\x03\x04" + bytes(60), "application/octet-stream"),
    "/weights.zip": Kind(b"PK\x05\x06" + bytes(18), "application/zip", 'attachment; filename="weights.zip"'),
    "/notes.txt": Kind(b"step 1: loss 2.31\n", "text/plain", "attachment"),
    "/hostile": Kind(b"x", "application/zip", 'attachment; filename="../../etc/pass\u202ewd.zip"'),
    "/chinese": Kind(b"x", "application/zip", "attachment; filename*=UTF-8''%E4%BC%98%E5%8C%96%E5%99%A8.zip"),
    "/long": Kind(b"x", "application/zip", f'attachment; filename="{"a" * 300}.zip"'),
    "/reserved": Kind(b"x", "application/zip", 'attachment; filename="CON.zip"'),
    "/nameless/": Kind(b"x", "application/zip", "attachment"),
    "/inline.pdf": Kind(paper([Words("a paper")]), "application/pdf"),
    "/octet": Kind(paper([Words("a paper")]), "application/octet-stream"),
    "/attached": Kind(paper([Words("a paper")]), "application/pdf", 'attachment; filename="paper.pdf"'),
}


def routes(kinds: dict[str, Kind]) -> list[web.RouteDef]:
    """The routes of a site that has these files."""
    return [web.get(path, _answer(kind)) for path, kind in kinds.items()]


def _answer(kind: Kind) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def answer(request: web.Request) -> web.StreamResponse:
        headers = {"Content-Type": kind.content_type} if kind.content_type else {}
        if kind.disposition:
            headers["Content-Disposition"] = kind.disposition
        if kind.is_packed:
            headers["Content-Encoding"] = "gzip"
        response = web.StreamResponse(headers=headers)
        content = gzip.compress(kind.content) if kind.is_packed else kind.content
        if kind.is_chunked:
            response.enable_chunked_encoding()
        else:
            response.content_length = len(content)
        await response.prepare(request)
        await response.write(content)
        await response.write_eof()
        return response

    return answer


class EndlessFilm:
    """A film that never ends; ``sent_bytes`` of it have been sent."""

    def __init__(self) -> None:
        self.sent_bytes = 0

    async def answer(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "video/webm"})
        await response.prepare(request)
        try:
            while True:
                await response.write(bytes(65_536))
                self.sent_bytes += 65_536
        except (ConnectionError, asyncio.CancelledError):
            return response


async def promised_film(request: web.Request) -> web.StreamResponse:
    """A film that says how large it is, and of which no more than the beginning comes."""
    response = web.StreamResponse(headers={"Content-Type": "video/mp4", "Content-Length": "1500000000"})
    await response.prepare(request)
    await response.write(bytes(65_536))
    await asyncio.Event().wait()  # ends with the connection
    return response
