"""Addresses: which one to fetch, and which ones are the same page.

What is known about sites is next door, in ``tracking`` and ``wrappers``.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple, TypeVar
from urllib.parse import unquote

import ada_url

from bot.conversation.tracking import SITES, TRACKING, TRACKING_PREFIXES, TRACKING_VALUES, Site
from bot.conversation.wrappers import PATH_WRAPPERS, WRAPPERS, PathWrapper, Wrapper

_Rule = TypeVar("_Rule")

MOST_WRAPPERS = 5
"""How deep one redirect wrapper may stand in another."""

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_SERIALISED = re.compile(
    r"(?P<scheme>https?)://(?:[^/@]*@)?(?P<host>[^/?#]*)(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?(?:\#(?P<fragment>.*))?",
    re.DOTALL,
)
_ESCAPABLE = re.compile(r"%[0-9A-Fa-f]{2}|[|\\^`{}\[\]]")
_UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
_TRAILING_DOT = re.compile(r"(?<=[^.])\.(?=$|:\d+$)")
_HTML_AMPERSAND = re.compile(r"&(?:amp;)+")  # in an address that was copied out of a page's source


def _escapes(plain: str) -> Mapping[str, str]:
    """For each escape, in upper case, and each character to escape: the one form that stands for it."""
    forms = {f"%{code:02X}": chr(code) if chr(code) in plain else f"%{code:02X}" for code in range(256)}
    return forms | {character: f"%{ord(character):02X}" for character in "|\\^`{}[]"}


# Escaped or not, these mean the same: in a path, and in the name and the value of a parameter.
_IN_PATH = _escapes(_UNRESERVED + "!'()*,:@")
_IN_NAME = _escapes(_UNRESERVED + "!'()*,:@/?")
_IN_VALUE = _escapes(_UNRESERVED + "!'()*,:@/?=")
_ANY_SITE = Site()
_EMPTY_ROUTES = frozenset({"/", "!", "!/"})


class _Address(NamedTuple):
    """The parts of a serialised address; ``host`` with its port, ``query`` and ``fragment`` without their mark."""

    scheme: str
    host: str
    path: str
    query: str
    fragment: str


class _Rules(NamedTuple):
    """What is known about a host."""

    site: Site
    wrapper: Wrapper | None
    path_wrapper: PathWrapper | None


def absolute(url: str) -> str:
    """The address, serialised as a browser does it; https where no scheme is written.

    Raises ``ValueError`` if ``url`` is no http or https address. The fragment and credentials stay.
    """
    serialised: str = ada_url.normalize_url(_HTML_AMPERSAND.sub("&", _with_scheme(url)))
    if not serialised.startswith(("https://", "http://")):
        raise ValueError("only http and https addresses can be fetched")
    return serialised


def destination(url: str) -> str:
    """The address to fetch: the one that redirect wrappers lead to, for many of them only show a warning.

    In more than ``MOST_WRAPPERS`` it stays wrapped. Raises ``ValueError`` as ``absolute`` does.
    """
    outer = inner = absolute(url)
    for _ in range(MOST_WRAPPERS + 1):
        target = _target(_split(inner))
        if target is None:
            return inner
        inner = target
    return outer


def is_address(url: str) -> bool:
    """Whether ``absolute`` makes an address of it."""
    url = _with_scheme(url)
    return url[:8].lower().startswith(("https://", "http://")) and ada_url.check_url(url)


def _with_scheme(url: str) -> str:
    url = url.strip()
    return url if _SCHEME.match(url) else "https://" + url.removeprefix("//")


def canonical(url: str) -> str:
    """The one address of a page that has many: without tracking, wrappers, credentials and fragment.

    Raises ``ValueError`` as ``absolute`` does.
    """
    address = _split(destination(url))
    site = _rules(address.host).site
    scheme, host, path, query, fragment = _rewritten(address, site)
    query = _identifying(query, site, path)
    route = _route(fragment, site)
    return f"{scheme}://{host}{path}{'?' if query else ''}{query}{'#' if route else ''}{route}"


def url_key(url: str) -> str:
    """What is equal for two addresses of the same page: the canonical one without ``http(s)://``."""
    return canonical(url).partition("://")[2]


def _split(serialised: str) -> _Address:
    parts = _SERIALISED.fullmatch(serialised)
    if parts is None:
        raise ValueError("not a serialised http address")
    scheme, host, path, query, fragment = parts.groups("")
    if host.endswith(".") or ".:" in host:
        host = _TRAILING_DOT.sub("", host)
    return _Address(scheme, host, _escaped(path, _IN_PATH), query, fragment)


