"""What was seen of pages that were not kept, and that a good copy outlives every later try."""

from pathlib import Path

import pytest

from bot.capture.options import Options
from bot.capture.result import Capture, CapturedFile
from bot.conversation import cards
from bot.conversation.replies import Card, Message, Verb
from bot.work.bell import Bell
from bot.work.worker import Worker
from storage.artifacts import Artifacts, open_artifacts
from storage.database import Database
from storage.kinds import ArtifactKind, Verdict
from storage.library import Library
from storage.models import Snapshot
from storage.queue import Queue
from storage.saving import Origin
from tests.storing import MINUTE, pass_time, queued
from tests.talking import ENGLISH

WHY = "example.org has a problem of its own and answered with an error (503)."


def screen(content: bytes) -> tuple[CapturedFile, ...]:
    return (CapturedFile(ArtifactKind.SCREEN, "image/jpeg", content),)


@pytest.fixture
def artifacts(tmp_path: Path) -> Artifacts:
    return open_artifacts(str(tmp_path / "artifacts"))


async def work(database: Database, artifacts: Artifacts, *captures: Capture) -> None:
    """Work on the one snapshot that is queued, once for each capture."""
    left = list(captures)

    async def capture(_: str, __: Options) -> Capture:
        return left.pop(0)

    worker = Worker(Queue(database), artifacts, capture, timeout_seconds=5, bell=Bell())
    for _ in captures:
        await pass_time(database, 90 * MINUTE)
        assert await worker.work_once()


def failing(verdict: Verdict, files: tuple[CapturedFile, ...] = ()) -> Capture:
    return Capture("https://example.org/page", verdict, error=WHY, files=files)


async def seen(database: Database, artifacts: Artifacts, snapshot_id: int) -> tuple[Snapshot, list[bytes]]:
    found = await Library(database, 1).snapshot(snapshot_id)
    assert found is not None
    return found, [await artifacts.get(each.sha256) for each in found.artifacts]


async def test_what_the_last_answer_looked_like_is_kept_between_tries_and_after_them(
    database: Database, artifacts: Artifacts
) -> None:
    snapshot_id = await queued(database)
    broken, newer = (failing(Verdict.SERVER_ERROR, screen(content)) for content in (b"first", b"second"))
    await work(database, artifacts, broken)
    assert (await seen(database, artifacts, snapshot_id))[1] == [b"first"]
    await work(database, artifacts, newer, failing(Verdict.UNREACHABLE))
    found, contents = await seen(database, artifacts, snapshot_id)
    assert contents == [b"second"]
    card = cards.card(ENGLISH, found)
    assert isinstance(card, Message)
    assert [button.action.verb for button in card.buttons[0]] == [Verb.SEEN, Verb.AGAIN]
    assert WHY in card.html
    assert "try again in" in card.html


async def test_a_page_that_comes_at_last_leaves_no_evidence_of_its_failures(
    database: Database, artifacts: Artifacts
) -> None:
    snapshot_id = await queued(database)
    kept = Capture("https://example.org/page", Verdict.OK, files=screen(b"good"))
    await work(database, artifacts, failing(Verdict.SERVER_ERROR, screen(b"bad")), kept)
    assert (await seen(database, artifacts, snapshot_id))[1] == [b"good"]


async def test_a_good_copy_is_given_also_after_a_newer_try_that_failed(
    database: Database, artifacts: Artifacts
) -> None:
    library = Library(database, 1)
    good_id = await queued(database)
    await work(database, artifacts, Capture("https://example.org/page", Verdict.OK, files=screen(b"good")))
    good = await library.snapshot(good_id)
    assert good is not None
    again = await library.again(good.link_id, Origin(9))
    assert again is not None
    await work(database, artifacts, failing(Verdict.NOT_FOUND, screen(b"bad")))
    newest = await library.newest_snapshot(good.link_id)
    assert newest is not None
    assert newest.id == good_id
    card = cards.card(ENGLISH, newest, await library.failure_since(newest))
    assert isinstance(card, Card)
    assert await artifacts.get(card.screen.sha256) == b"good"
    assert "A newer try on" in card.html
    assert WHY in card.html
