"""How fast pages are captured and how whole, against other ways, in one run: ``make bench`` prints the table."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median
from time import perf_counter

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from bot.addresses import AddressRule
from bot.capture.browser import Browser
from bot.capture.options import EVERYTHING, Options
from bot.capture.setup.provision import find_browser
from storage.kinds import ArtifactKind
from tests.benchmarks.comparing import Measured, compare, markdown
from tests.benchmarks.rivals import Capturing, Way, by_hand, early, half_a_second, naive, shot_scraper
from tests.capturing import figures_in
from tests.fakes.site import LAZY_PICTURES, SiteDouble

PAGES = ("/table", "/long", "/many", "/app", "/sticky", "/chinese", "/print-hidden", "/short")
# A list so long that its last pages, which are done while others have ended, count little.
COPIES = 2
LONG = PAGES.index("/long")
ROUNDS = 3
SHORT_ROUNDS = 15
IDLE_ROUNDS = 5
AT_ONCE = (1, 2, 3, 4)
PICTURES_AND_PDF = Options(kinds=frozenset({ArtifactKind.SCREEN, ArtifactKind.FULLPAGE, ArtifactKind.PDF}))
WITH_READING = Options(kinds=PICTURES_AND_PDF.kinds | {ArtifactKind.HTML, ArtifactKind.TEXT})


def executable() -> Path:
    found = find_browser(None)
    assert found is not None, "type: tagshot setup"
    return found.path


@asynccontextmanager
async def tagshot(site: SiteDouble) -> AsyncIterator[Browser]:
    async with Browser(executable(), AddressRule([site.allow]), timeout_seconds=60) as browser:
        yield browser


def several(capture: Capturing, at_once: int) -> Way:
    """So many captures at a time."""

    async def all_of(urls: list[str]) -> list[bytes]:
        places = asyncio.Semaphore(at_once)

        async def one(url: str) -> bytes:
            async with places:
                return await capture(url)

        return await asyncio.gather(*map(one, urls))

    return all_of


def captures_by(browser: Browser, options: Options) -> Capturing:
    async def capture(url: str) -> bytes:
        done = await browser.capture(url, options)
        assert done.verdict.is_done
        return next(file.content for file in done.files if file.kind is ArtifactKind.FULLPAGE)

    return capture


async def _all_ways(rounds: int) -> dict[str, Measured]:
    async with SiteDouble() as site, by_hand(executable(), early) as floor, tagshot(site) as browser:
        ways = {"naive": naive(executable()), "shot-scraper multi, a PNG only": shot_scraper(executable())}
        for at_once in AT_ONCE:
            ways[f"by hand, {at_once} at once"] = several(floor, at_once)
            ways[f"Tagshot, {at_once} at once"] = several(captures_by(browser, PICTURES_AND_PDF), at_once)
        ways["Tagshot with HTML and text, 4 at once"] = several(captures_by(browser, WITH_READING), 4)
        ways["Tagshot with everything, 4 at once"] = several(captures_by(browser, EVERYTHING), 4)
        return await compare(ways, [site.url(page) for page in PAGES * COPIES], rounds=rounds)


def _row(name: str, way: Measured, naive_a_minute: float) -> list[object]:
    a_minute = way.a_minute()
    figures = f"{len(figures_in(way.pictures[LONG]))} of {LAZY_PICTURES}"
    return [name, f"{a_minute:.0f}", f"{a_minute / naive_a_minute:.1f}", figures]


def test_pages_a_minute(benchmark: BenchmarkFixture, capsys: pytest.CaptureFixture[str]) -> None:
    ways: dict[str, Measured] = benchmark.pedantic(  # type: ignore[no-untyped-call]
        lambda: asyncio.run(_all_ways(ROUNDS)), rounds=1, iterations=1
    )
    slowest = ways["naive"].a_minute()
    rows = [_row(name, way, slowest) for name, way in ways.items()]
    with capsys.disabled():
        title = f"Screen, full page and PDF of {len(PAGES)} kinds of pages, medians of {ROUNDS} rounds:"
        head = ["way", "pages a minute", "x naive", "lazy images in the full page"]
        sys.stdout.write(f"\n\n{title}\n\n{markdown(head, rows)}\n\n")
    ours = [way for name, way in ways.items() if name.startswith("Tagshot")]
    assert all(len(figures_in(way.pictures[LONG])) == LAZY_PICTURES for way in ours)
    best = max(way.a_minute() for way in ours)
    assert best > 3 * slowest
    assert best > 1.5 * ways["shot-scraper multi, a PNG only"].a_minute()


async def _first_and_next() -> tuple[list[float], list[float]]:
    """Seconds of captures that start the browser, and of those that find it."""
    first: list[float] = []
    following: list[float] = []
    async with SiteDouble() as site:
        capture_url = site.url("/short")
        for _ in range(IDLE_ROUNDS):
            async with tagshot(site) as browser:
                for seconds in (first, following):
                    began = perf_counter()
                    await browser.capture(capture_url, PICTURES_AND_PDF)
                    seconds.append(perf_counter() - began)
    return first, following


def test_a_capture_that_starts_the_browser(
    benchmark: BenchmarkFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    first, following = benchmark.pedantic(  # type: ignore[no-untyped-call]
        lambda: asyncio.run(_first_and_next()), rounds=1, iterations=1
    )
    later = median(first) - median(following)
    with capsys.disabled():
        sys.stdout.write(f"\n\nThe first capture after an idle time comes {1000 * later:.0f} ms later.\n\n")
    assert later < 1


async def _short_page() -> dict[str, Measured]:
    async with (
        SiteDouble() as site,
        by_hand(executable(), half_a_second) as prototype,
        by_hand(executable(), early) as floor,
        tagshot(site) as browser,
    ):
        ways = {
            "the prototype: half a second without a request": several(prototype, 1),
            "by hand, as Tagshot settles": several(floor, 1),
            "Tagshot": several(captures_by(browser, PICTURES_AND_PDF), 1),
        }
        return await compare(ways, [site.url("/short")], rounds=SHORT_ROUNDS)


def test_a_short_page_alone(benchmark: BenchmarkFixture, capsys: pytest.CaptureFixture[str]) -> None:
    ways: dict[str, Measured] = benchmark.pedantic(  # type: ignore[no-untyped-call]
        lambda: asyncio.run(_short_page()), rounds=1, iterations=1
    )
    rows = [[name, f"{60_000 / way.a_minute():.0f}"] for name, way in ways.items()]
    with capsys.disabled():
        title = f"A short page alone, medians of {SHORT_ROUNDS} rounds:"
        sys.stdout.write(f"\n\n{title}\n\n{markdown(['way', 'milliseconds'], rows)}\n\n")
    prototype, _, tagshot = (way.a_minute() for way in ways.values())
    assert tagshot > 1.5 * prototype
