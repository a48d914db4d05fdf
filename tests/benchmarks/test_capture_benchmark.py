"""How fast pages are captured, against the naive way, in one run: ``pytest tests/benchmarks --benchmark-only``."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from playwright.async_api import async_playwright
from pytest_benchmark.fixture import BenchmarkFixture

from bot.addresses import AddressRule
from bot.capture.browser import Browser
from bot.capture.setup.provision import find_browser
from tests.fakes.site import SiteDouble

PAGES = ("/short", "/long", "/chinese", "/app", "/sticky", "/print-hidden")
ROUNDS = 3

pytestmark = pytest.mark.benchmark(group=f"{len(PAGES)} pages")


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture
def site(runner: asyncio.Runner) -> Iterator[SiteDouble]:
    site = SiteDouble()
    runner.run(site.__aenter__())
    yield site
    runner.run(site.__aexit__())


@pytest.fixture
def browser(runner: asyncio.Runner, site: SiteDouble) -> Iterator[Browser]:
    browser = Browser(_executable(), AddressRule([site.allow]), timeout_seconds=60)
    runner.run(browser.__aenter__())
    runner.run(browser.capture(site.url("/short")))  # the start is not measured
    yield browser
    runner.run(browser.__aexit__())


def _executable() -> Path:
    found = find_browser(None)
    assert found is not None, "type: tagshot setup"
    return found.path


def _measure(
    benchmark: BenchmarkFixture, runner: asyncio.Runner, capture_all: Callable[[], Awaitable[object]]
) -> None:
    async def once() -> None:
        await capture_all()

    benchmark.pedantic(lambda: runner.run(once()), rounds=ROUNDS, iterations=1)  # type: ignore[no-untyped-call]
    assert benchmark.stats is not None
    benchmark.extra_info["captures a minute"] = round(60 * len(PAGES) / benchmark.stats.stats.median)


async def _naive(url: str, executable: Path) -> None:
    """What one writes first: a browser for each address, networkidle, a PNG and a PDF."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable)
        page = await browser.new_page()
        await page.goto(url, wait_until="networkidle")
        await page.screenshot(full_page=True)
        await page.pdf()
        await browser.close()


def test_the_naive_way(benchmark: BenchmarkFixture, runner: asyncio.Runner, site: SiteDouble) -> None:
    executable = _executable()

    async def capture_all() -> None:
        for page in PAGES:
            await _naive(site.url(page), executable)

    _measure(benchmark, runner, capture_all)


@pytest.mark.parametrize("at_once", [1, 2, 4])
def test_our_way(
    benchmark: BenchmarkFixture, runner: asyncio.Runner, site: SiteDouble, browser: Browser, at_once: int
) -> None:
    async def capture_all() -> None:
        places = asyncio.Semaphore(at_once)

        async def one(page: str) -> None:
            async with places:
                assert (await browser.capture(site.url(page))).verdict.is_done

        await asyncio.gather(*map(one, PAGES))

    _measure(benchmark, runner, capture_all)
