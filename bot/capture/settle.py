"""Bringing a page to rest: everything that loads late is loaded, nothing moves any more, and it is read once."""

import asyncio
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page

from bot.capture.failures import BrowserGone, gist, is_gone
from bot.capture.timings import Timings
from bot.capture.traffic import Traffic

SCROLL_SECONDS = 6.0
QUIET_WITHIN_SECONDS = 10.0
READY_SECONDS = 5.0
LOOK_SECONDS = 5.0
MAX_SCROLL_PIXELS = 30_000
STEP_MILLISECONDS = 16
MAX_TEXT_CHARACTERS = 500_000


@dataclass(frozen=True, slots=True)
class Look:
    """What a settled page says of itself."""

    url: str
    title: str
    text: str
    has_picture: bool
    has_password_field: bool
    has_robot_check: bool
    is_for_payers: bool
    element_count: int


def _script(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


_SCROLL = _script("scroll.js")
_READY = _script("ready.js")
_LOOK = _script("look.js")


async def settle(page: Page, traffic: Traffic, timings: Timings) -> None:
    """Load what is lazy, wait for calm, then for fonts and images. Raises ``TimeoutError`` if a script never ends."""
    with timings.step("scroll"):
        await _run(
            page,
            _SCROLL,
            {"maxHeight": MAX_SCROLL_PIXELS, "stepMilliseconds": STEP_MILLISECONDS},
            within_seconds=SCROLL_SECONDS,
        )
    with timings.step("quiet"):
        await traffic.quiet(within_seconds=QUIET_WITHIN_SECONDS)
    with timings.step("ready"):
        await _run(
            page,
            _READY,
            {"timeoutMilliseconds": READY_SECONDS * 1000},
            within_seconds=READY_SECONDS + LOOK_SECONDS,
        )


async def look(page: Page) -> Look:
    """Read what the page says of itself. Raises ``TimeoutError``, ``BrowserGone``."""
    try:
        seen = await _run(page, _LOOK, {"maxCharacters": MAX_TEXT_CHARACTERS}, within_seconds=LOOK_SECONDS)
    except PlaywrightError as error:
        if is_gone(error):
            raise BrowserGone(gist(error)) from error
        return await _look_from_outside(page)
    return Look(**seen)


async def _look_from_outside(page: Page) -> Look:
    """Read a page that has broken what scripts rely on, by Playwright's own scripts, which it can't break."""
    async with asyncio.timeout(LOOK_SECONDS):
        text = await page.locator("body").inner_text()
        title = await page.title()
    return Look(
        page.url,
        title,
        text,
        has_picture=True,
        has_password_field=False,
        has_robot_check=False,
        is_for_payers=False,
        element_count=0,
    )


async def _run(page: Page, script: str, argument: dict[str, Any], *, within_seconds: float) -> Any:
    """Run a script in the page, again if the page has gone on to another document meanwhile."""
    async with asyncio.timeout(within_seconds):
        while True:
            try:
                return await page.evaluate(script, argument)
            except PlaywrightError as error:
                if "context was destroyed" not in str(error):
                    raise
                await page.wait_for_load_state("domcontentloaded")
