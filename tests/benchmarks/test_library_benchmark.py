"""What a library of 100,000 links costs to use. Run with ``pytest --benchmark-only tests/benchmarks``."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from itertools import count
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from storage.announcements import Announcements
from storage.database import Database
from storage.library import Library
from storage.query import HasTag, Query, all_of
from storage.queue import Queue
from storage.saving import Origin
from tests.storing import MINUTE, link

LINKS = 100_000
LONGEST_SECONDS = 0.05
"""Twice what the slowest takes on two idle cores; more than that is another plan of the database's."""

FILL = (
    """INSERT INTO link (id, chat_id, url, url_key, title, created_at)
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
    SELECT i, 1, 'https://example.org/old/' || i, 'example.org/old/' || i, 'An article, number ' || i,
        '2024-01-01 00:00:00.000000' FROM n""",
    """INSERT INTO tag (id, chat_id, key, name)
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)
    SELECT i, 1, 'tag' || i, 'Tag' || i FROM n""",
    """INSERT OR IGNORE INTO link_tag (link_id, tag_id)
    SELECT id, 1 FROM link WHERE id % 2 = 0 UNION ALL SELECT id, 2 FROM link WHERE id % 3 = 0
    UNION ALL SELECT id, 3 + id % 198 FROM link UNION ALL SELECT id, 3 + id * 7 % 198 FROM link""",
    """INSERT INTO snapshot (link_id, status, attempts, run_after)
    SELECT id, 'done', 1, '2024-01-01 00:00:00.000000' FROM link""",
    """INSERT INTO announcement (snapshot_id, chat_id, reply_to_message_id, told_attempts, announced_at)
    SELECT id, 1, id, 1, '2024-01-01 00:00:00.000000' FROM snapshot""",
)
"""Half of the links have the first tag, a third the second, and each of the others two of 198."""


class Filled:
    """A library of that size, and a loop to use it in."""

    def __init__(self, url: str) -> None:
        self._loop = asyncio.Runner()
        self.database = Database(url)
        self.library = Library(self.database, 1)
        self._messages = count(LINKS + 1)
        self.run(self._fill())

    def run(self, work: Coroutine[Any, Any, object]) -> object:
        return self._loop.run(work)

    def close(self) -> None:
        self.run(self.database.close())
        self._loop.close()

    async def add(self) -> None:
        number = next(self._messages)
        await self.library.add([link(f"new/{number}", "Tag1", "Tag100")], Origin(number))

    async def _fill(self) -> None:
        await self.database.migrate()
        async with self.database.write() as session:
            connection = await session.connection()
            for statement in FILL:
                await connection.exec_driver_sql(statement)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    filled = Filled(f"sqlite:///{tmp_path_factory.mktemp('library') / 'tagshot.db'}")
    yield filled
    filled.close()


def tagged(*numbers: int) -> Query:
    return all_of(HasTag(f"tag{number}", f"Tag{number}") for number in numbers)


USES: dict[str, Callable[[Filled], Coroutine[Any, Any, object]]] = {
    "recent": lambda it: it.library.recent(),
    "recent, the thousandth page": lambda it: it.library.recent(1_000, LINKS),
    "by a tag of every second link": lambda it: it.library.matching(tagged(1)),
    "by a tag of every hundredth link": lambda it: it.library.matching(tagged(100)),
    "by the two most used tags": lambda it: it.library.matching(tagged(1, 2)),
    "tags": lambda it: it.library.tags(),
    "find": lambda it: it.library.find("example.org/old/777"),
    "add": lambda it: it.add(),
    "claim": lambda it: Queue(it.database).claim("worker", lease=MINUTE),
    "sweep": lambda it: Queue(it.database).sweep(),
    "announcements that are due": lambda it: Announcements(it.database).due(local=False),
}


@pytest.mark.parametrize("use", USES.values(), ids=USES.keys())
def test_a_hundred_thousand_links_are_no_burden(
    benchmark: BenchmarkFixture, filled: Filled, use: Callable[[Filled], Coroutine[Any, Any, object]]
) -> None:
    benchmark(lambda: filled.run(use(filled)))
    assert benchmark.stats is not None
    assert benchmark.stats.stats.median < LONGEST_SECONDS
