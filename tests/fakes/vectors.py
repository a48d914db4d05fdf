"""A hostile site on loopback and the canaries that its pages try to reach, each by a way of its own."""

import asyncio
import json
import re
import tomllib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from aiohttp import web

from tests.fakes.network import Answer, listening

CORPUS = Path(__file__).parent.parent / "corpora" / "page_vectors.toml"
PAGES = Path(__file__).parent / "hostile"
_NAME = re.compile(rb"([a-z0-9_]+)\.localhost")
SONG = b"A canary sings."
_NO_STORE = ("Cache-Control", "no-store")


@dataclass(frozen=True, slots=True)
class Vector:
    """A row of the corpus, which says what its fields mean."""

    name: str
    html: str = ""
    script: str = ""
    alone: bool = False
    status: int = 200
    headers: Sequence[str] = ()
    hits: Literal["both", "full", "none", "sometimes"] = "both"
    reason: str = ""
    stopped: Literal["proxy", "browser"] = "proxy"
    row: str | None = None

    def can_hit(self, kind: str) -> bool:
        """Whether it reaches its canary from this kind of unprotected browser, ``shell`` or ``full``."""
        return self.hits in {"both", kind}

    @property
    def is_asked_of_proxy(self) -> bool:
        """Whether a capture asks the proxy, which has to refuse; else the browser itself never asks."""
        return self.stopped == "proxy" and (self.hits != "none" or self.name == "css_print")


VECTORS = tuple(Vector(**row) for row in tomllib.loads(CORPUS.read_text(encoding="utf-8"))["vector"])
TOGETHER = tuple(vector for vector in VECTORS if not vector.alone)
ALONE = tuple(vector for vector in VECTORS if vector.alone)


class Canaries:
    """Hosts that no page may reach. ``hits`` are the names of the vectors that did, by whatever arrived."""

    def __init__(self) -> None:
        self.hits: set[str] = set()
        self.port = 0
        self.bare_ports: dict[str, tuple[int, int]] = {}
        self._hit = asyncio.Condition()

    async def reached(self, names: set[str], *, within_seconds: float) -> None:
        """Wait until all of these have been hit, or the time is up."""
        try:
            async with asyncio.timeout(within_seconds), self._hit:
                await self._hit.wait_for(lambda: names <= self.hits)
        except TimeoutError:
            return

    async def note(self, name: str) -> None:
        async with self._hit:
            self.hits.add(name)
            self._hit.notify_all()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection. Its first bytes have the name in them, in the Host header or in the greeting of TLS."""
        try:
            head = await reader.read(65536)
            name = _NAME.search(head)
            await self.note(name[1].decode() if name else f"unknown: {head[:80]!r}")
            writer.write(
                b"HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\nConnection: close\r\n\r\n" + SONG
            )
            await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, canaries: Canaries, name: str) -> None:
        self._canaries = canaries
        self._name = name
        self._notes: set[asyncio.Task[None]] = set()

    def datagram_received(self, _: bytes, __: object) -> None:
        self._notes.add(asyncio.ensure_future(self._canaries.note(self._name)))


@asynccontextmanager
async def canaries() -> AsyncIterator[Canaries]:
    """One port for all who say their name, and for those who can't a port of TCP and one of UDP each."""
    found = Canaries()
    async with AsyncExitStack() as stack:
        found.port = await _listening(found.serve, stack)
        for vector in VECTORS:
            if re.search(r"\b(tcp|udp)\b", vector.html + vector.script):
                found.bare_ports[vector.name] = await _bare_ports(found, vector.name, stack)
        yield found


async def _bare_ports(found: Canaries, name: str, stack: AsyncExitStack) -> tuple[int, int]:
    """A port of TCP and one of UDP; a connection or a datagram is a hit."""

    async def accept(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await found.note(name)
        writer.close()

    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        partial(_Datagrams, found, name), local_addr=("127.0.0.1", 0)
    )
    stack.callback(transport.close)
    return await _listening(accept, stack), transport.get_extra_info("sockname")[1]