@lru_cache(maxsize=256)
def _rules(host: str) -> _Rules:
    return _Rules(_rule(host, SITES) or _ANY_SITE, _rule(host, WRAPPERS), _rule(host, PATH_WRAPPERS))


def _rule(host: str, rules: Mapping[str, _Rule]) -> _Rule | None:
    """The rule for the host or for its nearest parent that has one."""
    while host:
        if host in rules:
            return rules[host]
        host = host.partition(".")[2]
    return None


def _target(address: _Address) -> str | None:
    """The address that a redirect wrapper leads to, if this is one."""
    rules = _rules(address.host)
    candidates: list[str] = []
    if rules.wrapper and address.query:
        candidates += _in_parameters(address, rules.wrapper)
    if rules.path_wrapper:
        candidates += _in_path(address, rules.path_wrapper)
    for candidate in candidates:
        try:
            return absolute(candidate)
        except ValueError:
            continue
    return None


def _in_parameters(address: _Address, wrapper: Wrapper) -> Iterable[str]:
    if not wrapper.path.match(address.path):
        return
    values = {
        name.lower(): value for name, _, value in (part.partition("=") for part in address.query.split("&"))
    }
    for name in wrapper.parameters:
        value = unquote(values.get(name, ""))
        if value.lower().startswith(("http%3a", "https%3a")):
            value = unquote(value)
        if value.startswith("/") and not value.startswith("//"):
            value = f"{address.scheme}://{address.host}{value}"
        if _SCHEME.match(value):
            yield value


def _in_path(address: _Address, wrapper: PathWrapper) -> Iterable[str]:
    place = f"{address.path}{'?' if address.query else ''}{address.query}"
    for pattern, to in wrapper.patterns:
        if found := pattern.fullmatch(place):
            yield found.expand(to)


def _rewritten(address: _Address, site: Site) -> _Address:
    if not site.rewrites:
        return address
    place = address.host + address.path
    for pattern, to in site.rewrites:
        place = pattern.sub(to, place, count=1) if pattern.match(place) else place
    place, _, added = place.partition("?")
    host, slash, path = place.partition("/")
    query = "&".join(part for part in (added, address.query) if part)
    return address._replace(host=host, path=slash + path, query=query)


def _identifying(query: str, site: Site, path: str) -> str:
    """The part of the query that says which page it is, in one order."""
    if not query:
        return ""
    names = next((names for pattern, names in site.keep if pattern.match(path)), None)
    return _untracked(query, site) if names is None else _kept(query, names)


def _parameters(query: str) -> list[tuple[str, str]]:
    """Names, and values with their ``=`` if there is one, in one escaped form."""
    named = (part.partition("=") for part in query.replace("+", "%20").split("&"))
    pairs = ((_escaped(name, _IN_NAME), equals + _escaped(value, _IN_VALUE)) for name, equals, value in named)
    return [pair for pair in pairs if any(pair)]


def _kept(query: str, names: tuple[str, ...]) -> str:
    values = dict(_parameters(query))
    return "&".join(name + values[name] for name in names if values.get(name, "=") != "=")


def _untracked(query: str, site: Site) -> str:
    kept = [pair for pair in _parameters(query) if not _is_tracking(*pair, site)]
    return "&".join(name + value for name, value in sorted(kept, key=itemgetter(0)))


def _is_tracking(name: str, value: str, site: Site) -> bool:
    name = name.partition("%5B")[0].lower()
    if name in TRACKING or name in site.drop or name.startswith(TRACKING_PREFIXES):
        return True
    known = TRACKING_VALUES.get(name)
    return known is not None and known.fullmatch(value, 1) is not None


def _route(fragment: str, site: Site) -> str:
    """The fragment, if it says which page an application shows; other fragments are places in a page."""
    route = fragment.partition(":~:")[0]
    if not route.startswith(("/", "!")) or route in _EMPTY_ROUTES:
        return ""
    path, _, query = route.partition("?")
    query = _untracked(query, site)
    return f"{path}{'?' if query else ''}{query}"


def _escaped(part: str, forms: Mapping[str, str]) -> str:
    """One of the several escaped forms that mean the same: as few escapes as possible, in upper case."""
    return _ESCAPABLE.sub(lambda found: forms[found[0].upper()], part)
