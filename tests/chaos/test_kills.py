"""kill -9 anywhere, a thousand times without a browser, a hundred times with one: ``make chaos`` prints the table."""

import asyncio
import random
import resource
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.benchmarks.comparing import markdown
from tests.chaos.cycles import ground, stub_page
from tests.chaos.kills import Figures, Kill, at_points, at_random
from tests.chaos.lives import nursery
from tests.chaos.points import CALLS, COMMITS, REAL_CAPTURE, SHOW, STUB_CAPTURE, TALK, WORK
from tests.fakes.site import SiteDouble

SEED = 20261126
LANES = 2
# Others may be busy here too, so what is measured against the limits is the work of two cores and not the clock.
CORES = 2
STUB_KILLS = 1000
STUB_SECONDS = 120
REAL_KILLS = 100
REAL_SECONDS = 600


def filled_up(kills: list[Kill], count: int) -> list[Kill]:
    """So many kills, those that are missing at random times, in an order by chance."""
    kills = kills + at_random(count - len(kills), SEED)
    random.Random(SEED).shuffle(kills)
    return kills


async def in_a_lane(data_dir: Path, kills: Sequence[Kill]) -> Figures:
    async with nursery() as bots, ground(bots, data_dir) as place:
        return await place.lane("stub", stub_page).run(kills)


def told(name: str, lanes: Sequence[Figures], busy_seconds: float) -> str:
    """The table of what came of it."""
    kills = sum((each.kills for each in lanes), Counter[str]())
    seconds = max(each.seconds for each in lanes)
    rows = [[f"killed {kind}", str(count)] for kind, count in sorted(kills.items())]
    rows += [
        ["links accepted; saved, kept and shown once", str(sum(each.links for each in lanes))],
        ["lost, double, damaged, outlived by a process", str(sum(len(each.faults) for each in lanes))],
        ["status lines left standing", str(sum(each.standing_lines for each in lanes))],
        ["PDFs behind their button instead of sent", str(sum(each.pdfs_in_doubt for each in lanes))],
        ["files whole but of no row, until a sweep", str(sum(each.strays for each in lanes))],
        ["seconds here; of two idle cores", f"{seconds:.0f}; {busy_seconds / CORES:.0f}"],
    ]
    return markdown([f"kill -9, {name}", str(kills.total())], rows)


def processor_seconds() -> float:
    """What this process has used so far, and those of its children that have ended."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def shown(capsys: pytest.CaptureFixture[str], table: str) -> None:
    with capsys.disabled():
        sys.stdout.write(f"\n\n{table}\n\n")


async def test_a_thousand_kills_without_a_browser(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    named = at_points((*TALK, *STUB_CAPTURE, *WORK, *SHOW), times=6)
    kills = filled_up(named + at_points((*COMMITS, *CALLS), times=2), STUB_KILLS)
    before = processor_seconds()
    lanes = await asyncio.gather(
        *(in_a_lane(tmp_path / str(number), kills[number::LANES]) for number in range(LANES))
    )
    busy = processor_seconds() - before
    shown(capsys, told("captures without a browser", lanes, busy))
    assert [fault for each in lanes for fault in each.faults] == []
    assert busy / CORES < STUB_SECONDS


async def test_a_hundred_kills_with_chromium(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kills = filled_up(at_points(REAL_CAPTURE, times=3) + at_points((*WORK, *SHOW)[::2]), REAL_KILLS)
    before = processor_seconds()
    async with SiteDouble() as site, nursery() as bots, ground(bots, tmp_path, site.allow) as place:
        lane = place.lane("real", lambda number: (site.url(f"/short?n={number}"), "momentum"))
        figures = await lane.run(kills)
    busy = processor_seconds() - before
    shown(capsys, told("captures with Chromium", [figures], busy))
    assert figures.faults == []
    assert busy / CORES < REAL_SECONDS
