"""Pages that break whatever captures them end after three tries with a sentence, and those beside them are kept."""

import asyncio
import sys
from collections import Counter
from pathlib import Path

from storage.announcements import Announcements
from storage.database import Database
from storage.library import Library
from storage.models import Snapshot
from storage.queue import MAX_DEATHS
from storage.saving import NewLink, Origin
from tests.poisoned import POISONS
from tests.storing import snapshots

ROOT = Path(__file__).parent.parent
EXPECTED = {
    "raises": "Something went wrong on my side",
    "hangs": "each time the capture was cut off before its end",
    "crashes": "The browser broke down over the page",
    "kills": "each time the capture was cut off before its end",
}


async def survived(database: Database, folder: Path, *, poison: int, good: int) -> tuple[list[Snapshot], int]:
    """What became of so many pages, poison spread among them, and how often their process was killed."""
    names = ["good"] * good
    for number in range(poison):
        names.insert(number * (poison + good) // poison, POISONS[number % len(POISONS)])
    links = [NewLink(f"https://site{n}.org/{name}", f"site{n}.org/{name}") for n, name in enumerate(names)]
    await Library(database, 1).add(links, Origin(7))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.poisoned", str(folder / "tagshot.db")),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    said, _ = await process.communicate()
    assert process.returncode == 0
    rows = list(await snapshots(database))
    for name, row in zip(names, rows, strict=True):
        if name == "good":
            assert (row.status, row.verdict) == ("done", "ok")
        else:
            assert (row.status, row.attempts) == ("failed", MAX_DEATHS)
            assert EXPECTED[name] in (row.error or "")
            assert f"{MAX_DEATHS} t" in (row.error or "")  # tries, times
    due = Counter(each.snapshot_id for each in await Announcements(database).due(local=False))
    assert due == Counter(row.id for row in rows)
    return rows, int(said)


async def test_four_kinds_of_poison_among_good_pages(database: Database, tmp_path: Path) -> None:
    _, deaths = await survived(database, tmp_path, poison=4, good=30)
    assert deaths == MAX_DEATHS
