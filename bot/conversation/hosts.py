"""Names of hosts without a scheme: which ones are pages, and which ones are only code with a dot in it."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from bot.conversation.characters import CJK

COMMON_ENDING = re.compile(
    "com|org|net|edu|gov|int|info|biz|io|ai|dev|app|co|me|tv|fm|gg|xyz|site|online|top|tech|blog|wiki|news|page|"
    "cloud|club|pub|ink|live|vip|work|space|store|cn|hk|tw|jp|kr|in|sg|uk|de|fr|ru|eu|us|ca|au|ch|nl|se|es|it|br|"
    "at|be|dk|fi|no|ie|cz|ua|nz|za",
    re.IGNORECASE,
)
"""The endings that are taken for a page's where no front end has looked them up."""

_CODE_ENDING = re.compile(
    "py|md|rs|sh|pl|pm|cc|zip|mov|so|ps|tf|ac|am|gd|mm|ml|"  # of files
    "cat|show|run|fit|save|post|dot|call|name|id|to|map|open|date|link|"  # members: torch.cat, plt.show, model.fit
    "search|zero|one|now|data|download|box|bar",
    re.IGNORECASE,
)

_NAME = re.compile(
    rf"(?P<host>[a-z0-9_-](?:(?<![\w.%@/~+-].)|(?<=[{CJK}].))[a-z0-9_-]*+\."
    r"(?:[a-z0-9_-]++\.)*(?P<ending>[a-z]{2,24}|xn--[a-z0-9-]{2,59}|\d{1,3}))"
    r"(?P<port>:\d{1,5})?(?![a-z0-9_%@-]|\.[a-z0-9])(?P<path>/[^\s/])?",
    re.IGNORECASE,
)
_QUAD = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_NETWORK = re.compile(r"/\d{1,2}(?!\w)")


class Name(NamedTuple):
    """Where the name of a host starts, and where the address ends at the latest that it begins."""

    start: int
    limit: int


def names(text: str, start: int, end: int) -> Iterator[Name]:
    """The names of pages' hosts between ``start`` and ``end``, where somebody has looked their endings up."""
    return (_name(found) for found in _NAME.finditer(text, start, end) if _is_page(found))


def with_common_endings(text: str) -> Iterator[Name]:
    """The names of pages' hosts whose endings everybody knows."""
    return (_name(found) for found in _NAME.finditer(text) if _is_page(found) and _is_common(found))


def _name(found: re.Match[str]) -> Name:
    end = found.end("port" if found["port"] else "host")
    goes_on = found.string[end : end + 1] in {"/", "?", "#"}
    return Name(found.start(), found.endpos if goes_on else end)


def _is_page(found: re.Match[str]) -> bool:
    host, ending, path = found["host"], found["ending"], found["path"]
    if ending.isdigit():
        is_network = _NETWORK.match(found.string, found.end("host")) is not None
        return bool(_QUAD.fullmatch(host) and (found["port"] or path)) and not is_network
    if path or host.lower().startswith("www."):
        return True
    is_name_of_product = not ending.islower() and ending.lower() not in {"com", "org"}  # ASP.NET
    return not (is_name_of_product or _CODE_ENDING.fullmatch(ending))


def _is_common(found: re.Match[str]) -> bool:
    ending = found["ending"]
    is_listed = COMMON_ENDING.fullmatch(ending) is not None
    return is_listed or ending.isdigit() or bool(found["path"] and len(ending) == 2)
