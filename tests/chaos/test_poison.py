"""Twenty pages that break whatever captures them among two hundred good ones: with a stub, and with a real Chromium."""

import sys
from collections import Counter
from itertools import cycle, islice
from pathlib import Path
from time import perf_counter

import pytest

from bot.work import worker as working
from storage.database import Database
from storage.queue import MAX_DEATHS
from tests.chaos.poisoned_site import BREAKING, capturing, poisoned_site
from tests.poisoned import POISONS
from tests.test_poison import survived

POISON, GOOD = 20, 200


def tell(capsys: pytest.CaptureFixture[str], text: str) -> None:
    with capsys.disabled():
        sys.stdout.write(f"\n{text}\n")


async def test_with_a_stub_that_also_kills_the_process(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    began = perf_counter()
    _, deaths = await survived(database, tmp_path, poison=POISON, good=GOOD)
    killers = list(islice(cycle(POISONS), POISON)).count("kills")
    assert deaths == killers * MAX_DEATHS
    tell(capsys, f"stub: {POISON} poison and {GOOD} good, {deaths} restarts, {perf_counter() - began:.0f} s")


async def test_with_a_real_browser_that_is_ended_filled_and_kept_busy(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(working, "HELD_BACK_SECONDS", 0.1)
    began = perf_counter()
    async with poisoned_site(poison=POISON, good=GOOD) as site:
        rows = await capturing(database, tmp_path, site)
    good = [row for name, row in zip(site.names, rows, strict=True) if name == "good"]
    assert Counter(row.status for row in good) == {"done": GOOD}
    for name, row in zip(site.names, rows, strict=True):
        if name != "good":
            assert (row.status, bool(row.error)) == ("failed", True), name
            assert row.attempts <= MAX_DEATHS, name
            assert BREAKING[name] in (row.error or ""), name
    tell(capsys, f"Chromium: {POISON} poison and {GOOD} good, {perf_counter() - began:.0f} s")
