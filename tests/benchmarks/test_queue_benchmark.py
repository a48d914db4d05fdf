"""What a claim costs while 100,000 pages wait, and the bytes of a chat with 1,000,000 snapshots, to ``make bench``."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from storage.database import Database
from storage.kinds import Verdict
from storage.queue import Outcome, Queue
from storage.quota import Quota, bytes_of, why_no_room
from tests.benchmarks.comparing import markdown
from tests.benchmarks.measuring import measured

WAITING, KEPT = 100_000, 1_000_000
CLAIM_SECONDS, NOTHING_SECONDS, QUOTA_SECONDS = 0.05, 0.15, 0.2
LEASE, PAUSE = timedelta(minutes=3), timedelta(seconds=1)
NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})"
LINKS = """INSERT INTO link (id, chat_id, url, url_key, host, created_at) {numbers}
    SELECT i, {chat}, 'https://' || {host} || '/' || i, i, {host}, '2024-01-01 00:00:00.000000' FROM n"""
SNAPSHOTS = """INSERT INTO snapshot (link_id, chat_id, host, status, attempts, run_after, problems, size_bytes) SELECT
    id, chat_id, host, '{status}', 1, strftime('%Y-%m-%d %H:%M:%f000', '2024-01-01', id || ' seconds'), '', 1000000
    FROM link"""
# How the 100,000 are spread: over chats, and over hosts.
SPREADS = {
    "of 20 chats, on 5,000 hosts": ("1 + i % 20", "'site' || (i % 5000) || '.org'"),
    "of 1,000 chats, on 5,000 hosts": ("1 + i % 1000", "'site' || (i % 5000) || '.org'"),
    "of one chat, on one host": ("1", "'site.org'"),
}


async def _filled(folder: Path, count: int, status: str, chat: str, host: str) -> Database:
    database = Database(f"sqlite:///{folder / 'tagshot.db'}")
    await database.migrate()
    async with database.write() as session:
        connection = await session.connection()
        for statement in (LINKS, SNAPSHOTS):
            numbers = NUMBERS.format(count=count)
            await connection.exec_driver_sql(
                statement.format(numbers=numbers, chat=chat, host=host, status=status)
            )
    return database


async def _claims(folder: Path, chat: str, host: str) -> tuple[float, float]:
    """Seconds that a claim takes when there is one to be had, and when the host of all is busy."""
    database = await _filled(folder, WAITING, "queued", chat, host)
    queue = Queue(database, pause=timedelta(0))

    async def claim_and_end() -> None:
        claim = await queue.claim("me", lease=LEASE)
        assert claim is not None
        await queue.finish(claim, Outcome(Verdict.NOT_FOUND, error="No."))

    async def claim_only() -> None:
        await queue.claim("me", lease=LEASE)

    to_the_end = (await measured(claim_and_end)).clock
    another = (await measured(claim_only)).clock
    await database.close()
    return to_the_end, another


async def _quota(folder: Path) -> tuple[float, float]:
    database = await _filled(folder, KEPT, "done", "1", "'site' || (i % 5000) || '.org'")

    async def of(work: Callable[..., Awaitable[object]], *arguments: object) -> None:
        async with database.read() as session:
            await work(session, 1, *arguments)

    used = (await measured(lambda: of(bytes_of))).clock
    room = (await measured(lambda: of(why_no_room, Quota(max_queued=5000)))).clock
    await database.close()
    return used, room


def test_claiming(
    benchmark: BenchmarkFixture,
    tmp_path_factory: pytest.TempPathFactory,
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def measure() -> dict[str, tuple[float, float]]:
        figures: dict[str, tuple[float, float]] = {}
        for name, (chat, host) in SPREADS.items():
            ended, claimed = await _claims(tmp_path_factory.mktemp("queue"), chat, host)
            figures[f"claim and finish one {name}"] = (ended, CLAIM_SECONDS)
            figures[f"claim while others run, {name}"] = (claimed, NOTHING_SECONDS)
        used, room = await _quota(tmp_path_factory.mktemp("quota"))
        figures["the bytes of a chat with 1,000,000 snapshots"] = (used, QUOTA_SECONDS)
        figures["whether it may have another in the queue"] = (room, QUOTA_SECONDS)
        return figures

    figures: dict[str, tuple[float, float]] = benchmark.pedantic(  # type: ignore[no-untyped-call]
        lambda: asyncio.run(measure()), rounds=1, iterations=1
    )
    rows = [[name, f"{1000 * seconds:.1f}"] for name, (seconds, _) in figures.items()]
    with capsys.disabled():
        title = f"The queue with {WAITING:,} waiting, in milliseconds that 19 of 20 stay under:"
        sys.stdout.write(f"\n\n{title}\n\n{markdown(['what', 'ms'], rows)}\n\n")
    assert {name: seconds for name, (seconds, most) in figures.items() if seconds > most} == {}
