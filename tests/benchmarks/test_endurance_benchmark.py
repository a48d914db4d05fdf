"""What five hundred captures hold: ``make bench`` prints the table."""

import asyncio
import sys
from statistics import median

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from bot.addresses import AddressRule
from bot.capture.browser import Browser
from bot.memory import be_sparing
from bot.settings import Settings
from tests.benchmarks.comparing import markdown
from tests.endurance import Footprint, footprints, growth
from tests.fakes.site import SiteDouble

CAPTURES = 500
# The first are left out: the browser and Python fill what they keep for later.
WARM_UP = 100
PAGES = ("/short", "/chinese", "/sticky", "/app", "/print-hidden")
MAX_GROWTH = 0.01
MEBIBYTE = 1024 * 1024


async def _run() -> list[Footprint]:
    be_sparing()  # as the program does
    settings = Settings(_env_file=None, capture_timeout_seconds=60)
    async with SiteDouble() as site:
        urls = [site.url(page) for page in PAGES]
        async with Browser.from_settings(settings, AddressRule([site.allow])) as browser:
            return [each async for each in footprints(browser, urls, captures=WARM_UP + CAPTURES)]


def test_memory_does_not_grow(benchmark: BenchmarkFixture, capsys: pytest.CaptureFixture[str]) -> None:
    held: list[Footprint] = benchmark.pedantic(  # type: ignore[no-untyped-call]
        lambda: asyncio.run(_run()), rounds=1, iterations=1
    )
    held = held[WARM_UP // len(PAGES) :]
    columns = {
        "browser": [each.browser_bytes for each in held],
        "Tagshot": [each.own_bytes for each in held],
    }
    rows = [
        [name, f"{median(values) / MEBIBYTE:.0f} MiB", f"{growth(values):+.1%}"]
        for name, values in columns.items()
    ]
    with capsys.disabled():
        head = ["memory", "median", f"growth over {CAPTURES} captures"]
        sys.stdout.write(f"\n\n{markdown(head, rows)}\n\n")
    assert {(each.contexts, each.files) for each in held} == {(0, 0)}
    assert growth([sum(pair) for pair in zip(*columns.values(), strict=True)]) < MAX_GROWTH
