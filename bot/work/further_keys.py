"""By which other addresses a captured link is to be found: where it led to, and what its page calls canonical."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from bot.capture.result import Capture
from bot.conversation.urls import url_key
from storage.hosts import host_of

_FRONT = re.compile(r"^(?:(?:www|m|mobile|amp|wap)\.)+")


def further_keys(url: str, capture: Capture) -> tuple[str, ...]:
    """The keys of the address that ``url`` led to and of the canonical one, where they stand for the same page.

    A redirect to a home page is one that lost its page, and a canonical address of another site is only believed
    by search engines.
    """
    return tuple(dict.fromkeys(_keys(url, capture)))


def _keys(url: str, capture: Capture) -> Iterator[str]:
    final = capture.final_url or url
    own = url_key(url)
    if _is_home(final) and not _is_home(url):
        return
    canonical = capture.metadata.canonical_url
    for each in (final, canonical if canonical and _is_same_site(canonical, final) else None):
        if each and not (_is_home(each) and not _is_home(url)) and (key := url_key(each)) != own:
            yield key


def _is_home(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path in {"", "/"} and not parts.query and not parts.fragment


def _is_same_site(one: str, other: str) -> bool:
    first, second = (_FRONT.sub("", host_of(each)) for each in (one, other))
    return bool(first) and (first == second or first.endswith(f".{second}") or second.endswith(f".{first}"))
