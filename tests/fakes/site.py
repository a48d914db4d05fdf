"""A web site on loopback with one page for each thing that pages do to a browser. All texts are our own."""

import asyncio
import io
import re
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Self

from aiohttp import web
from aiohttp.typedefs import Handler
from PIL import Image, ImageDraw

PAGES = Path(__file__).parent / "site"
LAZY_PICTURES = 30
LONG_PARAGRAPHS = 60
TALL_PIXELS = 61_000
TABLE_ROWS = 700
_REPEATED = re.compile(r"<!-- (\d+) times: (.*?) -->")

_PARAGRAPH = (
    "Paragraph {number}. A loss surface in many dimensions has few true valleys and very many saddles, and what "
    "looks like the end of progress is most often a plateau that a little noise helps to cross. Small batches "
    "bring that noise for nothing, which is one reason why they find flatter places than large ones do."
)


class SiteDouble:
    """The site, as an async context manager. ``requests`` are the paths in the order in which they were asked for."""

    def __init__(self) -> None:
        self.requests: list[str] = []
        self.port = 0
        self._open: dict[str, asyncio.Event] = defaultdict(_set_event)
        self._asked = asyncio.Condition()
        self._closing = asyncio.Event()
        self._runner = web.AppRunner(self._app(), access_log=None, shutdown_timeout=0.1)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = int(self._runner.addresses[0][1])
        return self

    async def __aexit__(self, *_: object) -> None:
        self._closing.set()
        for event in self._open.values():
            event.set()
        await self._runner.cleanup()

    def url(self, path: str) -> str:
        """The address of a page."""
        return f"http://127.0.0.1:{self.port}{path}"

    @property
    def allow(self) -> str:
        """The entry of EGRESS_ALLOW that opens this site."""
        return f"127.0.0.1:{self.port}"

    def hold(self, path: str) -> None:
        """Keep requests for ``path`` waiting until ``release``."""
        self._open[path].clear()

    def release(self, path: str) -> None:
        """Answer the requests for ``path`` that wait, and those that come."""
        self._open[path].set()

    async def asked(self, path: str, *, times: int = 1, within_seconds: float = 30) -> None:
        """Wait until ``path`` has been asked for so many times."""
        async with asyncio.timeout(within_seconds), self._asked:
            await self._asked.wait_for(lambda: self.requests.count(path) >= times)

    def _app(self) -> web.Application:
        app = web.Application(middlewares=[self._at_the_door])
        app.add_routes(
            [
                web.get("/long", _long),
                web.get("/many", _many),
                web.get("/table", _table),
                web.get("/tall", _tall),
                web.get("/picture/{number}.png", _picture_answer),
                web.get("/app.json", _app_content),
                web.get("/never", self._never),
                web.get("/hang", self._never),
                web.get("/status/{status}", _status),
                web.get("/to", _redirect),
                web.get("/file.zip", _zip),
                web.get("/plain.txt", _text),
                web.get("/{page}", _page),
            ]
        )
        return app

    @web.middleware
    async def _at_the_door(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        async with self._asked:
            self.requests.append(request.path)
            self._asked.notify_all()
        await self._open[request.path].wait()
        return await handler(request)

    async def _never(self, _: web.Request) -> web.StreamResponse:
        await self._closing.wait()
        return web.Response(text="too late")


def _set_event() -> asyncio.Event:
    event = asyncio.Event()
    event.set()
    return event


async def _page(request: web.Request) -> web.StreamResponse:
    path = PAGES / f"{request.match_info['page']}.html"
    if not path.is_file():
        return _html("<title>Not found</title><h1>There is no such page here.</h1>", status=404)
    return web.Response(text=_REPEATED.sub(_repeat, path.read_text()), content_type="text/html")


def _repeat(line: re.Match[str]) -> str:
    """A line so many times as its comment says, each with its number: what fills a page up."""
    return "\n".join(line[2].replace("{number}", str(number + 1)) for number in range(int(line[1])))


def _html(body: str, *, status: int = 200) -> web.Response:
    return web.Response(
        text=f"<!doctype html><meta charset=utf-8>{body}", content_type="text/html", status=status
    )


async def _long(_: web.Request) -> web.Response:
    """Thirty pictures far apart: by the attribute, by ``data-src`` and by a script that watches for them."""
    parts = [
        "<title>A long walk downhill</title><style>body{max-width:44rem;margin:auto;font:18px/1.7 serif}"
    ]
    parts.append("img{display:block;width:640px;height:200px}</style><h1>A long walk downhill</h1>")
    for number in range(LONG_PARAGRAPHS):
        parts.append(f"<p>{_PARAGRAPH.format(number=number + 1)}</p>")
        if number % 2 == 0:
            parts.append(_lazy(number // 2))
    parts.append(_WATCH)
    return _html("".join(parts))


_WATCH = """<script>
const seen = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) if (isIntersecting) target.src = target.dataset.later;
});
document.querySelectorAll("img[data-later]").forEach((image) => seen.observe(image));
</script>"""


def _lazy(number: int) -> str:
    source = f"/picture/{number}.png"
    ways = (f'loading="lazy" src="{source}"', f'data-src="{source}"', f'data-later="{source}"')
    return f'<img alt="figure {number}" width="640" height="200" {ways[number % 3]}>'


async def _many(_: web.Request) -> web.Response:
    """One hundred and fifty small files."""
    dots = "".join(f'<img src="/picture/{n % LAZY_PICTURES}.png?{n}" width="64" alt="">' for n in range(150))
    return _html(f"<title>A mosaic</title><h1>A mosaic of one hundred and fifty</h1>{dots}")


async def _table(request: web.Request) -> web.Response:
    """A page of one megabyte and about eighteen thousand pixels, or as long as ``rows`` says."""
    count = int(request.query.get("rows", TABLE_ROWS))
    cells = "".join(
        f'<td class="measured step-{number}" data-unit="nats" title="The loss after this step, smoothed over ten '
        f'of them">{number / 7919:.6f}</td>'
        for number in range(12)
    )
    rows = "".join(f"<tr><th>run {number:05}</th>{cells}</tr>" for number in range(count))
    return _html(f"<title>All runs</title><h1>All runs</h1><table>{rows}</table>")


@cache
def picture(number: int) -> bytes:
    """A figure that can be told from every other by its colour."""
    image = Image.new("RGB", (640, 200), colour(number))
    ImageDraw.Draw(image).text((20, 80), f"Figure {number}", fill="white", font_size=36)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def colour(number: int) -> tuple[int, int, int]:
    """The colour of a figure."""
    return 40 + 6 * number, 90, 220 - 6 * number


async def _tall(_: web.Request) -> web.Response:
    """6,100 rows of ten pixels: too high for one picture, and too many elements for a tagged PDF."""
    rows = "".join(f"<div>{number}</div>" for number in range(TALL_PIXELS // 10))
    style = "body { margin: 0 } div { height: 10px; font: 9px/10px monospace }"
    page = f"<!doctype html><title>A tall page</title><style>{style}</style>{rows}"
    return web.Response(text=page, content_type="text/html")


async def _picture_answer(request: web.Request) -> web.Response:
    return web.Response(body=picture(int(request.match_info["number"])), content_type="image/png")


async def _app_content(_: web.Request) -> web.Response:
    paragraphs = [_PARAGRAPH.format(number=number) for number in range(1, 4)]
    return web.json_response({"title": "Filled in by a script", "paragraphs": paragraphs})


async def _status(request: web.Request) -> web.Response:
    status = int(request.match_info["status"])
    return _html(f"<title>Answer {status}</title><h1>The answer was {status}</h1>", status=status)


async def _redirect(request: web.Request) -> web.Response:
    return web.Response(status=302, headers={"Location": request.query["url"]})


async def _zip(_: web.Request) -> web.Response:
    headers = {"Content-Disposition": 'attachment; filename="weights.zip"'}
    return web.Response(body=b"PK\x05\x06" + bytes(18), content_type="application/zip", headers=headers)


async def _text(_: web.Request) -> web.Response:
    return web.Response(text="step 1: loss 2.31\nstep 2: loss 1.87\n学习率 0.001\n")