async def _listening(serve: Answer, stack: AsyncExitStack) -> int:
    return await stack.enter_async_context(listening(serve))


class HostileSite:
    """Serves all vectors that don't disturb each other at ``/together``, and each other at ``/alone/<name>``.

    The pages in the folder ``hostile`` are served by their names.
    """

    def __init__(self, canaries: Canaries) -> None:
        self._canaries = canaries
        self.app = web.Application()
        self.app.add_routes(
            [
                web.get("/together", self._together),
                web.get("/alone/{name}", self._alone),
                web.route("*", "/to/{status}", _redirect),
                web.get("/echo", _echo),
                web.get("/locked", _locked),
                web.get("/attachment", _attachment),
                web.get("/{page}", _own_page),
            ]
        )

    async def _together(self, _: web.Request) -> web.Response:
        return _page("".join(self._part(vector) for vector in TOGETHER))

    async def _alone(self, request: web.Request) -> web.Response:
        vector = next(each for each in ALONE if each.name == request.match_info["name"])
        aims = self._aims(vector)
        headers = _headers([_aimed(header, aims) for header in vector.headers])
        return _page(self._part(vector), status=vector.status, headers=headers)

    def _part(self, vector: Vector) -> str:
        aims = self._aims(vector)
        markup = f'<div data-vector="{vector.name}">{_aimed(vector.html, aims)}</div>'
        if not vector.script:
            return markup
        names = ", ".join(aims)
        run = f"vector(async ({{ {names} }}) => {{\n{vector.script}\n}}, {json.dumps(aims)})"
        return f"{markup}<script>{run}</script>"

    def _aims(self, vector: Vector) -> dict[str, str]:
        host = f"{vector.name}.localhost:{self._canaries.port}"
        tcp, udp = self._canaries.bare_ports.get(vector.name, (0, 0))
        return {
            "hit": f"http://{host}/",
            "host": host,
            "redirect": f"/to/302?url=http://{host}/",
            "tcp": f"127.0.0.1:{tcp}",
            "udp": f"127.0.0.1:{udp}",
        }


def _aimed(text: str, aims: Mapping[str, str]) -> str:
    for name, aim in aims.items():
        text = text.replace(f"{{{name}}}", aim)
    return text


def _page(body: str, *, status: int = 200, headers: Sequence[tuple[str, str]] = ()) -> web.Response:
    script = CORPUS.parent.parent.joinpath("fakes/vectors.js").read_text(encoding="utf-8")
    return web.Response(
        text=f"<!doctype html><meta charset=utf-8><title>Hostile</title><p>A page.<script>{script}</script>{body}",
        status=status,
        content_type="text/html",
        headers=[*headers, _NO_STORE],
    )


async def _redirect(request: web.Request) -> web.Response:
    return web.Response(
        status=int(request.match_info["status"]), headers=[("Location", request.query["url"]), _NO_STORE]
    )


async def _locked(_: web.Request) -> web.Response:
    return web.Response(status=401, headers={"WWW-Authenticate": 'Basic realm="x"'})


async def _attachment(_: web.Request) -> web.Response:
    return web.Response(body=bytes(1000), headers={"Content-Disposition": "attachment; filename=x.bin"})


async def _own_page(request: web.Request) -> web.Response:
    file = PAGES / f"{request.match_info['page']}.html"
    if not file.is_file():
        raise web.HTTPNotFound
    return web.Response(text=file.read_text(encoding="utf-8"), content_type="text/html", charset="utf-8")


async def _echo(request: web.Request) -> web.Response:
    """An answer as the page wishes it: its body, its type and its headers."""
    given = request.query.getall("header", [])
    headers = _headers([f"Content-Type: {request.query['type']}", "Service-Worker-Allowed: /", *given])
    return web.Response(body=request.query["body"].encode(), headers=headers)


def _headers(lines: Sequence[str]) -> list[tuple[str, str]]:
    return [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines)]


@asynccontextmanager
async def hostile_site(canaries: Canaries) -> AsyncIterator[str]:
    """The authority of a hostile site, which the browser may reach."""
    runner = web.AppRunner(HostileSite(canaries).app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
