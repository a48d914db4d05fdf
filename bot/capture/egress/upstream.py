"""The operator's own proxy (EGRESS_PROXY) behind ours: what has passed our rule goes out through it.

It is trusted: a name that this machine can't look up is left to it.
"""

import asyncio
from base64 import b64encode
from dataclasses import dataclass
from urllib.parse import unquote

import ada_url

from bot.addresses import canonical_host
from bot.capture.egress.passage import Obstacle, Trouble, Unreachable
from bot.errors import SettingsError

CONNECT_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Upstream:
    """An http proxy; ``authorization`` is the value of its Proxy-Authorization header."""

    host: str
    port: int
    authorization: str | None = None

    @classmethod
    def parse(cls, url: str) -> "Upstream":
        """Read ``http://[user:password@]host:port``; raises ``SettingsError``, which never shows the password."""
        try:
            parsed = ada_url.URL(url)
        except ValueError:
            parsed = None
        if parsed is None or parsed.protocol != "http:" or not parsed.hostname:
            raise SettingsError("EGRESS_PROXY can't be used: write it as http://host:port.")
        credentials = f"{unquote(parsed.username)}:{unquote(parsed.password)}"
        authorization = f"Basic {b64encode(credentials.encode()).decode()}" if parsed.username else None
        return cls(canonical_host(parsed.hostname), int(parsed.port or 80), authorization)

    @property
    def authorization_headers(self) -> list[tuple[bytes, bytes]]:
        """What a plain http request to the proxy carries so that it lets us in."""
        return [(b"Proxy-Authorization", self.authorization.encode())] if self.authorization else []

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection to the proxy; raises ``Unreachable``."""
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                return await asyncio.open_connection(self.host, self.port)
        except (OSError, TimeoutError):
            raise _broken("The proxy that EGRESS_PROXY names could not be reached.") from None

    async def tunnel(self, host: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection through the proxy to ``host``; raises ``Unreachable``."""
        reader, writer = await self.connect()
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                writer.write(self._connect_request(host, port))
                answer = await reader.readuntil(b"\r\n\r\n")
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            answer = b""
        if answer.split(b" ", 2)[1:2] != [b"200"]:
            writer.transport.abort()
            raise _broken(f"The proxy that EGRESS_PROXY names did not connect to {host}.")
        return reader, writer

    def _connect_request(self, host: str, port: int) -> bytes:
        authority = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        lines = [f"CONNECT {authority} HTTP/1.1", f"Host: {authority}"]
        if self.authorization:
            lines.append(f"Proxy-Authorization: {self.authorization}")
        return "\r\n".join([*lines, "", ""]).encode("ascii")


def _broken(sentence: str) -> Unreachable:
    return Unreachable(Trouble(Obstacle.BROKEN, sentence))
