"""A site on loopback with pages that show things in every way there is, for copies to be compared with them."""

import io
import re
from pathlib import Path
from typing import Self

from aiohttp import web
from PIL import Image

FILES = Path(__file__).parent / "copied"
_TYPES = {".css": "text/css", ".html": "text/html", ".svg": "image/svg+xml"}


class CopiedSite:
    """The site, as an async context manager; ``{other}`` in its files is the origin of the ``other`` site.

    ``/colour/RRGGBB.png`` is a picture of that colour, 60 by 40 or ``?w=`` by ``?h=`` pixels. ``requests`` are the
    paths that were asked for.
    """

    def __init__(self, other: Self | None = None) -> None:
        self.requests: list[str] = []
        self.port = 0
        self._other = other
        app = web.Application()
        app.add_routes([web.get("/colour/{colour}.png", self._colour), web.get("/{name:.+}", self._file)])
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.port = int(self._runner.addresses[0][1])
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    @property
    def allow(self) -> str:
        """The entry of EGRESS_ALLOW that opens this site."""
        return f"127.0.0.1:{self.port}"

    def url(self, path: str) -> str:
        """The address of a page."""
        return f"http://{self.allow}{path}"

    async def _colour(self, request: web.Request) -> web.Response:
        self.requests.append(request.path)
        size = int(request.query.get("w", 60)), int(request.query.get("h", 40))
        return web.Response(body=picture(request.match_info["colour"], size), content_type="image/png")

    async def _file(self, request: web.Request) -> web.Response:
        self.requests.append(request.path)
        path = FILES / request.match_info["name"]
        if not path.is_file():
            return web.Response(status=404)
        text = path.read_text(encoding="utf-8")
        other = self._other.url("") if self._other else ""
        return web.Response(
            text=re.sub(r"\{other\}", other, text), content_type=_TYPES[path.suffix], charset="utf-8"
        )


def picture(colour: str, size: tuple[int, int] = (60, 40)) -> bytes:
    """A picture of one colour, given as ``RRGGBB``."""
    buffer = io.BytesIO()
    Image.new("RGB", size, f"#{colour}").save(buffer, "PNG")
    return buffer.getvalue()
