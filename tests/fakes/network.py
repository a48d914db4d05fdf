"""A network on paper, hosts on loopback that answer as they are told, and a client of the egress proxy by hand."""

import asyncio
import ipaddress
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from bot.addresses import Address, AddressRule
from bot.capture.egress.outbound import Outbound
from bot.capture.egress.passage import Passage
from bot.capture.egress.proxy import EgressProxy
from bot.capture.egress.relay import Stream

SECONDS = 5
Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Any]


class Network:
    """A network that exists on paper: names have the answers that a row gives, and dialling is only written down."""

    def __init__(self, dns: dict[str, list[list[str]]], own: Sequence[str] = ()) -> None:
        self._answers = {name: iter(answers) for name, answers in dns.items()}
        self._own = {ipaddress.ip_address(address) for address in own}
        self.lookups = 0
        self.dialled: list[str] = []

    async def resolve(self, name: str, _: int) -> Sequence[str]:
        assert name.endswith("."), "the machine's search domains must not be tried"
        self.lookups += 1
        return next(self._answers[name.removesuffix(".")])

    async def dial(self, address: str, _: int) -> Stream:
        self.dialled.append(address)
        raise ConnectionRefusedError

    def is_own(self, address: Address) -> bool:
        return address in self._own

    def outbound(self) -> Outbound:
        return Outbound(AddressRule(), resolve=self.resolve, dial=self.dial, is_own=self.is_own)


class Origin:
    """A host on loopback that answers as it is told, and keeps the requests as they came."""

    def __init__(self) -> None:
        self.requests: list[bytes] = []
        self.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            self.requests.append(await reader.readuntil(b"\r\n\r\n"))
            writer.write(self.answer)
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def listening(serve: Answer) -> AsyncIterator[int]:
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()


class Client:
    """A browser by hand: bytes to the proxy, bytes back."""

    def __init__(self, stream: Stream, passage: Passage | None) -> None:
        self.reader, self.writer = stream
        self._passage = passage

    def send(self, request_line: str, *headers: str, body: bytes = b"") -> None:
        lines = [request_line, *headers]
        if self._passage:
            lines.append(f"Proxy-Authorization: {self._passage.authorization.decode()}")
        self.writer.write("\r\n".join([*lines, "", ""]).encode() + body)

    async def head(self) -> str:
        async with asyncio.timeout(SECONDS):
            return (await self.reader.readuntil(b"\r\n\r\n")).decode()

    async def rest(self) -> bytes:
        async with asyncio.timeout(SECONDS):
            return await self.reader.read()


@asynccontextmanager
async def visiting(proxy: EgressProxy, passage: Passage | None) -> AsyncIterator[Client]:
    client = Client(await asyncio.open_connection("127.0.0.1", proxy.port), passage)
    try:
        yield client
    finally:
        client.writer.close()


@asynccontextmanager
async def reaching(serve: Answer) -> AsyncIterator[tuple[Client, int, Callable[[], None]]]:
    """A client whose proxy opens one host, the port of that host, and a way to end the capture."""
    async with listening(serve) as port, EgressProxy(Outbound(AddressRule([f"127.0.0.1:{port}"]))) as proxy:
        passage = proxy.admit()
        async with visiting(proxy, passage) as client:
            yield client, port, lambda: proxy.dismiss(passage)
