"""Taking away what stands between a reader and a settled page, and laying the page out at its whole length.

The general rules are in ``overlays.js`` and ``unroll.js``; what only one site needs is in ``site_rules.toml``.
"""

import asyncio
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Self

from playwright.async_api import Page

from bot.capture import isolated

TIDY_SECONDS = 5.0
# A4 without the margins of the PDF, in CSS pixels.
PRINT_WIDTH = 718


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


async def clear(page: Page, rules: SiteRules) -> bool:
    """Hide what lies over the page; gives whether anything did. Raises ``TimeoutError`` and Playwright's errors."""
    return await _run(page, _OVERLAYS, {"hide": rules.hide})


async def unroll(page: Page, rules: SiteRules) -> bool:
    """Open folds and inner scroll boxes, let headers appear once; gives whether pictures that came to light have
    yet to load, so that the page must settle again. Raises as ``clear``.
    """
    return await _run(page, _UNROLL, {"open": rules.open, "printWidth": PRINT_WIDTH})


async def _run(page: Page, script: str, argument: dict[str, object]) -> bool:
    async with asyncio.timeout(TIDY_SECONDS):
        return bool(await isolated.evaluate(page, script, argument, within_seconds=TIDY_SECONDS))
