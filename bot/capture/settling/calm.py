"""Telling that a page has come to rest, as early as that can be told."""

import asyncio
from dataclasses import dataclass
from importlib.resources import files
from secrets import token_hex
from time import monotonic
from typing import Self

from playwright.async_api import CDPSession, Frame, Page
from playwright.async_api import Error as PlaywrightError

from bot.capture.traffic import Traffic

# Nothing is waited for longer than this after the last request.
QUIET_SECONDS = 0.5
# How long a page is watched that has no request under way and no timer that is due before it would be quiet.
WATCH_SECONDS = 0.06
# More of a processor than this is not the browser's own housekeeping.
_BUSY_SHARE = 0.4
MAX_FRAMES = 8

# A page should not find by its name what looks at its timers.
_NAME = f"_{token_hex(8)}"
_TIMERS = files(__package__).joinpath("timers.js").read_text(encoding="utf-8").replace("NAME", _NAME)
_REMAINING = f"globalThis.{_NAME}()"


@dataclass(frozen=True, slots=True)
class _Work:
    """What a page has done until a moment: seconds in its scripts, and of its process on any processor."""

    script_seconds: float
    process_seconds: float
    at: float

    def is_idle_since(self, before: "_Work") -> bool:
        busy_seconds = self.process_seconds - before.process_seconds
        is_scripted = self.script_seconds > before.script_seconds
        return not is_scripted and busy_seconds < _BUSY_SHARE * (self.at - before.at)


@dataclass(frozen=True, slots=True)
class Calm:
    """Waits for one page to come to rest, as often as wanted."""

    page: Page
    session: CDPSession
    traffic: Traffic

    @classmethod
    async def begin(cls, page: Page, session: CDPSession, traffic: Traffic) -> Self:
        """Begin to follow what the page does, before it goes anywhere."""
        await asyncio.gather(page.add_init_script(_TIMERS), session.send("Performance.enable"))
        return cls(page, session, traffic)

    async def came(self, *, within_seconds: float) -> bool:
        """Wait for it; False if the page has not come to rest in time. Raises ``BrowserGone``.

        A page is at rest when no request is under way, no timer is due and no script runs any more. What can't be
        foreseen (sockets, workers, drawing in every frame) has half a second after the last request.
        """
        try:
            async with asyncio.timeout(within_seconds):
                while not await self._is_at_rest():
                    pass
        except TimeoutError:
            return False
        return True

    async def _is_at_rest(self) -> bool:
        await self.traffic.answered()
        left = QUIET_SECONDS - self.traffic.silent_seconds()
        if left <= 0:
            return True
        changes = self.traffic.changes
        try:
            async with asyncio.timeout(left):
                return await self._watch() and self.traffic.changes == changes
        except TimeoutError:
            return self.traffic.changes == changes

    async def _watch(self) -> bool:
        """Wait for the timers that are due, or watch for a moment; whether nothing has been done in it."""
        due_seconds, before = await asyncio.gather(self._due(), self._work())
        await self.traffic.change(within_seconds=max(due_seconds, WATCH_SECONDS))
        return not due_seconds and not self.traffic.is_live and (await self._work()).is_idle_since(before)

    async def _due(self) -> float:
        """Seconds until the timers that are due soon have run, in the page and in its frames."""
        frames = self.page.frames
        if len(frames) > MAX_FRAMES:
            return QUIET_SECONDS
        return max(await asyncio.gather(*map(_due_in, frames)))

    async def _work(self) -> _Work:
        answer = await self.session.send("Performance.getMetrics")
        values = {metric["name"]: metric["value"] for metric in answer["metrics"]}
        return _Work(values["ScriptDuration"], values["ProcessTime"], monotonic())


async def _due_in(frame: Frame) -> float:
    try:
        return float(await frame.evaluate(_REMAINING)) / 1000
    except (PlaywrightError, TypeError):
        return QUIET_SECONDS  # it has just gone on to another document, or broken what scripts rely on
