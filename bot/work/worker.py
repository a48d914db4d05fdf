"""A worker: claims a snapshot, captures it, stores its files, ends it. As many as wanted, in any process."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

from bot.capture.chance import Chance
from bot.capture.options import Options
from bot.capture.result import Capture, CapturedFile
from bot.errors import BrowserError, DiskFull, StorageError
from bot.wording import Words
from bot.work.bell import Bell, heard
from bot.work.further_keys import further_keys
from bot.work.last_words import to_its_end
from bot.work.retries import next_try
from storage.artifacts import Artifacts, digest
from storage.faults import DISK_FULL
from storage.kinds import ArtifactKind, Verdict
from storage.lost import worker_name
from storage.models import Artifact, now
from storage.queue import Claim, Outcome, Queue

log = logging.getLogger(__name__)

# What is kept is kept in English; whoever shows it translates it.
ENGLISH = Words()

LEASE_MARGIN_SECONDS = 60
# So much longer than it may a capture take, until it is ended from here; well before its lease ends.
HANG_SECONDS = 20.0
LOOK_EVERY_SECONDS = 5
# What is due and held back waits for the pause of its host, or for other captures to end.
HELD_BACK_SECONDS = 1
TROUBLE_SECONDS = 30


class Worker:
    """Works on the queue until it is cancelled.

    ``capture`` is to end by itself within ``timeout_seconds``; one that does not is cut off. The lease is longer
    than that, so it needs no renewing. ``finished`` is called after each snapshot that ended or failed a try.
    """

    def __init__(
        self,
        queue: Queue,
        artifacts: Artifacts,
        capture: Callable[[str, Options], Awaitable[Capture]],
        *,
        timeout_seconds: float,
        bell: Bell,
        finished: Callable[[], None] = lambda: None,
    ) -> None:
        self._queue = queue
        self._artifacts = artifacts
        self._capture = capture
        self._longest_seconds = timeout_seconds + HANG_SECONDS
        self._lease = timedelta(seconds=timeout_seconds + LEASE_MARGIN_SECONDS)
        self._bell = bell
        self._finished = finished
        self._name = worker_name()

    async def run(self) -> None:
        """Work for ever."""
        while True:
            rung = self._bell.listen()
            try:
                pause = await self._work_if_due()
            except (BrowserError, StorageError) as error:
                log.error("no captures for %d s: %s", TROUBLE_SECONDS, error)
                await asyncio.sleep(TROUBLE_SECONDS)
                continue
            if pause:
                await heard(rung, pause)

    async def _work_if_due(self) -> float:
        """Work on a snapshot, if one is due: to ask for that is all that is done while nothing is.

        Returns how long to wait for a ring.
        """
        if not await self._queue.is_due():
            return LOOK_EVERY_SECONDS
        return 0.0 if await self.work_once() else HELD_BACK_SECONDS

    async def work_once(self, only: Collection[int] | None = None) -> bool:
        """Claim one snapshot (of ``only``) and work on it to its end. False: there was none.

        When there is no browser, or what came of it can't be kept, the snapshot goes back uncharged and the
        ``BrowserError`` or ``StorageError`` is raised. So it does when we are cancelled.
        """
        if not self._artifacts.has_room():
            raise DiskFull(DISK_FULL)
        claim = await self._claim(only)
        if claim is None:
            return False
        try:
            capture = await self._captured(claim)
            if capture is None:
                await to_its_end(self._cut_off(claim))
            else:
                outcome = await self._outcome(claim, capture)
                await to_its_end(self._end(claim, capture, outcome))
        except (asyncio.CancelledError, BrowserError, StorageError):
            await self._release(claim)  # which touches nothing that has come to its end
            raise
        return True

    async def _claim(self, only: Collection[int] | None) -> Claim | None:
        """Claim; not cut off in the middle, for the database would stay locked to those who are still at work."""
        claiming = asyncio.ensure_future(self._queue.claim(self._name, lease=self._lease, only=only))
        try:
            return await asyncio.shield(claiming)
        except asyncio.CancelledError:
            if (claim := await claiming) is not None:
                await self._release(claim)
            raise

    async def _release(self, claim: Claim) -> None:
        """Put the snapshot back; where that fails, its lease ends by itself."""
        try:
            await to_its_end(self._queue.release(claim))
        except StorageError as error:
            log.error("snapshot %d waits for the end of its lease: %s", claim.snapshot_id, error)

    async def _captured(self, claim: Claim) -> Capture | None:
        """Capture the page; a mistake of ours in it is a failed try. None: it came to no end in its time."""
        options = Options(viewport=claim.viewport, sheet=claim.sheet)
        try:
            async with asyncio.timeout(self._longest_seconds) as limit:
                return await self._capture(claim.url, options)
        except BrowserError:
            raise
        except Exception:
            if limit.expired():
                return None
            log.exception("snapshot %d: a mistake in the capture", claim.snapshot_id)
            error = ENGLISH("why-mistake", host=urlsplit(claim.url).hostname or "")
            return Capture(claim.url, Verdict.UNREACHABLE, error=error, chance=Chance.SLIM)

    async def _outcome(self, claim: Claim, capture: Capture) -> Outcome:
        """What the queue keeps of a capture, its files stored."""
        await self._queue.expect_files(digest(file.content) for file in capture.files)
        return Outcome(
            capture.verdict,
            final_url=capture.final_url,
            http_status=capture.http_status,
            metadata=capture.metadata,
            error=capture.error,
            problems=capture.problems,
            artifacts=[
                await self._stored(claim, file, position) for position, file in _numbered(capture.files)
            ],
            further_keys=further_keys(claim.url, capture),
            text=_text(capture),
        )

    async def _stored(self, claim: Claim, file: CapturedFile, position: int) -> Artifact:
        return Artifact(
            snapshot_id=claim.snapshot_id,
            kind=file.kind,
            position=position,
            sha256=await self._artifacts.put(file.content),
            size_bytes=len(file.content),
            content_type=file.content_type,
            name=file.name,
            pages=file.pages,
        )

    async def _end(self, claim: Claim, capture: Capture, outcome: Outcome) -> None:
        """Finish the snapshot, or put it back when trying again may help."""
        is_suspect = capture.chance is Chance.ALONE
        # tries that were cut off count against a page only if it breaks the browser when it is alone, too
        counted = claim.attempt if is_suspect else claim.attempt - claim.deaths
        run_after = None if capture.verdict.is_done else next_try(capture, counted, now())
        if run_after is not None:
            held = await self._queue.retry(claim, outcome, run_after=run_after, is_suspect=is_suspect)
        else:
            held = await self._queue.finish(claim, _given_up(claim, outcome))
        level = logging.INFO if outcome.verdict.is_done or run_after else logging.WARNING
        state = "" if held else ", but the claim was lost"
        log.log(level, "snapshot %d: try %d: %s%s", claim.snapshot_id, claim.attempt, outcome.verdict, state)
        self._tell_all()

    async def _cut_off(self, claim: Claim) -> None:
        """Take a snapshot back whose capture hangs; the third time it is given up."""
        await self._queue.cut_off(claim)
        log.warning("snapshot %d: try %d: came to no end and was cut off", claim.snapshot_id, claim.attempt)
        self._tell_all()

    def _tell_all(self) -> None:
        """Whoever announces has something to tell, and what was held back for this capture may be claimed."""
        self._finished()
        self._bell.ring()


def _text(capture: Capture) -> str:
    """What there is to read."""
    texts = (file.content for file in capture.files if file.kind is ArtifactKind.TEXT)
    return next(texts, b"").decode("utf-8", "replace")


def _numbered(files: Iterable[CapturedFile]) -> Iterator[tuple[int, CapturedFile]]:
    """The files, each with its place among those of its kind."""
    seen: Counter[ArtifactKind] = Counter()
    for file in files:
        yield seen[file.kind], file
        seen[file.kind] += 1


def _given_up(claim: Claim, outcome: Outcome) -> Outcome:
    """The last of several tries: the person is told that no other comes."""
    if outcome.verdict.is_done or claim.attempt == 1:
        return outcome
    return replace(
        outcome, error=ENGLISH("why-gave-up", error=outcome.error or "", tries=claim.attempt).strip()
    )
