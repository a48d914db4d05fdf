"""How much each bomb takes before it is ended, and how a page beside it fares: ``python -m tests.benchmarks.bombs``."""

import asyncio
import sys
from collections.abc import Sequence
from time import monotonic

from rich.console import Console
from rich.table import Table

from bot.addresses import AddressRule
from bot.capture.browser import Browser
from bot.capture.chromium.guard import MEBIBYTE
from tests.browsers import KINDS, Kind, of_kind
from tests.fakes.bombs import MEMORY, NETWORK, TIME, bombs
from tests.fakes.site import SiteDouble

SECONDS = 30
HOSTS = 20


async def measure(kinds: Sequence[Kind], names: Sequence[str]) -> Table:
    """Capture each bomb with a good page beside it, in a browser of its own."""
    table = Table("browser", "bomb", "peak MiB", "seconds", "verdict", "the page beside it")
    async with bombs(hosts=HOSTS) as port, SiteDouble() as site:
        for kind in kinds:
            for name in names:
                table.add_row(kind, name, *await _row(kind, f"http://127.0.0.1:{port}/{name}", site))
    return table


async def _row(kind: Kind, url: str, site: SiteDouble) -> tuple[str, str, str, str]:
    async with Browser(of_kind(kind), AddressRule(["127.0.0.0/8"]), timeout_seconds=SECONDS) as browser:
        begun = monotonic()
        bomb, beside = await asyncio.gather(browser.capture(url), browser.capture(site.url("/long")))
        seconds = monotonic() - begun
    peak = browser._engine.guard.peak_bytes // MEBIBYTE
    return str(peak), f"{seconds:.1f}", bomb.verdict.value, beside.verdict.value


def _main(arguments: Sequence[str]) -> None:
    kinds = [kind for kind in KINDS if kind in arguments] or KINDS
    names = [name for name in (*MEMORY, *TIME, *NETWORK) if name in arguments]
    Console(width=100).print(asyncio.run(measure(kinds, names or (*MEMORY, *TIME, *NETWORK))))


if __name__ == "__main__":
    _main(sys.argv[1:])
