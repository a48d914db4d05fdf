"""What the bot says: every sentence, button and command in ``en.ftl``, ``zh.ftl`` …, one file for each language.

The files are Fluent (projectfluent.org); placeholders take text that is escaped already. Another language is
another file: it is found by its name.
"""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, tzinfo
from functools import cache
from importlib.resources import files

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_decimal
from fluent.runtime import FluentBundle, FluentResource
from fluent.syntax.ast import Resource

SEEN = "👀"
KEPT = "👍"
BROKEN = "💔"
WRITTEN = "✍"

DEFAULT = "en"
# The library refuses longer values, so that no message grows beyond measure; whoever calls has cut them to size.
LONGEST_VALUE = 500
LONGEST_IN_MINUTES, LONGEST_IN_HOURS = 120, 48
_LONG = re.compile("\ufdd0([a-z_]+)\ufdd1")
Value = str | int | float


@cache
def languages() -> tuple[str, ...]:
    """The languages that there is a file for, the default first."""
    names = [
        each.name.removesuffix(".ftl") for each in files(__name__).iterdir() if each.name.endswith(".ftl")
    ]
    return tuple(sorted(names, key=lambda name: (name != DEFAULT, name)))


def known_language(code: str | None) -> str | None:
    """Ours for a language tag as apps give it (``zh-hans``, ``en-US``); None where there is no file for it."""
    name = (code or "").replace("_", "-").lower().partition("-")[0]
    return name if name in languages() else None


def source(language: str) -> str:
    """The file of a language."""
    return (files(__name__) / f"{language}.ftl").read_text(encoding="utf-8")


class Words:
    """What the bot says, in one language and with the days of one time zone: ``words("hint")``.

    Raises ``KeyError`` for a message that the language lacks, or a value that the message needs: mistakes in the
    code, which the tests look for.
    """

    def __init__(self, language: str = DEFAULT, zone: tzinfo = UTC) -> None:
        self.language = language
        self.zone = zone
        self._bundle = _bundle(language)
        self._locale = _locale(language)

    def __call__(self, name: str, /, **values: Value) -> str:
        pattern = self._bundle.get_message(name).value
        if pattern is None:
            raise KeyError(name)
        marked = {each: _mark(each) if _is_long(value) else value for each, value in values.items()}
        said, errors = self._bundle.format_pattern(pattern, marked)
        if errors:
            raise KeyError(f"{name}: {errors[0]}")
        return _LONG.sub(lambda found: str(values[found[1]]), str(said))

    def date(self, at: date) -> str:
        """A day as one writes it: 3 May 2026, 2026年5月3日; of a time, the day in the time zone."""
        day = at.astimezone(self.zone).date() if isinstance(at, datetime) else at
        return format_date(day, self("day-pattern"), locale=self._locale)

    def size(self, size_bytes: int) -> str:
        """How large a file is, roughly."""
        if size_bytes < 1_000_000:
            return f"{max(1, round(size_bytes / 1000))} kB"
        unit, size = ("MB", 1_000_000) if size_bytes < 1_000_000_000 else ("GB", 1_000_000_000)
        return f"{format_decimal(size_bytes / size, '0.0', locale=self._locale)} {unit}"

    def wait(self, seconds: float) -> str:
        """A span of time, roughly."""
        if seconds < LONGEST_IN_MINUTES * 60:
            return self("wait", minutes=round(seconds / 60))
        hours = round(seconds / 3600)
        if hours < LONGEST_IN_HOURS:
            return self("wait-hours", hours=hours)
        return self("wait-days", days=round(hours / 24))

    def listed(self, names: Iterable[str]) -> str:
        """Several things, one after the other."""
        return self("comma").join(names)


@cache
def resource(language: str) -> Resource:
    """The file of a language, read once: that takes longer than anything that is said."""
    return FluentResource(source(language))


@cache
def _bundle(language: str) -> FluentBundle:
    """A language's messages. Without the marks that set off text of the other direction: cards are short."""
    bundle = FluentBundle([language], use_isolating=False)
    bundle.add_resource(resource(language))
    return bundle


@cache
def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language)
    except UnknownLocaleError:
        return Locale.parse(DEFAULT)


def _is_long(value: Value) -> bool:
    return isinstance(value, str) and len(value) > LONGEST_VALUE


def _mark(name: str) -> str:
    return f"\ufdd0{name}\ufdd1"
