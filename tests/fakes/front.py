"""The bot at work without a browser: all but the captures is real, and those are made when a test says so."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.addresses import AddressRule
from bot.capture.files.given import Given
from bot.capture.options import Options
from bot.capture.result import Capture, CapturedFile
from bot.conversation.answer import Conversation
from bot.conversation.giving import Giving
from bot.conversation.members import Members
from bot.conversation.wishes import Wishes
from bot.health.metrics import Metrics
from bot.settings import Settings
from bot.telegram.run import run_telegram
from bot.work.bell import Bell
from bot.work.news import News
from bot.work.worker import Worker
from storage.access import Access
from storage.artifacts import Artifacts, open_artifacts
from storage.database import Database
from storage.kinds import ArtifactKind, Verdict
from storage.metadata import Metadata
from storage.queue import Queue
from tests.fakes.telegram.clients import picture

SCREEN = CapturedFile(ArtifactKind.SCREEN, "image/png", picture())
ENDING_SECONDS = 10


async def captured_at_once(url: str, _: Options) -> Capture:
    """A capture of any page: the same screen, and a PDF of its own."""
    pdf = CapturedFile(ArtifactKind.PDF, "application/pdf", f"%PDF-1.7 {url}".encode())
    title = url.rpartition("/")[2]
    return Capture(
        url, Verdict.OK, final_url=url, http_status=200, metadata=Metadata(title=title), files=(SCREEN, pdf)
    )


@dataclass(frozen=True, slots=True)
class Front:
    """A bot at work. ``task`` ends only when something in it dies."""

    task: asyncio.Task[None]
    members: Members
    artifacts: Artifacts
    queue: Queue
    to_capture: Bell
    captured: Bell

    def worker(self) -> Worker:
        """A worker whose captures take no time."""
        return Worker(
            self.queue,
            self.artifacts,
            captured_at_once,
            timeout_seconds=30,
            bell=self.to_capture,
            finished=self.captured.ring,
        )

    async def capture_all(self) -> int:
        """Capture everything that is queued, and have it announced; how many that were."""
        worker, count = self.worker(), 0
        while await worker.work_once():
            count += 1
        return count


@asynccontextmanager
async def fronting(settings: Settings, database: Database, *, workers: int = 0) -> AsyncIterator[Front]:
    """The bot at work until the end of the block; what it died of is raised there. With ``workers`` it captures too."""
    members, artifacts = Members(Access(database), settings.allowed_chats), open_artifacts("memory:///")
    to_capture, captured = Bell(), Bell()
    await members.load()
    wishes = Wishes(database)
    work = run_telegram(
        settings,
        database=database,
        artifacts=artifacts,
        members=members,
        conversation=Conversation(
            database,
            Giving(artifacts, Given().looked_at),
            members,
            wishes,
            AddressRule(),
            to_capture.ring,
        ),
        captured=captured,
        news=News(),
        metrics=Metrics(),
    )
    task = asyncio.create_task(work)
    front = Front(task, members, artifacts, Queue(database), to_capture, captured)
    at_work = [asyncio.create_task(front.worker().run()) for _ in range(workers)]
    try:
        yield front
    finally:
        for each in (task, *at_work):
            each.cancel()
        await asyncio.wait([task, *at_work], timeout=ENDING_SECONDS)
    assert task.done(), "the bot did not stop in time"
    if not task.cancelled() and (error := task.exception()):
        raise error
