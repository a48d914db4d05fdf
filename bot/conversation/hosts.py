"""Names of hosts without a scheme: which ones are pages, and which ones are only code with a dot in it."""

import re
from collections.abc import Iterator

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
    rf"(?:(?<![\w.%@/~+-])|(?<=[{CJK}]))"
    r"(?P<host>(?:[a-z0-9_-]++\.)+(?P<ending>[a-z]{2,24}|xn--[a-z0-9-]{2,59}|\d{1,3}))"
    r"(?P<port>:\d{1,5})?(?![a-z0-9_%@-]|\.[a-z0-9])(?P<path>/[^\s/])?",
    re.IGNORECASE,
)
_QUAD = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_NETWORK = re.compile(r"/\d{1,2}(?!\w)")


def starts(text: str, start: int, end: int) -> Iterator[int]:
    """Where between ``start`` and ``end`` the name of a page's host starts; its ending has been looked up."""
    return (found.start() for found in _NAME.finditer(text, start, end) if _is_page(found))


def starts_of_common(text: str) -> Iterator[int]:
    """Where the name of a page's host with an ending that everybody knows starts."""
    return (found.start() for found in _NAME.finditer(text) if _is_page(found) and _is_common(found))


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
