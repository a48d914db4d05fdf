"""What finding costs in a large library: words, chips, inline mode. ``make bench`` prints the table."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from statistics import quantiles
from time import perf_counter

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from bot.conversation import inline
from bot.conversation.inline import InlineAsked
from bot.conversation.query import Bare, read
from bot.conversation.query_fields import Mistake
from bot.wording import Words
from storage.database import Database
from storage.library import Library
from storage.query import Query
from storage.suggestions import suggested
from tests.benchmarks.comparing import markdown

ROUNDS = 20
SEARCH_SECONDS, CHIP_SECONDS, INLINE_SECONDS = 0.05, 0.02, 0.1
LINKS = """WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})"""
# Every link has the word article, every second one 优化, every hundredth 学习率, every ten thousandth rare.
WORDS = """'article number ' || i || CASE WHEN i % 2 THEN ' 优化 化器 器' ELSE ' 梯度 度' END
    || CASE WHEN i % 100 THEN '' ELSE ' 学习 习率 率' END || CASE WHEN i % 10000 THEN '' ELSE ' rare' END"""
FILL = (
    """INSERT INTO link (id, chat_id, url, url_key, host, title, created_at)
    {links} SELECT i, 1, 'https://site' || (i % 500) || '.org/' || i, 'site' || (i % 500) || '.org/' || i,
        'site' || (i % 500) || '.org', 'An article, number ' || i, '2024-01-01 00:00:00.000000' FROM n""",
    """INSERT INTO link_index (rowid, title, tags, note, address, page)
    {links} SELECT i, {words}, 'tag' || (i % 5000), '', 'https site' || (i % 500) || ' org', {words} FROM n""",
    """INSERT INTO tag (id, chat_id, key, name)
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
    SELECT i, 1, 'tag' || i, 'Tag' || i FROM n""",
    "INSERT INTO link_tag (link_id, tag_id) SELECT id, 1 + id % 5000 FROM link",
    """INSERT INTO snapshot (link_id, status, attempts, run_after, problems, viewport, sheet)
    SELECT id, 'done', 1, '2024-01-01 00:00:00.000000', '', 'desktop', 'a4' FROM link""",
)
SEARCHES = (
    "article",
    "优化",
    "优",
    "学习率",
    "rare",
    "article 优化 学习率",
    "artic*",
    "优化 site:site7.org",
    "nothing",
)


def query(text: str) -> Query:
    understood = read(text, Bare.TEXT)
    assert not isinstance(understood, Mistake)
    return understood


async def _slowest(work: Callable[[], Awaitable[object]]) -> float:
    """Seconds that nineteen of twenty stay under, once the statement has been made."""
    await work()
    seconds = []
    for _ in range(ROUNDS):
        began = perf_counter()
        await work()
        seconds.append(perf_counter() - began)
    return quantiles(seconds, n=20, method="inclusive")[-1]


async def _figures(url: str, count: int) -> dict[str, tuple[float, float]]:
    """What was done, with its seconds and the most that it may take."""
    database = Database(url)
    await database.migrate()
    async with database.write() as session:
        connection = await session.connection()
        for statement in FILL:
            links = LINKS.format(count=count)
            await connection.exec_driver_sql(statement.format(links=links, words=WORDS))
    library, words = Library(database, 1), Words()
    figures: dict[str, tuple[float, float]] = {}
    for text in SEARCHES:
        asked = query(text)
        figures[f"/search {text}"] = (await _slowest(lambda: library.search(asked)), SEARCH_SECONDS)  # noqa: B023
    figures["chips"] = (await _slowest(lambda: suggested(database, 1, count - 3)), CHIP_SECONDS)
    for text in ("", "art", "#tag7"):
        typed = InlineAsked(1, text)
        seconds = await _slowest(lambda: inline.answer(words, library, typed))  # noqa: B023
        figures[f"inline {text or 'without a word'}"] = (seconds, INLINE_SECONDS)
    await database.close()
    return figures


@pytest.mark.parametrize("count", [100_000, 1_000_000])
def test_finding(
    count: int,
    benchmark: BenchmarkFixture,
    tmp_path_factory: pytest.TempPathFactory,
    capsys: pytest.CaptureFixture[str],
) -> None:
    url = f"sqlite:///{tmp_path_factory.mktemp('finding') / 'tagshot.db'}"
    figures: dict[str, tuple[float, float]] = benchmark.pedantic(  # type: ignore[no-untyped-call]
        lambda: asyncio.run(_figures(url, count)), rounds=1, iterations=1
    )
    rows = [[name, f"{1000 * seconds:.1f}"] for name, (seconds, _) in figures.items()]
    with capsys.disabled():
        title = f"Finding among {count:,} links, in milliseconds that 19 of 20 stay under:"
        sys.stdout.write(f"\n\n{title}\n\n{markdown(['what', 'ms'], rows)}\n\n")
    assert {name: seconds for name, (seconds, most) in figures.items() if seconds > most} == {}
