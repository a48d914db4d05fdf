"""Which addresses may be fetched: the one rule, for a link that comes in and for every connection of the browser.

Own tables, because ``ipaddress`` takes multicast, NAT64, 6to4 relays and cloud metadata for public; names and
numbers are read as browsers read them (WHATWG, by ada). Connections are made in ``bot.capture.egress.outbound``.
"""

import ipaddress
import re
import unicodedata
from collections.abc import Iterator, Sequence

import ada_url

from bot.errors import RefusedAddress, SettingsError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

MAX_URL_CHARACTERS = 2048
PORTS = frozenset({80, 443, 8000, 8080, 8443})

# IANA's special-purpose registry, and Azure's WireServer, which every classifier takes for public.
_V4_REFUSED = tuple(
    ipaddress.IPv4Network(network)
    for network in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
        "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
        "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32",
    )
)  # fmt: skip
# Only global unicast is open, without what tunnels to IPv4 (Teredo, 6to4) or is documentation.
_V6_OPEN = ipaddress.IPv6Network("2000::/3")
_V6_REFUSED = tuple(
    ipaddress.IPv6Network(network) for network in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)
# RFC 6761 and its successors, names that ICANN keeps back, and those that routers, clouds and containers use.
_PRIVATE_SUFFIXES = frozenset(
    {
        "alt", "arpa", "bit", "cluster", "consul", "corp", "dhcp", "docker", "domain", "example", "exit",
        "gateway", "gnu", "home", "i2p", "internal", "intranet", "invalid", "kubernetes", "lan", "local",
        "localdomain", "localhost", "mail", "mdns", "onion", "private", "router", "svc", "test", "workgroup",
    }
)  # fmt: skip
_PRIVATE_NAMES = frozenset({"metadata.goog"})

_LABEL = re.compile(r"[a-z0-9_-]{1,63}")
_SCHEME = re.compile(r"\s*([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_WEB_ADDRESS = re.compile(r"https?://(?P<authority>[^/?#]+)", re.IGNORECASE)
# Joiners shape Persian words and emoji in paths; the blank letters show as nothing but count as letters.
_JOINERS = frozenset("\u200c\u200d")
_BLANK_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")


def is_public(address: Address) -> bool:
    """Whether an address belongs to the public internet."""
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in network for network in _V4_REFUSED)
    if address.scope_id is not None:
        return False
    return address in _V6_OPEN and not any(address in network for network in _V6_REFUSED)


class AddressRule:
    """What may be fetched: the public web, and what ``allow`` (EGRESS_ALLOW) names.

    An entry is a host, an address or a network, with any port, or a host or an address with one port. A host
    is open at whichever address it has; an address or network also for the names that have it.
    Raises ``SettingsError`` for an entry that is none of these.
    """

    def __init__(self, allow: Sequence[str] = ()) -> None:
        self._hosts: set[tuple[str, int | None]] = set()
        self._networks: list[tuple[Network, int | None]] = []
        for entry in allow:
            self._open(entry)

    def check_url(self, url: str) -> str:
        """Give the address as browsers write it, or raise ``RefusedAddress``. Looks no name up."""
        parsed = _parse(url)
        host = canonical_host(parsed.hostname)
        self.check_host(host, int(parsed.port or (443 if parsed.protocol == "https:" else 80)))
        return parsed.href

    def check_host(self, host: str, port: int) -> None:
        """Refuse a host (as ``canonical_host`` writes it) or port by what it says. Looks no name up."""
        address = literal_address(host)
        if address is not None:
            self._check_port(host, port, is_named=self._names_address(address, port))
            self.check_address(address, host, port)
            return
        is_named = self.names_host(host, port)
        if not is_named:
            _check_name(host)
        self._check_port(host, port, is_named=is_named)

    def check_address(self, address: Address, host: str, port: int) -> None:
        """Refuse a connection to one of the addresses that ``host`` has."""
        if is_public(address) or self.is_named(address, host, port):
            return
        what = f"{host} is" if literal_address(host) else f"{host} leads to {address}, which is"
        raise RefusedAddress(
            f"{what} in a private or special network, and those are not fetched. EGRESS_ALLOW can open it."
        )

    def is_named(self, address: Address, host: str, port: int) -> bool:
        """Whether EGRESS_ALLOW opens this address, by itself or by the name of its host."""
        return self.names_host(host, port) or self._names_address(address, port)

    def names_host(self, host: str, port: int) -> bool:
        """Whether EGRESS_ALLOW names this host."""
        return not self._hosts.isdisjoint({(host, None), (host, port)})

    def _names_address(self, address: Address, port: int) -> bool:
        return any(
            allowed_port in {None, port} and address in network for network, allowed_port in self._networks
        )

    @staticmethod
    def _check_port(host: str, port: int, *, is_named: bool) -> None:
        if port not in PORTS and not is_named:
            usual = ", ".join(map(str, sorted(PORTS)))
            raise RefusedAddress(
                f"Port {port} of {host} is not one that web pages are fetched from ({usual}). "
                "EGRESS_ALLOW can open it."
            )

    def _open(self, entry: str) -> None:
        try:
            self._networks.append((ipaddress.ip_network(entry.strip("[]")), None))
        except ValueError:
            host, port = _host_and_port(entry)
            address = literal_address(host)
            if address is None:
                self._hosts.add((host, port))
            else:
                self._networks.append((ipaddress.ip_network(address), port))


