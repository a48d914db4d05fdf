"""What is held by the browser and by this process after captures, one after another."""

import os
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

from bot.capture.browser import Browser

PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Footprint:
    """What is there between two captures."""

    browser_bytes: int
    own_bytes: int
    processes: int
    contexts: int
    files: int


async def footprints(browser: Browser, urls: list[str], *, captures: int) -> AsyncIterator[Footprint]:
    """The footprint after each round through the addresses, until so many captures are made."""
    for number, url in enumerate(islice(cycle(urls), captures), 1):
        assert (await browser.capture(url)).verdict.is_done
        if number % len(urls) == 0:
            yield _footprint(browser)


def _footprint(browser: Browser) -> Footprint:
    running = browser._engine.running
    assert running is not None
    members = _group(running.folder.group())
    return Footprint(
        browser_bytes=sum(_pss(each) for each in members),
        own_bytes=_pss(os.getpid()),
        processes=len(members),
        contexts=len(running.chromium.contexts),
        files=sum(len(list((running.folder.path / name).rglob("*"))) for name in ("downloads", "tmp")),
    )


def _group(group: int) -> list[int]:
    found = []
    for folder in PROC.iterdir():
        with suppress(OSError, ValueError):
            if os.getpgid(int(folder.name)) == group:
                found.append(int(folder.name))
    return found


def _pss(process: int) -> int:
    """Its part of the memory, in bytes; what is shared counts in parts."""
    with suppress(OSError):
        lines = (PROC / str(process) / "smaps_rollup").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024
    return 0


def growth(values: list[int]) -> float:
    """By which share the straight line through ``values`` rises from its beginning to its end."""
    count = len(values)
    middle, mean = (count - 1) / 2, sum(values) / count
    slope = sum((x - middle) * (y - mean) for x, y in enumerate(values)) / sum(
        (x - middle) ** 2 for x in range(count)
    )
    return slope * (count - 1) / mean
