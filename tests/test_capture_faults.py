"""The browser is killed, idle or can't be started: what becomes of captures. Left-overs: ``test_capture_leftovers``."""

import asyncio
import operator
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path

import pytest
from aiohttp import web
from playwright.async_api import BrowserContext, Page
from playwright.async_api import Error as PlaywrightError

from bot.addresses import AddressRule
from bot.capture.browser import Browser
from bot.capture.files import making, prints
from bot.capture.result import Capture
from bot.capture.settling.settle import Look
from bot.errors import BrowserError
from storage.kinds import ArtifactKind, Sheet, Verdict
from storage.metadata import Metadata
from tests.browsers import best, processes, until
from tests.capturing import asking, kinds, serving
from tests.fakes.site import SiteDouble

SCREEN = asking(ArtifactKind.SCREEN)


@pytest.fixture
async def browser(site: SiteDouble) -> AsyncIterator[Browser]:
    async with Browser(best(), AddressRule([site.allow]), timeout_seconds=30) as browser:
        yield browser


def folder_of(browser: Browser) -> Path:
    assert browser._engine.running is not None
    return browser._engine.running.folder.path


def group_of(browser: Browser) -> int:
    return int((folder_of(browser) / "pid").read_text())


def in_group(group: int, *words: str) -> list[int]:
    return [each for each in processes("chrom", *words) if os.getpgid(each) == group]


def renderers(browser: Browser) -> set[int]:
    return set(in_group(group_of(browser), "--type=renderer"))


