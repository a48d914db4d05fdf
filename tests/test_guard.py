"""Pages that fill the memory are ended, and nothing else is."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.addresses import AddressRule
from bot.capture.browser import Browser
from bot.capture.chromium.guard import MAX_PAGE_BYTES, MEBIBYTE, PROC, Guard
from bot.capture.egress.passage import Passage
from bot.capture.egress.proxy import EgressProxy
from storage.kinds import Verdict
from tests.browsers import KINDS, Kind, best, of_kind, until
from tests.fakes.bombs import bombs
from tests.fakes.site import SiteDouble

PEAK_BYTES = 2048 * MEBIBYTE
HOSTS = 9
LATE_SECONDS = 2.0


@pytest.fixture
async def bombs_at() -> AsyncIterator[str]:
    async with bombs(hosts=HOSTS) as port:
        yield f"127.0.0.1:{port}"


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    chosen: Kind = request.param
    return chosen


@pytest.fixture
async def browser(kind: Kind) -> AsyncIterator[Browser]:
    async with Browser(of_kind(kind), AddressRule(["127.0.0.0/8"]), timeout_seconds=30) as browser:
        yield browser


async def test_pages_that_fill_the_memory_are_ended_and_said_and_others_are_whole(
    browser: Browser, kind: Kind, site: SiteDouble, bombs_at: str
) -> None:
    for bomb in ("arrays", "frames") if kind == "full" else ("arrays", "brotli", "frames"):
        captures = await asyncio.gather(
            browser.capture(f"http://{bombs_at}/{bomb}"), browser.capture(site.url("/short"))
        )
        assert [capture.verdict for capture in captures] == [Verdict.TOO_LARGE, Verdict.OK]
        assert "more memory than one page may have" in (captures[0].error or "")
    assert browser._engine.guard.peak_bytes < PEAK_BYTES


@pytest.mark.parametrize("kind", ["full"], indirect=True)
async def test_a_page_that_is_looked_at_much_too_late_has_not_filled_the_memory(
    browser: Browser, bombs_at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.capture.chromium.guard.CHECK_SECONDS", LATE_SECONDS)
    monkeypatch.setattr("bot.capture.chromium.guard.HURRY_SECONDS", LATE_SECONDS)
    assert (await browser.capture(f"http://{bombs_at}/arrays")).verdict is Verdict.TOO_LARGE
    assert MAX_PAGE_BYTES < browser._engine.guard.peak_bytes < PEAK_BYTES


async def test_where_the_browser_itself_is_filled_it_is_ended_and_started_anew(
    browser: Browser, site: SiteDouble, bombs_at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await browser.capture(site.url("/short"))).verdict is Verdict.OK
    first = browser._engine.running
    monkeypatch.setattr("bot.capture.chromium.guard.MAX_BROWSER_BYTES", 700 * MEBIBYTE)
    capture = await browser.capture(f"http://{bombs_at}/blobs")
    assert capture.verdict is Verdict.TOO_LARGE
    assert (await browser.capture(site.url("/short"))).verdict is Verdict.OK
    assert browser._engine.running is not first


async def test_a_page_can_not_have_popups(browser: Browser, bombs_at: str) -> None:
    capture = await browser.capture(f"http://{bombs_at}/popups")
    assert capture.verdict is Verdict.OK
    assert browser._engine.guard.peak_bytes < PEAK_BYTES // 2


async def test_a_page_can_not_keep_the_browser_from_other_pages(
    browser: Browser, site: SiteDouble, bombs_at: str
) -> None:
    flood = asyncio.create_task(browser.capture(f"http://{bombs_at}/histories"))
    assert (await browser.capture(site.url("/short"))).verdict is Verdict.OK
    flood.cancel()
    await asyncio.wait([flood])


class TestNetwork:
    """What comes over the network is counted for each capture."""

    @pytest.fixture(autouse=True)
    def _little(self, monkeypatch: pytest.MonkeyPatch) -> None:
        admit = EgressProxy.admit

        def with_little(proxy: EgressProxy) -> Passage:
            passage = admit(proxy)
            passage.max_bytes, passage.max_requests = MEBIBYTE, 200
            return passage

        monkeypatch.setattr(EgressProxy, "admit", with_little)
        monkeypatch.setattr("bot.capture.settling.settle.CALM_WITHIN_SECONDS", 2.0)

    @pytest.fixture
    async def browser(self) -> AsyncIterator[Browser]:
        async with Browser(best(), AddressRule(["127.0.0.0/8"]), timeout_seconds=30) as browser:
            yield browser

    async def test_what_is_too_much_is_cut_and_said(self, browser: Browser, bombs_at: str) -> None:
        capture = await browser.capture(f"http://{bombs_at}/streamed")
        assert capture.verdict in {Verdict.PARTIAL, Verdict.TOO_LARGE}
        assert "more than one capture may take" in " ".join((*capture.problems, capture.error or ""))


async def test_without_proc_the_guard_is_off_and_says_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Path, site: SiteDouble
) -> None:
    async with Browser(best(), AddressRule([site.allow])) as browser:
        assert Guard(PROC).can_see
        assert "memory" not in caplog.text
    monkeypatch.setattr("bot.capture.chromium.engine.Guard", lambda: Guard(tmp_path))
    async with Browser(best(), AddressRule([site.allow])) as browser:
        assert (await browser.capture(site.url("/short"))).verdict is Verdict.OK
    assert caplog.text.count("can't be ended here") == 1


async def test_a_look_that_fails_is_told_once_and_is_not_the_last(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, site: SiteDouble
) -> None:
    looks = 0

    def check(*_: object) -> float:
        nonlocal looks
        looks += 1
        raise ValueError("no such file looks like this")

    monkeypatch.setattr(Guard, "check", check)
    monkeypatch.setattr("bot.capture.chromium.engine.CHECK_SECONDS", 0.01)
    async with Browser(best(), AddressRule([site.allow])) as browser:
        assert (await browser.capture(site.url("/short"))).verdict is Verdict.OK
        await until(lambda: looks > 2)
    assert caplog.text.count("could not be looked at") == 1


async def test_one_end_is_the_blame_of_one_capture_that_is_surely_the_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.capture.chromium.guard._SHOWN_SECONDS", 0.01)

    def is_alive() -> bool:
        return True

    def is_gone() -> bool:
        return False

    guard = Guard(tmp_path)
    guard._note_end(captures=2)
    assert not await guard.takes_blame(is_gone), "it took the browser along, and so the other capture"
    guard._note_end(captures=2)
    both = await asyncio.gather(guard.takes_blame(is_alive), guard.takes_blame(is_alive))
    assert not any(both), "something else broke the other one off"
    guard._note_end(captures=2)
    assert await guard.takes_blame(is_alive)
    assert not await guard.takes_blame(is_alive)
    guard._note_end(captures=1)
    assert await guard.takes_blame(is_gone)
