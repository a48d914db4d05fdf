"""Style sheets cut where they name an address, so that what is there can be put into them. No browser in here."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import ada_url

_STRING = r""""(?:[^"\\\n]|\\.)*+"|'(?:[^'\\\n]|\\.)*+'"""
_TOKEN = re.compile(
    rf"""
    (?P<comment>/\*.*?(?:\*/|\Z))
    |@import\s*+(?:url\(\s*+(?P<target>{_STRING}|[^"'()\s]++)\s*+\)|(?P<named>{_STRING}))
        (?P<conditions>(?:[^;{{}}"']|{_STRING})*+)(?:;|\Z)
    |(?P<charset>@charset\s*+(?:{_STRING})\s*+;)
    |(?<![\w-])url\(\s*+(?P<url>{_STRING}|(?:[^"'()\s\\]|\\[0-9a-f]{{1,6}}+\s?|\\.)*+)\s*+\)
    |image-set\((?P<set>(?:[^()"']|{_STRING}|\((?:[^()"']|{_STRING})*+\))*+)\)
    |(?P<string>{_STRING})
    |(?P<state>:(?:defined|modal|popover-open)(?![\w-]))
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_CHOICE = re.compile(rf"(?:url|type)\([^)]*+\)|(?P<string>{_STRING})", re.IGNORECASE)
_CONDITIONS = re.compile(
    r"\s*(?P<layer>layer\b(?:\((?P<name>[^()]*)\))?)?\s*(?:supports(?P<supports>\((?:[^()]|\([^()]*\))*\)))?(?P<media>.*)",
    re.DOTALL | re.IGNORECASE,
)
# States that only scripts bring about, and what stands for them in the copy; each weighs as much as before.
_STATES = {
    ":defined": ":not(.tagshot-undefined)",
    ":modal": "[data-tagshot-modal]",
    ":popover-open": "[data-tagshot-popover-open]",
}
_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|\n|(.))", re.DOTALL)
# What could be the end of a style element, or the begin of any other, is written as an escape.
_TAG = re.compile(r"<(?=[A-Za-z/!?])")


@dataclass(frozen=True, slots=True)
class Address:
    """A place that names an ``address``, without its ``fragment``, which begins with ``#`` where there is one."""

    address: str
    fragment: str


@dataclass(frozen=True, slots=True)
class Import:
    """A place where another sheet belongs, between ``before`` and ``after``."""

    address: str
    before: str
    after: str


Part = str | Address | Import


def address(absolute: str) -> Address:
    """An absolute address apart from its fragment."""
    before, sign, fragment = absolute.partition("#")
    return Address(before, sign + fragment)


def parts(css: str, base: str) -> list[Part]:
    """A style sheet as text, addresses and imports; ``base`` is what its addresses are relative to."""
    found: list[Part] = []
    end = 0
    for match in _TOKEN.finditer(css):
        found.append(css[end : match.start()])
        found += _of_token(match, base)
        end = match.end()
    return [*found, css[end:]]


def joined(parts: Sequence[Part], embed: Callable[[Address], str], sheet: Callable[[Import], str]) -> str:
    """The sheet with what ``embed`` and ``sheet`` give in their places."""
    texts = [
        part
        if isinstance(part, str)
        else f'url("{_escaped(embed(part))}")'
        if isinstance(part, Address)
        else f"{part.before}{sheet(part)}{part.after}"
        for part in parts
    ]
    return _TAG.sub(r"\\3c ", "".join(texts))


def _of_token(match: re.Match[str], base: str) -> Iterator[Part]:
    kind = match.lastgroup
    if kind == "comment":
        yield "/**/"
    elif kind == "conditions":
        yield _import(match["target"] or match["named"], match["conditions"], base)
    elif kind == "url":
        yield _named(match["url"], base)
    elif kind == "set":
        yield "image-set("
        yield from _choices(match["set"], base)
        yield ")"
    elif kind == "state":
        yield _STATES[match["state"].lower()]
    elif kind == "string":
        yield match[0]


def _choices(text: str, base: str) -> Iterator[Part]:
    """The contents of ``image-set()``, where a string is an address too."""
    end = 0
    for match in _CHOICE.finditer(text):
        yield text[end : match.start()]
        if match["string"]:
            yield _named(match["string"], base)
        else:
            yield from parts(match[0], base)
        end = match.end()
    yield text[end:]


def _named(written: str, base: str) -> Address:
    value = _unescaped(written[1:-1] if written[:1] in {'"', "'"} else written)
    if value.startswith("#") or not value:
        return Address("", value)
    return address(_absolute(value, base))


def _import(target: str, conditions: str, base: str) -> Import:
    before, after = "", ""
    match = _CONDITIONS.fullmatch(conditions)
    if match:
        for kind, condition in (("media", match["media"].strip()), ("supports", match["supports"])):
            if condition:
                before, after = f"{before}@{kind} {condition}{{", f"}}{after}"
        if match["layer"]:
            before, after = f"{before}@layer {match['name'] or ''}{{", f"}}{after}"
    return Import(_named(target, base).address, f"\n{before}", f"{after}\n")


def _absolute(address: str, base: str) -> str:
    """An address as a browser understands it; empty if it understands none."""
    try:
        return ada_url.URL(address, base=base).href
    except ValueError:
        return ""


def _unescaped(text: str) -> str:
    def character(match: re.Match[str]) -> str:
        code = int(match[1], 16) if match[1] else 0
        return chr(code) if 0 < code < 0x110000 else match[2] or ""

    return _ESCAPE.sub(character, text)


def _escaped(text: str) -> str:
    return re.sub(r'["\\\n]', lambda match: f"\\{ord(match[0]):x} ", text)
