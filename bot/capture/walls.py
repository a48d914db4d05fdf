"""The kinds of page that stand in place of the page; their words are data in ``walls.toml``.

A *notice* has to be a whole line of the page, or a sentence at the beginning of one: a page about captchas
talks of them in the middle of its prose. What is found is weighed next door in ``signs.py``.
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from bot.capture.seen import simplified
from storage.kinds import Verdict

SHORT_SIZE = 800
# A notice ends with its line, its sentence or its clause. A comma, a colon or a word more makes it part of an article.
_NOTICE_END = r"\s*(?:[.。!！?？…，；~～|»›>→”]|$|\s-\s)"
_NOTICE_START = r"[^\w\"“「『'‘]*"


@dataclass(frozen=True, slots=True)
class Wall:
    """One kind of page that is there instead of the page.

    ``sentence`` has a place for the host. ``support`` are notices that prove nothing alone. Above ``max_size``
    (see ``Seen.size``) there is enough to read, and whatever the page says, it is kept.
    """

    name: str
    verdict: Verdict
    sentence: str
    titles: re.Pattern[str]
    notices: re.Pattern[str]
    support: re.Pattern[str]
    max_size: int
    whatever_status: bool


def _pattern(phrases: Sequence[str], *, start: str = "", end: str = "") -> re.Pattern[str]:
    return re.compile(f"{start}(?:{simplified('|'.join(phrases)) or '(?!)'}){end}", re.IGNORECASE)


def _wall(name: str) -> Wall:
    written: dict[str, Any] = _WRITTEN[name]
    return Wall(
        name=name,
        verdict=Verdict(written["verdict"]),
        sentence=written["sentence"],
        titles=_pattern(written.get("titles", []), start=r"\W*", end=r"\W*"),
        notices=_pattern(written.get("notices", []), start=_NOTICE_START, end=_NOTICE_END),
        support=_pattern(written.get("support", []), start=_NOTICE_START, end=_NOTICE_END),
        max_size=written.get("max_size", SHORT_SIZE),
        whatever_status=written.get("whatever_status", True),
    )


_WRITTEN = tomllib.loads(files(__package__).joinpath("walls.toml").read_text(encoding="utf-8"))

CHECK_ADDRESSES = _pattern(_WRITTEN["check_addresses"])
CONSENT_ADDRESSES = _pattern(_WRITTEN["consent_addresses"])
LOGIN_ADDRESSES = _pattern(_WRITTEN["login_addresses"])
# All there is to read on a page that has not come yet, or that has nothing in it.
NOTHING = _pattern(_WRITTEN["nothing"], start=r"\W*", end=r"\W*")
# Words of pages that speak to their visitor, as walls do; a sentence without any is about something else.
TO_THE_VISITOR = _pattern(_WRITTEN["to_the_visitor"])

_ALL = {name: _wall(name) for name in _WRITTEN["order"]}
CHECK, LOGIN, PAYWALL, CONSENT, MISSING, PARKED = (
    _ALL[name] for name in ("check", "login", "paywall", "consent", "missing", "parked")
)
# What may stand in place of the page: whatever the status says, or only where the status says "fine".
ALL = tuple(_ALL.values())
WALLS = tuple(wall for wall in ALL if wall.whatever_status)
