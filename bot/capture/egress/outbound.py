"""Connections to the outside: a name is looked up once, every answer is checked, a checked one is dialled."""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from bot.addresses import Address, AddressRule, literal_address
from bot.capture.egress.passage import Obstacle, Trouble, Unreachable
from bot.capture.egress.upstream import Upstream
from bot.errors import RefusedAddress

LOOKUP_SECONDS = 5
DIAL_SECONDS = 10

Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
Dial = Callable[[str, int], Awaitable[Stream]]


class Outbound:
    """Connects to hosts as ``rule`` allows. ``resolve``, ``dial`` and ``is_own`` are the only ways to the machine."""

    def __init__(
        self,
        rule: AddressRule,
        *,
        resolve: Resolve | None = None,
        dial: Dial = asyncio.open_connection,
        is_own: Callable[[Address], bool] | None = None,
        upstream: Upstream | None = None,
    ) -> None:
        self._rule = rule
        self._lookups = ThreadPoolExecutor(max_workers=16, thread_name_prefix="lookup")
        self._resolve = resolve or self._look_up
        self._dial = dial
        self._is_own = is_own or is_own_address
        self.upstream = upstream

    async def connect(self, host: str, port: int) -> Stream:
        """A connection to ``host`` itself, tunnelled where there is an upstream proxy.

        Raises ``RefusedAddress`` or ``Unreachable``.
        """
        addresses = await self._checked(host, port)
        if self.upstream:
            return await self.upstream.tunnel(host, port)
        return await self._dial_first(addresses, host, port)

    async def connect_for_request(self, host: str, port: int) -> Stream:
        """A connection that a plain http request for ``host`` can be written to: its own or the upstream proxy's.

        Raises ``RefusedAddress`` or ``Unreachable``.
        """
        addresses = await self._checked(host, port)
        if self.upstream:
            return await self.upstream.connect()
        return await self._dial_first(addresses, host, port)

    def close(self) -> None:
        """Drop look-ups that have not begun; those under way end by themselves."""
        self._lookups.shutdown(wait=False, cancel_futures=True)

    async def _checked(self, host: str, port: int) -> list[Address]:
        """Every address of ``host``, all of them allowed; none where only the upstream proxy knows the name."""
        self._rule.check_host(host, port)
        literal = literal_address(host)
        try:
            answers = [literal] if literal else await self._addresses(host, port)
        except Unreachable:
            if self.upstream is None:
                raise
            return []
        for address in answers:
            self._rule.check_address(address, host, port)
            if self._is_own(address) and not self._rule.is_named(address, host, port):
                raise RefusedAddress(f"{host} is the machine that Tagshot runs on, and that is not fetched.")
        # IPv4 first: a host without IPv6 is common, one without IPv4 is not
        return sorted(answers, key=lambda address: address.version)

    async def _dial_first(self, addresses: Sequence[Address], host: str, port: int) -> Stream:
        problem: Unreachable | None = None
        for address in addresses:
            try:
                return await self._dial_checked(address, host, port)
            except Unreachable as error:
                problem = error
        raise problem or _no_such_name(host)

    async def _addresses(self, host: str, port: int) -> list[Address]:
        # the root's dot keeps the resolver from trying the machine's own search domains
        name = host if self._rule.names_host(host, port) else f"{host}."
        try:
            async with asyncio.timeout(LOOKUP_SECONDS):
                answers = await self._resolve(name, port)
        except TimeoutError:
            raise Unreachable(
                Trouble(Obstacle.NAME, f"The name {host} could not be looked up in time.")
            ) from None
        except OSError:
            raise _no_such_name(host) from None
        if not answers:
            raise _no_such_name(host)
        return [ipaddress.ip_address(answer) for answer in dict.fromkeys(answers)]

    async def _look_up(self, name: str, port: int) -> Sequence[str]:
        answers = await asyncio.get_running_loop().run_in_executor(
            self._lookups, lambda: socket.getaddrinfo(name.encode("ascii"), port, type=socket.SOCK_STREAM)
        )
        return [str(answer[4][0]) for answer in answers]

    async def _dial_checked(self, address: Address, host: str, port: int) -> Stream:
        try:
            async with asyncio.timeout(DIAL_SECONDS):
                reader, writer = await self._dial(str(address), port)
        except TimeoutError:
            raise Unreachable(Trouble(Obstacle.TIMEOUT, f"{host} did not answer.")) from None
        except ConnectionRefusedError:
            raise Unreachable(Trouble(Obstacle.REFUSED, f"{host} refused the connection.")) from None
        except OSError:
            raise Unreachable(Trouble(Obstacle.BROKEN, f"{host} could not be reached.")) from None
        peer = writer.get_extra_info("peername")
        if ipaddress.ip_address(peer[0]) != address or peer[1] != port:
            writer.transport.abort()
            raise RefusedAddress(f"{host} was reached at another address than the one that was checked.")
        return reader, writer


def _no_such_name(host: str) -> Unreachable:
    return Unreachable(Trouble(Obstacle.NAME, f"There is no host named {host}."))


def is_own_address(address: Address) -> bool:
    """Whether the address is one of this machine's: only those can be bound to."""
    return _can_bind(address) and not _can_bind(ipaddress.ip_address("192.0.2.1"))


def _can_bind(address: Address) -> bool:
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((str(address), 0))
    except OSError:
        return False
    return True
