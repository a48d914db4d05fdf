"""What the tests of workers share: a queue with workers, and captures that end as they are told."""

import asyncio
from collections.abc import Awaitable, Callable

from bot.capture.chance import Chance
from bot.capture.options import Options
from bot.capture.result import Capture, CapturedFile
from bot.work.bell import Bell
from bot.work.worker import Worker
from storage.artifacts import Artifacts
from storage.database import Database
from storage.kinds import ArtifactKind, SnapshotStatus, Verdict
from storage.metadata import Metadata
from storage.queue import Queue
from tests.storing import snapshot

PDF = CapturedFile(ArtifactKind.PDF, "application/pdf", b"%PDF-1.7 small")


def gives(
    verdict: Verdict, error: str | None = None, chance: Chance | None = None
) -> Callable[[str, Options], Awaitable[Capture]]:
    async def capture(url: str, _: Options) -> Capture:
        files = (PDF,) if verdict.is_done else ()
        return Capture(url, verdict, url, 200, Metadata("Adam"), error, chance=chance, files=files)

    return capture


class Bench:
    """A queue with workers of any kind."""

    def __init__(self, database: Database, artifacts: Artifacts) -> None:
        self.database = database
        self.artifacts = artifacts
        self.queue = Queue(database)
        self.bell = Bell()
        self.finished: list[str] = []
        self.has_finished = asyncio.Event()

    def worker(self, capture: Callable[[str, Options], Awaitable[Capture]]) -> Worker:
        return Worker(
            self.queue,
            self.artifacts,
            capture,
            timeout_seconds=5,
            bell=self.bell,
            finished=self._finished,
        )

    def _finished(self) -> None:
        self.finished.append("finished")
        self.has_finished.set()

    async def is_back(self, snapshot_id: int) -> bool:
        """Whether a snapshot waits as if it had never been claimed."""
        row = await snapshot(self.database, snapshot_id)
        return (row.status, row.attempts, row.claimed_by, row.error) == (SnapshotStatus.QUEUED, 0, None, None)
