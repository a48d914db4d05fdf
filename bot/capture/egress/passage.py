"""One capture's way through the egress proxy: its key, its limits, what passed and what was stopped."""

import asyncio
import secrets
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum

MAX_BYTES = 256 * 1024 * 1024
MAX_REQUESTS = 5_000
MAX_TROUBLES = 500


class Obstacle(StrEnum):
    """Why a request did not get through."""

    RULE = "our own rule"
    NAME = "no such name"
    REFUSED = "connection refused"
    TIMEOUT = "no answer"
    BROKEN = "broken connection"
    LIMIT = "limit"


@dataclass(frozen=True, slots=True)
class Trouble:
    """A request that did not get through, and a sentence about it for the person."""

    obstacle: Obstacle
    sentence: str


class Unreachable(Exception):  # noqa: N818 - it says what the host is
    """A host that could not be connected to. Stays inside this room: the proxy notes its ``trouble``."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.sentence)
        self.trouble = trouble


@dataclass(slots=True, eq=False)
class Passage:
    """What one capture may send through the proxy and what it did; the proxy writes, the capture reads.

    ``username`` and ``password`` open the proxy for this capture alone. ``troubles`` are by ``(host, port)``.
    """

    max_bytes: int = MAX_BYTES
    max_requests: int = MAX_REQUESTS
    username: str = field(default_factory=lambda: secrets.token_hex(8))
    password: str = field(default_factory=lambda: secrets.token_hex(16), repr=False)
    received_bytes: int = 0
    requests: int = 0
    troubles: dict[tuple[str, int], Trouble] = field(default_factory=dict)
    _transports: set[asyncio.WriteTransport] = field(default_factory=set, repr=False)

    @property
    def authorization(self) -> bytes:
        """The header value with which the browser shows that a request belongs to this capture."""
        return b"Basic " + b64encode(f"{self.username}:{self.password}".encode())

    @property
    def is_exhausted(self) -> bool:
        """Whether the capture has used up what it may fetch."""
        return self.received_bytes > self.max_bytes or self.requests > self.max_requests

    def note(self, host: str, port: int, trouble: Trouble) -> None:
        """Remember what stopped a request; a page that asks for thousands of hosts fills no memory."""
        if len(self.troubles) < MAX_TROUBLES or (host, port) in self.troubles:
            self.troubles[host, port] = trouble

    def receive(self, size_bytes: int) -> None:
        """Count what came in; at the limit every connection of the capture is cut."""
        self.received_bytes += size_bytes
        if self.is_exhausted:
            self.cut()

    @property
    def connections(self) -> int:
        """How many connections are open, on both sides."""
        return len(self._transports)

    @contextmanager
    def holding(self, transport: asyncio.WriteTransport) -> Iterator[None]:
        """Let a connection end with the capture at the latest, and with the block."""
        self._transports.add(transport)
        try:
            yield
        finally:
            self._transports.discard(transport)

    def cut(self) -> None:
        """End every connection of the capture now."""
        for transport in tuple(self._transports):
            transport.abort()
