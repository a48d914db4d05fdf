"""Pages that fill the memory are ended, and nothing else is."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.addresses import AddressRule
from bot.capture.browser import Browser
from bot.capture.guard import MEBIBYTE, PROC, Guard
from bot.capture.setup.provision import find_browser
from storage.models import Verdict
from tests.fakes.bombs import bombs
from tests.fakes.site import SiteDouble

PEAK_BYTES = 2048 * MEBIBYTE


@pytest.fixture
async def bombs_at() -> AsyncIterator[str]:
    async with bombs() as port:
        yield f"127.0.0.1:{port}"


@pytest.fixture
async def browser(site: SiteDouble, bombs_at: str) -> AsyncIterator[Browser]:
    found = find_browser(None)
    assert found is not None, "type: tagshot setup"
    async with Browser(found.path, AddressRule([site.allow, bombs_at]), timeout_seconds=20) as browser:
        yield browser


@pytest.mark.parametrize("bomb", ["arrays", "canvases", "elements", "packed"])
async def test_a_page_that_fills_the_memory_is_ended_and_said(
    browser: Browser, bombs_at: str, bomb: str
) -> None:
    capture = await browser.capture(f"http://{bombs_at}/{bomb}")
    assert capture.verdict is Verdict.TOO_LARGE
    assert "more memory than one page may have" in (capture.error or "")
    assert browser._engine.guard.peak_bytes < PEAK_BYTES


async def test_captures_beside_a_bomb_are_whole(browser: Browser, site: SiteDouble, bombs_at: str) -> None:
    bomb, *others = await asyncio.gather(
        browser.capture(f"http://{bombs_at}/arrays"),
        browser.capture(site.url("/short")),
        browser.capture(site.url("/app")),
    )
    assert bomb.verdict is Verdict.TOO_LARGE
    assert [other.verdict for other in others] == [Verdict.OK, Verdict.OK]
    assert browser._engine.guard.peak_bytes < PEAK_BYTES


async def test_without_proc_the_guard_is_off_and_says_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Path, site: SiteDouble
) -> None:
    found = find_browser(None)
    assert found is not None
    async with Browser(found.path, AddressRule([site.allow])) as browser:
        assert Guard(PROC).can_see
        assert "memory" not in caplog.text
    monkeypatch.setattr("bot.capture.engine.Guard", lambda: Guard(tmp_path))
    async with Browser(found.path, AddressRule([site.allow])) as browser:
        assert (await browser.capture(site.url("/short"))).verdict is Verdict.OK
    assert caplog.text.count("can't be ended here") == 1


def test_one_end_is_the_blame_of_one_capture_that_is_surely_the_one(tmp_path: Path) -> None:
    guard = Guard(tmp_path)
    guard._note_end(captures=2)
    assert not guard.takes_blame(is_sure=False)
    assert guard.takes_blame(is_sure=True)
    assert not guard.takes_blame(is_sure=True)
    guard._note_end(captures=1)
    assert guard.takes_blame(is_sure=False)
