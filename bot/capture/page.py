"""One visit to one page, from an empty context to the files of a capture."""

import asyncio
import logging
from collections.abc import Awaitable
from dataclasses import dataclass

from playwright.async_api import BrowserContext, CDPSession, Download, Page
from playwright.async_api import Error as PlaywrightError

from bot.capture import failures, files, originals, tidy
from bot.capture.arrival import Arrival, arrive, stopped
from bot.capture.draft import Draft
from bot.capture.egress.passage import Passage
from bot.capture.gate import Gate
from bot.capture.result import CapturedFile
from bot.capture.settle import Look, look, settle
from bot.capture.traffic import Traffic
from bot.capture.verdict import Judgement, Seen, host_of, judge
from storage.models import ArtifactKind, Verdict

log = logging.getLogger(__name__)

# The share of the whole time that a page may take to answer and load; the rest is for settling and files.
ARRIVAL_SHARE = 0.4
FILE_SECONDS = 25.0


@dataclass(frozen=True, slots=True)
class Visit:
    """Visits ``url`` and writes into ``draft`` what it finds, as it finds it."""

    url: str
    page: Page
    session: CDPSession
    traffic: Traffic
    passage: Passage
    draft: Draft
    seconds: float

    @classmethod
    async def begin(
        cls, url: str, context: BrowserContext, passage: Passage, draft: Draft, *, seconds: float
    ) -> "Visit":
        """Open an empty page that can reach the web through ``passage`` only."""
        with draft.timings.step("open"):
            page = await context.new_page()
            page.on("popup", _close)
            session = await context.new_cdp_session(page)
            await Gate(session, passage).open()
        return cls(url, page, session, Traffic(page), passage, draft, seconds)

    async def run(self) -> None:
        """Go there, let it settle, judge it and make its files. Raises ``BrowserGone``, ``TimeoutError``."""
        with self.draft.timings.step("goto"):
            arrival = await arrive(
                self.page, self.traffic, self.passage, self.url, within_seconds=self.seconds * ARRIVAL_SHARE
            )
        if isinstance(arrival, Judgement):
            self._judge(arrival)
        elif arrival.download:
            await self._keep(arrival.download)
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
            return
        if self.passage.is_exhausted:
            self.draft.problems.append("The page loads more than one capture may take, so parts are missing.")
        self._judge(self._judgement(shown))
        self.draft.final_url = shown.url
        self.draft.title = shown.title or None
        await self._make_files(shown)

    async def _settled(self) -> Look:
        await self._settle()
        return await look(self.page)

    async def _settle(self) -> None:
        try:
            await settle(self.page, self.traffic, self.draft.timings)
        except TimeoutError:
            self.draft.problems.append("The page was still at work when its picture was taken.")
        except PlaywrightError as error:
            _raise_if_gone(error)  # else the page has broken what scripts rely on: it is taken as it is
            log.info("A page could not be settled: %s", failures.gist(error))

    def _judgement(self, shown: Look) -> Judgement:
        response = self.traffic.response
        self.draft.http_status = response.status if response else None
        seen = Seen(
            asked_url=self.url,
            url=shown.url,
            status=self.draft.http_status,
            title=shown.title,
            text=shown.text,
            has_picture=shown.has_picture,
            has_password_field=shown.has_password_field,
            has_robot_check=shown.has_robot_check,
            is_for_payers=shown.is_for_payers,
        )
        judgement = judge(seen)
        content_type = originals.content_type_of(response)
        if judgement.verdict is not Verdict.OK or originals.is_page(content_type):
            return judgement
        if originals.is_film_or_sound(content_type):
            return Judgement(
                Verdict.TOO_LARGE, f"{seen.host} sent film or sound ({content_type}), which is not kept."
            )
        return Judgement(Verdict.FILE)

    async def _make_files(self, shown: Look) -> None:
        """Make them one after another: at the same time on one page they hang each other."""
        verdict = self.draft.judgement.verdict if self.draft.judgement else None
        is_kept = verdict is not None and verdict.is_done
        rules = tidy.SiteRules.for_host(host_of(shown.url))
        if is_kept:
            await self._tidy(tidy.clear(self.page, rules))
        await self._make(ArtifactKind.SCREEN, "image/jpeg", files.screen(self.session))
        if not is_kept:
            return  # the first screen, as it is, is evidence enough of a page that is not kept
        if await self._tidy(tidy.unroll(self.page, rules)):
            await self._settle()  # what came to light may have pictures that load only now
        await self._make(ArtifactKind.FULLPAGE, "image/jpeg", self._fullpage())
        await self._make(ArtifactKind.PDF, "application/pdf", files.pdf(self.page, shown))
        is_file = verdict is Verdict.FILE
        if shown.text.strip():
            text = files.plain_text(shown) if is_file else files.text(self.page, shown)
            await self._make(ArtifactKind.TEXT, "text/markdown; charset=utf-8", text)
        if is_file and self.traffic.response:
            await self._add(ArtifactKind.ORIGINAL, originals.shown(self.traffic.response))
            self.draft.title = originals.name_in(shown.url)

    async def _tidy(self, tidying: Awaitable[bool]) -> bool:
        """Tidy, or leave the page as it is: an untidy snapshot is better than none. Raises ``BrowserGone``."""
        try:
            with self.draft.timings.step("tidy"):
                return await tidying
        except (TimeoutError, PlaywrightError) as error:
            if isinstance(error, PlaywrightError):
                _raise_if_gone(error)
            log.info("A page could not be tidied: %s", failures.gist(error))
            return False

    async def _fullpage(self) -> bytes:
        height = await files.fullpage_height(self.session)
        if height > files.MAX_FULLPAGE_PIXELS:
            self.draft.problems.append(
                f"The page is {height:,} pixels high; its picture ends at {files.MAX_FULLPAGE_PIXELS:,}."
            )
        return await files.fullpage(self.session, height)

    async def _make(self, kind: ArtifactKind, content_type: str, making: Awaitable[bytes]) -> None:
        async def file() -> CapturedFile:
            return CapturedFile(kind, content_type, await making)

        await self._add(kind, file())

    async def _add(self, kind: ArtifactKind, making: Awaitable[CapturedFile]) -> None:
        """Add a file, or say why there is none; the others don't suffer. Raises ``BrowserGone``."""
        try:
            with self.draft.timings.step(kind.value):
                async with asyncio.timeout(FILE_SECONDS):
                    self.draft.files.append(await making)
        except files.NotMade as error:
            self.draft.problems.append(f"No {kind.value}: {error}.")
        except TimeoutError:
            self.draft.problems.append(f"No {kind.value}: it was not done within {FILE_SECONDS:.0f} seconds.")
        except PlaywrightError as error:
            _raise_if_gone(error)
            self.draft.problems.append(f"No {kind.value}: the browser could not make it.")
            log.info("No %s: %s", kind.value, failures.gist(error))
        except Exception:
            self.draft.problems.append(f"No {kind.value}: it could not be made.")
            log.exception("No %s", kind.value)

    async def _keep(self, download: Download) -> None:
        """The link is a file: that file is the snapshot."""
        response = self.traffic.response
        self.draft.http_status = response.status if response else None
        self.draft.final_url = download.url
        try:
            with self.draft.timings.step("download"):
                file = await originals.downloaded(download, originals.content_type_of(response), self.passage)
        except originals.TooLarge as error:
            self._judge(Judgement(Verdict.TOO_LARGE, str(error)))
        except files.NotMade as error:
            self._judge(Judgement(Verdict.UNREACHABLE, f"{host_of(self.url)}: {error}"))
        else:
            self.draft.files.append(file)
            is_pdf = file.kind is ArtifactKind.PDF
            title = await asyncio.to_thread(files.pdf_title, file.content) if is_pdf else None
            self.draft.title = title or file.name
            self._judge(Judgement(Verdict.FILE))

    def _judge(self, judgement: Judgement) -> None:
        self.draft.judgement = judgement


def _raise_if_gone(error: PlaywrightError) -> None:
    if failures.is_gone(error):
        raise failures.BrowserGone(failures.gist(error)) from error


async def _close(popup: Page) -> None:
    try:
        await popup.close()
    except PlaywrightError:
        log.debug("A popup was gone before it was closed")
