"""A day with three thousand captures without a browser and five hundred with one: ``make soak`` prints what grew.

Of each hour the least of six samples counts, for sockets that are kept for a while, and a browser that is replaced,
come and go. The first half is left out: connections and caches are filled up to their bounds in it. The rise is that
of the straight line through what is left, from its beginning to its end, as a share of its mean. Descriptors of
connections that are kept to be used again may not rise above a bound instead.

``SOAK_HOURS=8 make soak`` lives eight hours at the same pace.
"""

import os
import sys
import time
from pathlib import Path
from statistics import median

import pytest

from tests.benchmarks.comparing import markdown
from tests.chaos.cycles import ground
from tests.chaos.lives import nursery
from tests.endurance import growth
from tests.fakes.site import SiteDouble
from tests.soak.day import Day, Sample

HOURS = float(os.environ.get("SOAK_HOURS", "24"))
STUB_LINKS_A_DAY = 3000
REAL_LINKS_A_DAY = 500
SAMPLE_MINUTES = 10
SAMPLES_AN_HOUR = 6
PAGES = ("/short", "/chinese", "/sticky", "/app", "/print-hidden")
MAX_GROWTH = 0.01
# 15 connections to the database with its log, and its index; 33 to Telegram; those of the egress proxy and the loop.
MOST_POOLED = 2 * 15 + 1 + 33 + 8


async def test_a_day_leaves_nothing_behind(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    begun = time.monotonic()
    minutes = round(HOURS * 60)
    async with SiteDouble() as site, nursery() as bots, ground(bots, tmp_path, site.allow) as place:
        pages = [site.url(page) for page in PAGES]
        day = Day(place, pages, stub_links=STUB_LINKS_A_DAY / 1440, real_links=REAL_LINKS_A_DAY / 1440)
        samples = [each async for each in day.samples(minutes, every=SAMPLE_MINUTES)]
    warm = by_hour(samples)[round(HOURS / 2) :]
    columns = {name: [getattr(each, name) for each in warm] for name in Sample.__slots__}
    rows = [[name, f"{median(values):,}", f"{rise(values):+.2%}"] for name, values in columns.items()]
    title = (
        f"{HOURS:g} hours, {day.stub_sent} + {day.real_sent} captures, in {time.monotonic() - begun:.0f} s"
    )
    with capsys.disabled():
        sys.stdout.write(f"\n\n{markdown([title, 'median', 'rise'], rows)}\n\n")
    assert max(columns.pop("pooled")) <= MOST_POOLED
    assert {name for name, values in columns.items() if rise(values) > MAX_GROWTH} == set()


def by_hour(samples: list[Sample]) -> list[Sample]:
    """The least of each hour."""
    hours = [samples[at : at + SAMPLES_AN_HOUR] for at in range(0, len(samples), SAMPLES_AN_HOUR)]
    return [
        Sample(**{name: min(getattr(each, name) for each in hour) for name in Sample.__slots__})
        for hour in hours
    ]


def rise(values: list[int]) -> float:
    """The rise of the line through ``values``; of nothing, none."""
    return growth(values) if any(values) and len(values) > 1 else 0.0
