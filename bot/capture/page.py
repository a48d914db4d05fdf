"""One visit to one page, from an empty context to the files of a capture."""

import asyncio
import logging
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TypeVar

from playwright.async_api import BrowserContext, CDPSession, Page
from playwright.async_api import Error as PlaywrightError

from bot.capture import failures
from bot.capture.arrival import Arrival, arrive, retry_after, stopped
from bot.capture.draft import Draft
from bot.capture.egress.passage import Passage
from bot.capture.files import originals, prints
from bot.capture.files.keeping import Keeping
from bot.capture.files.making import Making
from bot.capture.gate import Gate
from bot.capture.options import Options
from bot.capture.seen import Seen, host_of
from bot.capture.settling.settle import Look, Rest
from bot.capture.tidying import tidy
from bot.capture.traffic import Traffic
from bot.capture.verdict import Judgement, judge
from storage.kinds import Verdict
from storage.metadata import Metadata

T = TypeVar("T")

log = logging.getLogger(__name__)

# The share of the whole time that a page may take to answer and load; the rest is for settling and files.
ARRIVAL_SHARE = 0.4


@dataclass(frozen=True, slots=True)
class Visit:
    """Visits ``url`` and writes into ``draft`` what it finds, as it finds it."""

    url: str
    page: Page
    session: CDPSession
    gate: Gate
    traffic: Traffic
    rest: Rest
    passage: Passage
    draft: Draft
    options: Options
    seconds: float

    @classmethod
    async def begin(
        cls,
        url: str,
        context: BrowserContext,
        passage: Passage,
        draft: Draft,
        options: Options,
        *,
        seconds: float,
    ) -> "Visit":
        """Open an empty page that can reach the web through ``passage`` only."""
        with draft.timings.step("open"):
            page = await context.new_page()
            page.on("popup", _close)
            session = await context.new_cdp_session(page)
            gate = Gate(session, passage)
            traffic = Traffic(page)
            rest, _ = await asyncio.gather(Rest.begin(page, session, traffic), gate.open())
        return cls(url, page, session, gate, traffic, rest, passage, draft, options, seconds)

    async def run(self) -> None:
        """Go there, let it settle, judge it and make its files. Raises ``BrowserGone``, ``TimeoutError``."""
        with self.draft.timings.step("goto"):
            arrival = await arrive(
                self.page,
                self.traffic,
                self.gate,
                self.passage,
                self.url,
                within_seconds=self.seconds * ARRIVAL_SHARE,
            )
        if isinstance(arrival, Judgement):
            self._judge(arrival)
            self.draft.failed_step = "goto"
        elif arrival.download:
            await Keeping(self.passage, self.draft, self.options).keep(
                arrival.download, self.traffic.response
            )
        else:
            await self._take(arrival)

    async def _take(self, arrival: Arrival) -> None:
        if arrival.is_late:
            await self.session.send("Page.stopLoading")
            self.draft.problems.append(
                f"The page had not finished loading after {self.seconds * ARRIVAL_SHARE:.0f} seconds."
            )
        shown = await self._settled()
        stop = stopped(self.traffic, self.passage, shown.url)
        if stop:
            self._judge(stop)
            self.draft.failed_step = "goto"
            return
        if self.passage.is_exhausted:
            self.draft.problems.append("The page loads more than one capture may take, so parts are missing.")
        self._judge(self._judgement(shown))
        self.draft.final_url = shown.url
        self.draft.metadata = Metadata(title=shown.title or None)
        await self._make_files(shown)

    async def _settled(self) -> Look:
        await self._settle()
        return await self.rest.look()

    async def _settle(self) -> None:
        try:
            await self.rest.settle(self.draft.timings)
        except TimeoutError:
            self.draft.problems.append("The page was still at work when its picture was taken.")
        except PlaywrightError as error:
            failures.raise_if_gone(error)
            # else the page has broken what scripts rely on: it is taken as it is
            log.info("A page could not be settled: %s", failures.gist(error))

    def _judgement(self, shown: Look) -> Judgement:
        response = self.traffic.response
        self.draft.http_status = response.status if response else None
        self.draft.retry_after_seconds = retry_after(response)
        seen = Seen(
            asked_url=self.url,
            url=shown.url,
            status=self.draft.http_status,
            title=shown.title,
            text=shown.text,
            menu=shown.menu,
            has_picture=shown.has_picture,
            has_password_field=shown.has_password_field,
            has_robot_check=shown.has_robot_check,
            has_robot_box=shown.has_robot_box,
            has_code=shown.has_code,
            is_for_payers=shown.is_for_payers,
        )
        judgement = judge(seen)
        content_type = originals.content_type_of(response)
        if judgement.verdict not in {Verdict.OK, Verdict.BLANK} or originals.is_page(content_type):
            return judgement
        if self.gate.is_cut:
            self.draft.problems.append(f"{seen.host} had not sent the whole file when it was taken.")
        return Judgement(Verdict.FILE)

    async def _make_files(self, shown: Look) -> None:
        """What is kept of a page: all that is asked for, or the first screen as it is, as evidence."""
        verdict = self.draft.judgement.verdict if self.draft.judgement else None
        making = Making(self.page, self.session, self.traffic.received, self.draft, self.options)
        if verdict is None or not verdict.is_done:
            await making.screen()
            return
        rules = tidy.SiteRules.for_host(host_of(shown.url))
        if verdict is Verdict.FILE:
            await originals.show_whole(self.page)
        else:
            await self._tidy(tidy.clear(self.rest.shown, rules))
        await making.screen()
        width = prints.PRINT_WIDTHS[self.options.sheet]
        unrolled = await self._tidy(tidy.unroll(self.rest.shown, rules, print_width=width))
        if unrolled and unrolled.has_awaited:
            await self._settle()
        making.is_as_seen = unrolled is not None and unrolled.is_same
        if verdict is Verdict.FILE:
            await making.of_file(shown, self.traffic.response, self.gate.original)
        else:
            await making.of_page(shown)

    async def _tidy(self, tidying: Awaitable[T]) -> T | None:
        """Tidy, or leave the page as it is: an untidy snapshot is better than none. Raises ``BrowserGone``."""
        try:
            with self.draft.timings.step("tidy"):
                return await tidying
        except (TimeoutError, PlaywrightError) as error:
            if isinstance(error, PlaywrightError):
                failures.raise_if_gone(error)
            log.info("A page could not be tidied: %s", failures.gist(error))
            return None

    def _judge(self, judgement: Judgement) -> None:
        self.draft.judgement = judgement


async def _close(popup: Page) -> None:
    try:
        await popup.close()
    except PlaywrightError:
        log.debug("A popup was gone before it was closed")
