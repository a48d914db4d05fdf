"""What a page turned out to be: rules over its status, address, title and text. No browser in here.

A wall is short and talks to the visitor; a page about walls is long and talks about them. So phrases count
only where there is little else to read.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import ada_url

from storage.models import Verdict

WALL_CHARACTERS = 800
_Pattern = re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of a page. ``asked_url`` was asked for, ``url`` is where that led."""

    asked_url: str
    url: str
    status: int | None
    title: str = ""
    text: str = ""
    has_picture: bool = False
    has_password_field: bool = False

    @property
    def host(self) -> str:
        """The host that answered, for sentences."""
        return host_of(self.url)

    @property
    def is_short(self) -> bool:
        """Whether there is little to read."""
        return len("".join(self.text.split())) < WALL_CHARACTERS


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict, and a sentence for the person unless it is ``ok``."""

    verdict: Verdict
    sentence: str | None = None


def _any_of(phrases: Iterable[str]) -> _Pattern:
    return re.compile("|".join(phrases), re.IGNORECASE)


_WALL_ADDRESSES = _any_of(
    [
        r"//(www\.)?google\.[a-z.]+/sorry/",
        r"/cdn-cgi/challenge",
        r"//wappass\.baidu\.com/",
        r"wappoc_appmsgcaptcha",
    ]
)
_WALL_PHRASES = _any_of(
    [
        r"^just a moment\.\.\.", r"^attention required! \| cloudflare", r"checking (if|your browser)",
        r"verif(y|ying) (that )?you are (a )?human", r"are you a robot", r"not a robot", r"robot check",
        r"unusual traffic from your (computer )?network", r"pardon our interruption",
        r"enable javascript and cookies to continue", r"complete the (captcha|security check)",
        r"环境异常", r"完成验证后即可继续访问", r"安全验证", r"人机验证", r"访问(过于|太)频繁", r"拖动(下方)?滑块",
        r"确认你(不是机器人|是真人)",
    ]
)  # fmt: skip
_LOGIN_ADDRESSES = re.compile(
    r"//(passport|login|accounts?|sso|signin|auth)\.|/(log-?in|sign-?in|passport|sso|auth)\b", re.IGNORECASE
)
_SCRIPT_PHRASES = _any_of(
    [
        r"(enable|requires?|turn on) javascript",
        r"javascript is (disabled|required)",
        r"(启用|开启|打开).{0,4}javascript",
    ]
)
_MISSING_TITLES = _any_of(
    [
        r"^\W*(error )?404\W*$", r"^(error )?404\b.{0,20}not found", r"^(the )?page (was )?not found",
        r"^not found$", r"^404\b.{0,12}(不存在|找不到)", r"页面(不存在|找不到|已删除)",
        r"(内容|文章)(不存在|已被(作者)?删除)",
    ]
)  # fmt: skip


def host_of(url: str) -> str:
    """The host of an address, as a person reads it."""
    try:
        return ada_url.URL(url).host.removeprefix("www.")
    except ValueError:
        return "the page"


def judge(seen: Seen) -> Judgement:
    """Say what a page is."""
    return _wall(seen) or _by_status(seen) or _by_shape(seen) or Judgement(Verdict.OK)


def _wall(seen: Seen) -> Judgement | None:
    by_address = _WALL_ADDRESSES.search(seen.url) and not _WALL_ADDRESSES.search(seen.asked_url)
    by_words = seen.is_short and (_WALL_PHRASES.search(seen.title) or _WALL_PHRASES.search(seen.text))
    if by_address or by_words:
        return Judgement(
            Verdict.BOT_WALL,
            f"{seen.host} showed a check for robots instead of the page, so there is nothing to keep.",
        )
    return None


def _by_status(seen: Seen) -> Judgement | None:
    status = seen.status or 200
    if status < 400:
        return None
    host = seen.host
    by_code = {
        401: Judgement(Verdict.LOGIN_REQUIRED, f"{host} shows this page only after signing in (401)."),
        402: Judgement(Verdict.PAYWALL, f"{host} shows this page only to those who have paid (402)."),
        403: _forbidden(seen),
        404: Judgement(Verdict.NOT_FOUND, f"{host} has no page at this address (404)."),
        410: Judgement(Verdict.GONE, f"{host} says that this page is gone for good (410)."),
        429: Judgement(Verdict.BOT_WALL, f"{host} says that it is asked too often (429)."),
        451: Judgement(Verdict.GONE, f"{host} does not show this page for legal reasons (451)."),
    }
    if status in by_code:
        return by_code[status]
    if status >= 500 or status in {408, 425}:
        return Judgement(
            Verdict.SERVER_ERROR, f"{host} has a problem of its own and answered with an error ({status})."
        )
    return Judgement(Verdict.NOT_FOUND, f"{host} answered with an error instead of the page ({status}).")


def _forbidden(seen: Seen) -> Judgement:
    if seen.has_password_field:
        return Judgement(Verdict.LOGIN_REQUIRED, f"{seen.host} shows this page only after signing in (403).")
    return Judgement(Verdict.BOT_WALL, f"{seen.host} does not show this page to a program (403).")


def _by_shape(seen: Seen) -> Judgement | None:
    if not seen.text.strip() and not seen.has_picture:
        return Judgement(Verdict.BLANK, f"{seen.host} answered with an empty page.")
    if not seen.is_short:
        return None
    if (
        seen.has_password_field
        and _LOGIN_ADDRESSES.search(seen.url)
        and not _LOGIN_ADDRESSES.search(seen.asked_url)
    ):
        return Judgement(Verdict.LOGIN_REQUIRED, f"{seen.host} shows this page only after signing in.")
    if _MISSING_TITLES.search(seen.title):
        return Judgement(Verdict.NOT_FOUND, f"{seen.host} says that there is no such page.")
    if _SCRIPT_PHRASES.search(seen.text) and not seen.has_picture:
        return Judgement(Verdict.BLANK, f"{seen.host} showed nothing but a request to switch JavaScript on.")
    return None
