"""Carrying one request, or the bytes of one tunnel, between the browser and a host that was decided on before."""

import asyncio
import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import h11

from bot.capture.egress.passage import Obstacle, Passage, Trouble, Unreachable

log = logging.getLogger(__name__)

MAX_HEADER_BYTES = 64 * 1024
HTTP_CHUNK_BYTES = 16 * 1024
TUNNEL_CHUNK_BYTES = 64 * 1024

_HOP_BY_HOP = frozenset(
    {
        b"connection", b"keep-alive", b"proxy-authenticate", b"proxy-authorization", b"proxy-connection",
        b"te", b"trailer", b"transfer-encoding", b"upgrade",
    }
)  # fmt: skip

Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Onward:
    """How a request for ``host`` is written to the next hop: its target, and the headers for that hop alone."""

    host: str
    target: bytes
    headers: Headers


class Browser:
    """The browser's end of one connection to the proxy."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        # h11 measures before a read, so that with the last one the limit is kept
        self.http = h11.Connection(h11.SERVER, max_incomplete_event_size=MAX_HEADER_BYTES - HTTP_CHUNK_BYTES)

    async def next_request(self) -> h11.Request | None:
        """The next request of the connection; None when the browser has ended it."""
        if self.http.our_state is h11.DONE and self.http.their_state is h11.DONE:
            self.http.start_next_cycle()
        event = await next_event(self.http, self.reader)
        return event if isinstance(event, h11.Request) else None

    async def send(self, event: Any) -> None:
        """Write one event, and wait while the browser reads more slowly than we write."""
        self.writer.write(self.http.send(event) or b"")
        await self.writer.drain()

    async def say(self, status: int, sentence: str, headers: Iterable[tuple[str, str]] = ()) -> bool:
        """Answer in place of the host; the connection ends with it (always False)."""
        if self.http.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
            body = sentence.encode()
            length = ("Content-Length", str(len(body)))
            kind = ("Content-Type", "text/plain; charset=utf-8")
            await self.send(
                h11.Response(status_code=status, headers=[length, kind, ("Connection", "close"), *headers])
            )
            await self.send(h11.Data(data=body))
            await self.send(h11.EndOfMessage())
        await self._finish()
        return False

    async def ask_for_key(self) -> bool:
        """Ask which capture this is; browsers send their key only when asked."""
        return await self.say(
            407, "This proxy is for captures only.", [("Proxy-Authenticate", 'Basic realm="captures"')]
        )

    async def _finish(self) -> None:
        if self.writer.can_write_eof():
            self.writer.write_eof()


async def next_event(http: h11.Connection, reader: asyncio.StreamReader) -> Any:
    """The next event of a connection, reading as much as it takes."""
    while (event := http.next_event()) is h11.NEED_DATA:
        http.receive_data(await reader.read(HTTP_CHUNK_BYTES))
    return event


async def forward(
    browser: Browser, request: h11.Request, stream: Stream, passage: Passage, onward: Onward
) -> bool:
    """Carry a request to the host and its answer back; whether the browser's connection may go on.

    The host gets its own connection for each request: the decision to let it through is never reused.
    """
    host = h11.Connection(h11.CLIENT)
    with _lent(stream, passage) as (reader, writer):
        await _send_request(browser, request, host, writer, onward)
        response = await _response(host, reader, onward.host)
        if response.status_code == 407:  # only we may ask the browser for a key
            raise Unreachable(Trouble(Obstacle.BROKEN, f"{onward.host} answered as only a proxy may."))
        return await _send_response(browser, response, host, reader, passage)


@contextmanager
def _lent(stream: Stream, passage: Passage) -> Iterator[Stream]:
    """A connection to a host for one use; it ends with the capture at the latest."""
    writer = stream[1]
    with passage.holding(writer.transport):
        try:
            yield stream
        finally:
            writer.close()


async def _send_request(
    browser: Browser, request: h11.Request, host: h11.Connection, writer: asyncio.StreamWriter, onward: Onward
) -> None:
    kept = end_to_end(request.headers.raw_items(), but={b"host"})
    framing = [(name, value) for name, value in request.headers if name == b"transfer-encoding"]
    headers = [*onward.headers, *kept, *framing, (b"Connection", b"close")]
    writer.write(host.send(h11.Request(method=request.method, target=onward.target, headers=headers)) or b"")
    while True:
        event = await next_event(browser.http, browser.reader)
        if browser.http.they_are_waiting_for_100_continue:
            await browser.send(h11.InformationalResponse(status_code=100, headers=[]))
        writer.write(host.send(event) or b"")
        await writer.drain()
        if isinstance(event, h11.EndOfMessage):
            return


async def _response(host: h11.Connection, reader: asyncio.StreamReader, name: str) -> h11.Response:
    """The answer itself, after what a host may say before it (100, 103); raises ``Unreachable``."""
    try:
        while isinstance(event := await next_event(host, reader), h11.InformationalResponse):
            pass
    except (OSError, h11.RemoteProtocolError):
        raise Unreachable(
            Trouble(Obstacle.BROKEN, f"{name} broke off the connection or gave an answer that can't be read.")
        ) from None
    if isinstance(event, h11.Response):
        return event
    raise Unreachable(Trouble(Obstacle.BROKEN, f"{name} closed the connection without an answer."))


async def _send_response(
    browser: Browser,
    response: h11.Response,
    host: h11.Connection,
    reader: asyncio.StreamReader,
    passage: Passage,
) -> bool:
    is_chunked = any(name == b"transfer-encoding" for name, _ in response.headers)
    headers = end_to_end(response.headers.raw_items(), but={b"content-length"} if is_chunked else set())
    await browser.send(
        h11.Response(status_code=response.status_code, headers=headers, reason=response.reason)
    )
    while not isinstance(event := await next_event(host, reader), h11.EndOfMessage):
        passage.receive(len(event.data))
        await browser.send(h11.Data(data=event.data))
    await browser.send(h11.EndOfMessage())
    return browser.http.our_state is h11.DONE


def end_to_end(headers: Iterable[tuple[bytes, bytes]], *, but: set[bytes]) -> Headers:
    """The headers that are for the other end and not for one connection, without those named in ``but``."""
    pairs = list(headers)
    named = {
        word.strip().lower()
        for name, value in pairs
        if name.lower() == b"connection"
        for word in value.split(b",")
    }
    dropped = _HOP_BY_HOP | named | but
    return [(name, value) for name, value in pairs if name.lower() not in dropped]


async def tunnel(browser: Browser, stream: Stream, passage: Passage) -> None:
    """Carry bytes both ways until both ends have said all, one breaks off or the capture ends."""
    with _lent(stream, passage) as (reader, writer):
        await browser.send(h11.Response(status_code=200, headers=[], reason=b"Connection established"))
        early, _ = browser.http.trailing_data
        writer.write(early)
        try:
            async with asyncio.TaskGroup() as ways:
                ways.create_task(_pump(browser.reader, writer))
                ways.create_task(_pump(reader, browser.writer, passage))
        except* OSError:
            log.debug("One end of a tunnel broke off")


async def _pump(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, passage: Passage | None = None
) -> None:
    while chunk := await reader.read(TUNNEL_CHUNK_BYTES):
        if passage:
            passage.receive(len(chunk))
        writer.write(chunk)
        await writer.drain()
    if writer.can_write_eof():
        writer.write_eof()