def canonical_host(hostname: str) -> str:
    """A host as names are compared: without the brackets of IPv6 and the root's dot, in lower case."""
    return hostname.lower().removesuffix(".").removeprefix("[").removesuffix("]")


def literal_address(host: str) -> Address | None:
    """The address that a host spells out, if it is one."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _parse(url: str) -> ada_url.URL:
    """Read an address as a browser does, and refuse what two readers could read differently."""
    authority = _authority(url)
    try:
        parsed = ada_url.URL(url.strip(" "))
    except ValueError:
        raise RefusedAddress("That is not an address that a browser can open.") from None
    if "@" in authority:
        raise RefusedAddress(
            f"The address at {parsed.hostname} has a user name or a password in it. Send it without them."
        )
    return parsed


def _authority(url: str) -> str:
    """The part between ``//`` and the path, once the text of the address is beyond doubt."""
    if len(url) > MAX_URL_CHARACTERS:
        raise RefusedAddress(f"The address is longer than {MAX_URL_CHARACTERS:,} characters.")
    match = _WEB_ADDRESS.match(url.strip(" "))
    if match is None:
        raise RefusedAddress(_not_a_web_address(url))
    authority = match["authority"]
    invisible = next(_invisible(authority), None) or next(_invisible(url, but=_JOINERS), None)
    if invisible is not None:
        raise RefusedAddress(
            f"The address has an invisible character in it (U+{ord(invisible):04X}), "
            "so it may lead elsewhere than it seems to."
        )
    if "\\" in url:
        raise RefusedAddress(
            "The address has a backslash in it, so it may lead elsewhere than it seems to. "
            "If it belongs there, write it as %5C."
        )
    return authority


def _not_a_web_address(url: str) -> str:
    scheme = _SCHEME.match(url)
    if scheme and scheme[1].lower() not in {"http", "https"}:
        return f"Only http and https addresses can be kept, not {scheme[1][:20].lower()}: ones."
    return "That is not a whole web address: it has to begin with http:// or https:// and a host."


def _invisible(text: str, *, but: frozenset[str] = frozenset()) -> Iterator[str]:
    """The characters that show as nothing or change how the others are shown."""
    for character in text:
        if character.isascii() and character.isprintable():
            continue
        is_blank = character in _BLANK_LETTERS or unicodedata.category(character) in {
            "Cc",
            "Cf",
            "Cs",
            "Zl",
            "Zp",
        }
        if is_blank and character not in but:
            yield character


def _check_name(host: str) -> None:
    labels = host.split(".")
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise RefusedAddress("That is not an address that a browser can open: its host is not a name.")
    if len(labels) == 1 or labels[-1] in _PRIVATE_SUFFIXES or host in _PRIVATE_NAMES:
        raise RefusedAddress(
            f"{host} is a name inside a private network, and those are not fetched. EGRESS_ALLOW can open it."
        )


def _host_and_port(entry: str) -> tuple[str, int | None]:
    """Read ``host`` or ``host:port`` of EGRESS_ALLOW."""
    match = re.fullmatch(r"(?P<host>\[[0-9a-fA-F:.]+\]|[^\s:/@?#\\\[\]]+)(?::(?P<port>\d{1,5}))?", entry)
    try:
        if match is None:
            raise ValueError(entry)
        host = canonical_host(ada_url.URL(f"http://{match['host']}/").hostname)
        port = int(match["port"]) if match["port"] else None
        if port is not None and not 0 < port < 65536:
            raise ValueError(entry)
    except ValueError:
        raise SettingsError(
            f"EGRESS_ALLOW can't be used: {entry} is not a host, host:port, address or network."
        ) from None
    return host, port
