"""The kinds of page that stand in place of the page; their words are data in ``walls.toml``.

A *notice* has to be a whole line of the page, or a sentence at the beginning of one: a page about captchas
talks of them in the middle of its prose. The rules that weigh what is found are next door in ``verdict.py``.
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from storage.models import Verdict

SHORT_SIZE = 800
# A notice ends with its line, its sentence or its clause. A comma, a colon or a word more makes it part of an article.
_NOTICE_END = r"\s*(?:[.。!！?？…，；~～|»›>→”]|$|\s-\s)"
_NOTICE_START = r"[^\w\"“「『'‘]*"


@dataclass(frozen=True, slots=True)
class Wall:
    """One kind of page that is there instead of the page.

    ``sentence`` has a place for the host. ``support`` are notices that prove nothing alone, ``hints`` looser
    words anywhere in a line, for pages that say next to nothing else. Above ``max_size``
    (see ``Seen.size``) there is enough to read, and whatever the page says, it is kept.
    """

    verdict: Verdict
    sentence: str
    titles: re.Pattern[str]
    notices: re.Pattern[str]
    support: re.Pattern[str]
    hints: re.Pattern[str]
    max_size: int


def _pattern(phrases: Sequence[str], *, start: str = "", end: str = "") -> re.Pattern[str]:
    return re.compile(f"{start}(?:{'|'.join(phrases) or '(?!)'}){end}", re.IGNORECASE)


def _wall(written: dict[str, Any]) -> Wall:
    return Wall(
        verdict=Verdict(written["verdict"]),
        sentence=written["sentence"],
        titles=_pattern(written.get("titles", []), start=r"\W*", end=r"\W*"),
        notices=_pattern(written.get("notices", []), start=_NOTICE_START, end=_NOTICE_END),
        support=_pattern(written.get("support", []), start=_NOTICE_START, end=_NOTICE_END),
        hints=_pattern(written.get("hints", [])),
        max_size=written.get("max_size", SHORT_SIZE),
    )


_WRITTEN = tomllib.loads(files(__package__).joinpath("walls.toml").read_text(encoding="utf-8"))

CHECK_ADDRESSES = _pattern(_WRITTEN["check_addresses"])
CONSENT_ADDRESSES = _pattern(_WRITTEN["consent_addresses"])
LOGIN_ADDRESSES = _pattern(_WRITTEN["login_addresses"])
# All there is to read on a page that has not come yet, or that has nothing in it.
NOTHING = _pattern(_WRITTEN["nothing"], start=r"\W*", end=r"\W*")
# Words of those who tell of something. No wall has them.
TOLD = _pattern(_WRITTEN["told"])

CHECK = _wall(_WRITTEN["check"])
LOGIN = _wall(_WRITTEN["login"])
PAYWALL = _wall(_WRITTEN["paywall"])
CONSENT = _wall(_WRITTEN["consent"])
# Words of pages that speak to their visitor, as walls do; a sentence without any is about something else.
TO_THE_VISITOR = _pattern(_WRITTEN["to_the_visitor"])

# What stands in place of the page whatever the status says, and what only where the status says "fine".
WALLS = (
    CHECK,
    _wall(_WRITTEN["blocked"]),
    _wall(_WRITTEN["age"]),
    CONSENT,
    _wall(_WRITTEN["app"]),
    PAYWALL,
    _wall(_WRITTEN["removed"]),
)
EXCUSES = tuple(_wall(_WRITTEN[name]) for name in ("parked", "broken", "missing", "needs_script"))
