"""Bringing a page to rest: everything that loads late is loaded, nothing moves any more, and it is read once."""

import asyncio
from dataclasses import dataclass
from importlib.resources import files
from typing import Self

from playwright.async_api import CDPSession, Page
from playwright.async_api import Error as PlaywrightError

from bot.capture.failures import BrowserGone, gist, is_gone
from bot.capture.isolated import Shown
from bot.capture.settling.calm import Calm
from bot.capture.timings import Timings
from bot.capture.traffic import Traffic

SCROLL_SECONDS = 6.0
CALM_WITHIN_SECONDS = 10.0
READY_SECONDS = 5.0
LOOK_SECONDS = 5.0
MAX_SCROLL_PIXELS = 30_000
# What fades in longer than this is taken as it is.
MAX_FADE_SECONDS = 2.0
MAX_TEXT_CHARACTERS = 500_000
MAX_MENU_PARTS = 400


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
    menu: str = ""
    has_robot_box: bool = False
    has_code: bool = False


def _script(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


_SCROLL = _script("scroll.js")
_READY = _script("ready.js")
_LOOK = _script("look.js")
_READY_LIMITS = {"timeoutMilliseconds": READY_SECONDS * 1000, "longestAnimation": MAX_FADE_SECONDS * 1000}
_LOOK_LIMITS = {"maxCharacters": MAX_TEXT_CHARACTERS, "maxMenuParts": MAX_MENU_PARTS}


class Rest:
    """Brings one page to rest, as often as wanted, and reads it; ``shown`` is where scripts of ours run in it."""

    def __init__(self, page: Page, calm: Calm, shown: Shown) -> None:
        self._page = page
        self._calm = calm
        self.shown = shown

    @classmethod
    async def begin(cls, page: Page, session: CDPSession, traffic: Traffic) -> Self:
        """Follow a page from before it goes anywhere."""
        return cls(page, await Calm.begin(page, session, traffic), Shown(page, session))

    async def settle(self, timings: Timings) -> None:
        """Load what is lazy and wait for calm, fonts and images. Raises ``TimeoutError`` if a script never ends."""
        with timings.step("quiet"):
            await self._calm.came(within_seconds=CALM_WITHIN_SECONDS)
        with timings.step("scroll"):
            limits = {"maxHeight": MAX_SCROLL_PIXELS}
            has_more = await self.shown.run(_SCROLL, limits, within_seconds=SCROLL_SECONDS)
        if has_more:
            with timings.step("quiet"):
                await self._calm.came(within_seconds=CALM_WITHIN_SECONDS)
        with timings.step("ready"):
            await self.shown.run(_READY, _READY_LIMITS, within_seconds=READY_SECONDS + LOOK_SECONDS)

    async def look(self) -> Look:
        """Read what the page says of itself. Raises ``TimeoutError``, ``BrowserGone``."""
        try:
            seen = await self.shown.run(_LOOK, _LOOK_LIMITS, within_seconds=LOOK_SECONDS)
        except PlaywrightError as error:
            if is_gone(error):
                raise BrowserGone(gist(error)) from error
            return await _look_from_outside(self._page)
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
