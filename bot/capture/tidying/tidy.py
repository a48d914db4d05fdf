"""Taking away what stands between a reader and a settled page, and laying the page out at its whole length.

The general rules are in ``overlays.js`` and ``unroll.js``; what only one site needs is in ``site_rules.toml``.
"""

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Self

from bot.capture.isolated import Shown

TIDY_SECONDS = 5.0


def _text(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _script(name: str) -> str:
    """The function in a script, with what both scripts share before it."""
    return f"(argument) => {{\n{_text('elements.js')}\nreturn ({_text(name)})(argument);\n}}"


_OVERLAYS = _script("overlays.js")
_UNROLL = _script("unroll.js")


@dataclass(frozen=True, slots=True)
class SiteRules:
    """CSS selectors for one site: what to ``hide``, and which boxes to ``open``."""

    hide: tuple[str, ...] = ()
    open: tuple[str, ...] = ()

    @classmethod
    def for_host(cls, host: str) -> Self:
        """The rules of ``host`` and of the domains that it is in."""
        labels = host.lower().split(".")
        domains = [".".join(labels[start:]) for start in range(len(labels))]
        found = [_BY_DOMAIN[domain] for domain in domains if domain in _BY_DOMAIN]
        return cls(
            hide=tuple(selector for rules in found for selector in rules.get("hide", ())),
            open=tuple(selector for rules in found for selector in rules.get("open", ())),
        )


_BY_DOMAIN: dict[str, dict[str, list[str]]] = tomllib.loads(_text("site_rules.toml"))


async def clear(shown: Shown, rules: SiteRules) -> None:
    """Hide what lies over the page. Raises ``TimeoutError`` and Playwright's errors."""
    await shown.run(_OVERLAYS, {"hide": rules.hide}, within_seconds=TIDY_SECONDS)


@dataclass(frozen=True, slots=True)
class Unrolled:
    """Whether a page looks as it did before, and whether pictures that came to light have yet to load."""

    is_same: bool
    has_awaited: bool


async def unroll(shown: Shown, rules: SiteRules, *, print_width: int) -> Unrolled:
    """Open folds and inner scroll boxes, let headers appear once. A page that has awaited pictures must settle again.

    ``print_width`` in CSS pixels is what tables have to fit in. Raises as ``clear``.
    """
    argument = {"open": rules.open, "printWidth": print_width}
    return Unrolled(**await shown.run(_UNROLL, argument, within_seconds=TIDY_SECONDS))