class TestKilled:
    """The browser or a page's process is killed in mid-capture."""

    async def capture_while(self, browser: Browser, site: SiteDouble, kill: Callable[[], None]) -> Capture:
        site.hold("/app.json")
        capture = asyncio.create_task(browser.capture(site.url("/app"), SCREEN))
        await site.asked("/app.json")
        kill()
        site.release("/app.json")
        return await capture

    async def test_a_killed_browser_is_replaced_and_the_capture_is_whole(
        self, browser: Browser, site: SiteDouble
    ) -> None:
        killed: list[int] = []

        def kill() -> None:
            killed.append(group_of(browser))
            os.kill(killed[0], signal.SIGKILL)

        capture = await self.capture_while(browser, site, kill)
        assert (capture.verdict, capture.title) == (Verdict.OK, "Filled in by a script")
        assert site.requests.count("/app") == 2
        assert group_of(browser) not in killed

    async def test_a_killed_page_is_tried_once_more_in_the_same_browser(
        self, browser: Browser, site: SiteDouble
    ) -> None:
        groups: list[int] = []

        def kill() -> None:
            groups.append(group_of(browser))
            for renderer in in_group(groups[0], "--type=renderer"):
                os.kill(renderer, signal.SIGKILL)

        capture = await self.capture_while(browser, site, kill)
        assert (capture.verdict, capture.title) == (Verdict.OK, "Filled in by a script")
        assert site.requests.count("/app") == 2
        assert groups == [group_of(browser)]

    async def test_a_page_that_is_killed_before_it_has_come_is_tried_once_more_and_is_not_taken_for_empty(
        self, browser: Browser, site: SiteDouble
    ) -> None:
        site.hold("/app")
        capture = asyncio.create_task(browser.capture(site.url("/app"), SCREEN))
        await site.asked("/app")
        for renderer in in_group(group_of(browser), "--type=renderer"):
            os.kill(renderer, signal.SIGKILL)
        site.release("/app")
        kept = await capture
        assert (kept.verdict, kept.title) == (Verdict.OK, "Filled in by a script")
        assert site.requests.count("/app") == 2

    async def test_a_process_that_is_killed_while_it_is_made_for_a_page_is_replaced_too(self) -> None:
        asked: asyncio.Queue[None] = asyncio.Queue()
        may_answer = asyncio.Event()

        async def apart(_: web.Request) -> web.Response:
            asked.put_nowait(None)
            await may_answer.wait()
            headers = {
                "Cross-Origin-Opener-Policy": "same-origin"
            }  # so it gets another than the empty page has
            return web.Response(text="<p>A page by itself.", content_type="text/html", headers=headers)

        async with (
            serving(web.get("/", apart)) as host,
            Browser(best(), AddressRule([host]), timeout_seconds=30) as other,
        ):
            capture = asyncio.create_task(other.capture(f"http://{host}/", SCREEN))
            await asked.get()
            before = renderers(other)
            may_answer.set()
            while not (made := renderers(other) - before):  # noqa: ASYNC110 - a process that begins sends no event
                await asyncio.sleep(0.001)
            for process in made:
                os.kill(process, signal.SIGKILL)
            assert (await capture).verdict is Verdict.OK
            assert asked.qsize() == 1

    @pytest.mark.parametrize("step", ["pictures.part", "prints.pdf"])
    @pytest.mark.parametrize("victim", ["--type=renderer", ""], ids=["page", "browser"])
    async def test_a_picture_or_a_pdf_under_way_does_not_wait_for_what_was_killed(
        self, browser: Browser, site: SiteDouble, monkeypatch: pytest.MonkeyPatch, step: str, victim: str
    ) -> None:
        make = operator.attrgetter(step)(making)
        killed: list[int] = []

        async def kill_and_make(*arguments: object) -> object:
            if not killed:
                killed.extend(in_group(group_of(browser), victim))
                for process in killed:
                    with suppress(ProcessLookupError):  # one takes another along
                        os.kill(process, signal.SIGKILL)
            return await make(*arguments)

        monkeypatch.setattr(f"bot.capture.files.making.{step}", kill_and_make)
        wanted = asking(ArtifactKind.FULLPAGE, ArtifactKind.PDF)
        capture = await browser.capture(site.url("/short"), wanted)
        assert killed
        assert (capture.verdict, capture.problems) == (Verdict.OK, ())
        assert kinds(capture) == wanted.kinds
        assert site.requests.count("/short") == 2

    async def test_what_was_made_is_kept_when_the_rest_breaks_the_browser_each_time(
        self, browser: Browser, site: SiteDouble, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def kill(*_: object) -> None:
            for process in renderers(browser):
                os.kill(process, signal.SIGKILL)
            await asyncio.Event().wait()

        monkeypatch.setattr("bot.capture.files.making.prints.pdf", kill)
        capture = await browser.capture(site.url("/short"), asking(ArtifactKind.SCREEN, ArtifactKind.PDF))
        assert (capture.verdict, kinds(capture)) == (Verdict.PARTIAL, {ArtifactKind.SCREEN})
        assert "The browser broke down over the rest." in capture.problems
        assert site.requests.count("/short") == 2

    async def test_a_page_that_never_opens_because_its_process_was_killed_is_opened_anew(
        self, browser: Browser, site: SiteDouble, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def never(_: BrowserContext) -> Page:
            opening.undo()
            await asyncio.Event().wait()
            raise AssertionError

        with monkeypatch.context() as opening:
            opening.setattr("bot.capture.browser.OPENING_SHARE", 0.01)
            opening.setattr("playwright.async_api.BrowserContext.new_page", never)
            assert (await browser.capture(site.url("/short"), SCREEN)).verdict is Verdict.OK

    async def test_a_file_that_fails_because_its_page_was_killed_is_not_merely_missing(
        self, browser: Browser, site: SiteDouble, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        make = prints.pdf
        killed: list[int] = []

        async def kill_and_fail(page: Page, look: Look, sheet: Sheet) -> prints.Printed:
            if killed:
                return await make(page, look, sheet)
            killed.extend(in_group(group_of(browser), "--type=renderer"))
            for process in killed:
                os.kill(process, signal.SIGKILL)
            raise PlaywrightError("Protocol error (Page.printToPDF): Printing failed")

        monkeypatch.setattr("bot.capture.files.making.prints.pdf", kill_and_fail)
        # so that nothing is waited for after the failure: the end of the process must not come too late to be seen
        monkeypatch.setattr("bot.capture.files.making.reading.metadata", lambda *_: Metadata())
        capture = await browser.capture(site.url("/short"), asking(ArtifactKind.PDF))
        assert (capture.verdict, kinds(capture)) == (Verdict.OK, {ArtifactKind.PDF})

    async def test_a_page_that_kills_the_browser_each_time_fails_with_a_sentence(
        self, browser: Browser, site: SiteDouble
    ) -> None:
        site.hold("/app.json")
        capture = asyncio.create_task(browser.capture(site.url("/app"), SCREEN))
        for visit in (1, 2):
            await site.asked("/app.json", times=visit)
            os.killpg(group_of(browser), signal.SIGKILL)
        failed = await capture
        assert (failed.verdict, failed.files) == (Verdict.UNREACHABLE, ())
        assert "twice" in (failed.error or "")
        assert failed.failed_step


async def test_a_window_that_can_not_be_closed_ends_its_browser_and_not_the_captures(
    browser: Browser, site: SiteDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(_: object) -> None:
        await asyncio.Event().wait()

    with monkeypatch.context() as patch:
        patch.setattr("bot.capture.browser.CLOSE_SECONDS", 0.1)
        patch.setattr("playwright.async_api.BrowserContext.close", never)
        capture = await browser.capture(site.url("/short"), SCREEN)
        stuck = folder_of(browser)
    assert capture.verdict is Verdict.OK
    assert (await browser.capture(site.url("/short"), SCREEN)).verdict is Verdict.OK
    assert folder_of(browser) != stuck


async def test_a_browser_is_started_when_needed_and_leaves_nothing(site: SiteDouble) -> None:
    async with Browser(best(), AddressRule([site.allow]), timeout_seconds=10) as browser:
        assert browser._engine.running is None
        assert (await browser.capture(site.url("/short"), SCREEN)).verdict is Verdict.OK
        folder, group = folder_of(browser), group_of(browser)
        assert folder.is_dir()
        assert in_group(group)
    assert not folder.exists()
    assert in_group(group) == []


async def test_a_file_that_is_no_browser_is_an_error_with_a_sentence(
    site: SiteDouble, tmp_path: Path
) -> None:
    async with Browser(tmp_path / "chromium", AddressRule()) as browser:
        with pytest.raises(BrowserError, match="can't be started"):
            await browser.capture("http://example.com/")


class TestIdle:
    """A browser that nobody needs is closed."""

    async def test_an_idle_browser_is_closed_and_started_again_when_needed(self, site: SiteDouble) -> None:
        rule = AddressRule([site.allow])
        async with Browser(best(), rule, timeout_seconds=30, idle_seconds=0) as browser:
            for _ in range(2):
                assert (await browser.capture(site.url("/short"), SCREEN)).verdict is Verdict.OK
                await until(lambda: browser._engine.running is None)

    async def test_a_browser_that_has_served_enough_is_replaced_when_nobody_else_has_it(
        self, site: SiteDouble, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("bot.capture.chromium.engine.MAX_CAPTURES", 2)
        async with Browser(best(), AddressRule([site.allow]), timeout_seconds=30) as browser:
            hanging = asyncio.create_task(browser.capture(site.url("/hang")))
            await site.asked("/hang")
            first = folder_of(browser)
            for _ in range(2):
                await browser.capture(site.url("/short"), SCREEN)
                assert folder_of(browser) == first, "somebody has it"
            hanging.cancel()
            await asyncio.wait([hanging])
            assert (await browser.capture(site.url("/short"), SCREEN)).verdict is Verdict.OK
            assert folder_of(browser) != first
            assert not first.exists()

    async def test_a_browser_at_work_is_not_idle(self, site: SiteDouble) -> None:
        rule = AddressRule([site.allow])
        async with Browser(best(), rule, timeout_seconds=30, idle_seconds=0) as browser:
            site.hold("/app.json")
            working = asyncio.create_task(browser.capture(site.url("/app"), SCREEN))
            await site.asked("/app.json")
            assert (await browser.capture(site.url("/short"), SCREEN)).verdict is Verdict.OK
            site.release("/app.json")
            assert (await working).verdict is Verdict.OK
            assert site.requests.count("/app") == 1
