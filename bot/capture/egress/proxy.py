"""The browser's only way out: a forward proxy on loopback that decides every request and every tunnel anew.

Who may use it is a ``Passage``; where it may lead is ``bot.addresses``; how it gets there is ``outbound``.
"""

import asyncio
import hmac
import logging
import re
from typing import Self

import ada_url
import h11

from bot.addresses import canonical_host
from bot.capture.egress.outbound import Outbound
from bot.capture.egress.passage import Obstacle, Passage, Trouble, Unreachable
from bot.capture.egress.relay import Browser, Onward, forward, tunnel
from bot.errors import RefusedAddress

log = logging.getLogger(__name__)

MAX_CONNECTIONS = 256
_AUTHORITY = re.compile(r"(?P<host>\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(?P<port>\d{1,5}))?", re.IGNORECASE)
_ABSOLUTE = re.compile(r"http://(?P<authority>[^/?#]+)(?P<path>[^#]*)", re.IGNORECASE)


class EgressProxy:
    """A proxy on ``127.0.0.1:port`` for the captures that were admitted; an async context manager."""

    def __init__(self, outbound: Outbound) -> None:
        self._outbound = outbound
        self._passages: dict[bytes, Passage] = {}
        self._connections: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self.port = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server:
            self._server.close()
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
        self._outbound.close()

    def admit(self) -> Passage:
        """Let a capture out, until it is dismissed."""
        passage = Passage()
        self._passages[passage.authorization] = passage
        return passage

    def dismiss(self, passage: Passage) -> None:
        """Close the way of a capture, with every connection that it still has."""
        self._passages.pop(passage.authorization, None)
        passage.cut()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = asyncio.create_task(self._serve(Browser(reader, writer)))
        self._connections.add(connection)
        connection.add_done_callback(self._connections.discard)

    async def _serve(self, browser: Browser) -> None:
        """Answer one connection of the browser, request after request, until it becomes a tunnel or ends."""
        try:
            while request := await browser.next_request():
                if not await self._answer(browser, request):
                    break
        except h11.RemoteProtocolError as error:
            await browser.say(error.error_status_hint or 400, "Not a request that can be forwarded.")
        except (OSError, h11.ProtocolError):
            log.debug("A connection of the browser broke off")
        except Exception:
            log.exception("A connection of the browser could not be served")
        finally:
            browser.writer.close()

    async def _answer(self, browser: Browser, request: h11.Request) -> bool:
        """Answer one request; whether the connection may carry another one."""
        passage = self._passage_of(request)
        if passage is None:
            return await browser.ask_for_key()
        try:
            host, port, path = target_of(request)
        except ValueError:
            return await browser.say(400, "Not an address that can be forwarded to.")
        passage.requests += 1
        if passage.is_exhausted or passage.connections > MAX_CONNECTIONS:
            passage.note(host, port, Trouble(Obstacle.LIMIT, f"{host} sends more than one capture may take."))
            return await browser.say(429, "This capture has fetched as much as one may.")
        with passage.holding(browser.writer.transport):
            return await self._pass(browser, request, passage, (host, port, path))

    async def _pass(
        self, browser: Browser, request: h11.Request, passage: Passage, target: tuple[str, int, str]
    ) -> bool:
        host, port, path = target
        try:
            if request.method == b"CONNECT":
                await tunnel(browser, await self._outbound.connect(host, port), passage)
                return False
            stream = await self._outbound.connect_for_request(host, port)
            return await forward(browser, request, stream, passage, self._onward(host, port, path))
        except RefusedAddress as error:
            passage.note(host, port, Trouble(Obstacle.RULE, str(error)))
            return await browser.say(403, str(error))
        except Unreachable as error:
            passage.note(host, port, error.trouble)
            return await browser.say(502, error.trouble.sentence)

    def _onward(self, host: str, port: int, path: str) -> Onward:
        """The Host header comes from the address, never from the browser; an upstream proxy is told all of it."""
        name = f"[{host}]" if ":" in host else host
        authority = name if port == 80 else f"{name}:{port}"
        headers = [(b"Host", authority.encode())]
        if self._outbound.upstream is None:
            return Onward(host, path.encode(), headers)
        return Onward(
            host,
            f"http://{authority}{path}".encode(),
            headers + self._outbound.upstream.authorization_headers,
        )

    def _passage_of(self, request: h11.Request) -> Passage | None:
        key = _header(request, b"proxy-authorization")
        return next((p for known, p in self._passages.items() if hmac.compare_digest(known, key)), None)


def _header(request: h11.Request, name: bytes) -> bytes:
    return next((value for header, value in request.headers if header == name), b"")


def target_of(request: h11.Request) -> tuple[str, int, str]:
    """Host, port and path that a request is for, read strictly; raises ``ValueError``."""
    text = request.target.decode("ascii")
    if request.method == b"CONNECT":
        host, port = _host_and_port(text, default_port=None)
        return host, port, ""
    match = _ABSOLUTE.fullmatch(text)
    if match is None or (_header(request, b"transfer-encoding") and _header(request, b"content-length")):
        raise ValueError(text)
    host, port = _host_and_port(match["authority"], default_port=80)
    path = match["path"]
    return host, port, path if path.startswith("/") else f"/{path}"


def _host_and_port(authority: str, *, default_port: int | None) -> tuple[str, int]:
    match = _AUTHORITY.fullmatch(authority)
    port = int((match and match["port"]) or default_port or 0)
    if match is None or not 0 < port < 65536:
        raise ValueError(authority)
    host = canonical_host(match["host"])
    if canonical_host(ada_url.URL(f"http://{match['host']}/").hostname) != host:
        raise ValueError(authority)  # a number that browsers read otherwise than it is written
    return host, port
