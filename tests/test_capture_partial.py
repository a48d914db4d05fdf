"""A file that can't be made leaves the others and its reason, in the capture and in what is stored of it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Error as PlaywrightError

from bot.addresses import AddressRule
from bot.capture.browser import Browser
from bot.capture.draft import NotMade
from bot.capture.files import making
from bot.capture.options import Options
from bot.capture.result import Capture
from bot.work.bell import Bell
from bot.work.worker import Worker
from storage.artifacts import open_artifacts
from storage.database import Database
from storage.kinds import ArtifactKind, SnapshotStatus, Verdict
from storage.queue import Queue
from tests.browsers import best
from tests.capturing import kinds
from tests.fakes.site import SiteDouble
from tests.storing import queued, snapshot

pytestmark = pytest.mark.asyncio(loop_scope="module")

ALL = set(ArtifactKind) - {ArtifactKind.ORIGINAL}
PICTURES = {ArtifactKind.FULLPAGE, ArtifactKind.SLICES}

Take = Callable[[str], Awaitable[Capture]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def take() -> AsyncIterator[Take]:
    """Captures a page of the site."""
    async with (
        SiteDouble() as site,
        Browser(best(), AddressRule([site.allow]), timeout_seconds=30) as browser,
    ):
        yield lambda path: browser.capture(site.url(path))


def fail(patch: pytest.MonkeyPatch, name: str, error: Exception) -> None:
    """Let what ``making`` calls by this name fail, whether it is awaited or not."""

    def failing(*_: object, **__: object) -> object:
        raise error

    patch.setattr(f"bot.capture.files.making.{name}", failing)


@pytest.mark.parametrize(
    ("name", "missing", "what"),
    [
        ("pictures.first_screen", {ArtifactKind.SCREEN}, "screen"),
        ("pictures.part", PICTURES, "fullpage and slices"),
        ("pictures.joined", {ArtifactKind.FULLPAGE}, "fullpage"),
        ("slices", {ArtifactKind.SLICES}, "slices"),
        ("prints.pdf", {ArtifactKind.PDF}, "pdf"),
        ("take", {ArtifactKind.HTML}, "html"),
        ("one_file", {ArtifactKind.HTML}, "html"),
        ("reading.markdown", {ArtifactKind.TEXT}, "text"),
        ("reading.metadata", set(), "metadata"),
    ],
)
async def test_each_file_fails_alone(
    take: Take, monkeypatch: pytest.MonkeyPatch, name: str, missing: set[ArtifactKind], what: str
) -> None:
    fail(monkeypatch, name, NotMade("the printer is out of ink"))
    capture = await take("/sticky")
    assert (capture.verdict, capture.error, capture.failed_step) == (Verdict.PARTIAL, None, None)
    assert kinds(capture) == ALL - missing
    assert capture.problems == (f"No {what}: the printer is out of ink.",)
    assert capture.title == "A page with a header that stays"


async def test_each_reason_has_its_own_sentence(
    take: Take, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def hang(*_: object) -> bytes:
        await asyncio.Event().wait()
        raise AssertionError

    def hurry_and_fail(*_: object) -> object:
        monkeypatch.setattr(making, "FILE_SECONDS", 1.0)  # for the PDF, which is made next
        raise ValueError("a mistake of ours")

    fail(
        monkeypatch, "pictures.first_screen", PlaywrightError("Protocol error: Unable to capture screenshot")
    )
    monkeypatch.setattr("bot.capture.files.making.take", hurry_and_fail)
    monkeypatch.setattr("bot.capture.files.making.prints.pdf", hang)
    capture = await take("/short")
    assert kinds(capture) == ALL - {ArtifactKind.SCREEN, ArtifactKind.HTML, ArtifactKind.PDF}
    assert set(capture.problems) == {
        "No screen: the browser could not make it.",
        "No html: it could not be made.",
        "No pdf: it was not done within 1 seconds.",
    }
    assert "a mistake of ours" in caplog.text


async def test_where_no_file_could_be_made_there_is_no_capture(
    take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("pictures.first_screen", "pictures.part", "prints.pdf", "take", "reading.markdown"):
        fail(monkeypatch, name, NotMade("the printer is out of ink"))
    capture = await take("/short")
    assert (capture.verdict, capture.files) == (Verdict.UNREACHABLE, ())
    assert capture.error


async def test_evidence_that_can_not_be_made_changes_no_verdict(
    take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail(monkeypatch, "pictures.first_screen", NotMade("the printer is out of ink"))
    capture = await take("/status/404")
    assert (capture.verdict, capture.files) == (Verdict.NOT_FOUND, ())
    assert "(404)" in (capture.error or "")


async def test_a_file_is_kept_also_where_it_can_not_be_shown_and_shown_where_it_can_not_be_kept(
    take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        for name in ("pictures.first_screen", "pictures.part", "prints.pdf"):
            fail(patch, name, PlaywrightError("Protocol error"))
        unseen = await take("/plain.txt")
    fail(monkeypatch, "originals.shown", NotMade("It is gone."))
    unkept = await take("/plain.txt")
    assert {unseen.verdict, unkept.verdict} == {Verdict.PARTIAL}
    assert kinds(unseen) == {ArtifactKind.ORIGINAL, ArtifactKind.TEXT}
    assert kinds(unkept) == ALL - {ArtifactKind.HTML}
    assert unkept.problems == ("No original: It is gone.",)


async def test_the_reasons_are_stored_with_the_files_that_there_are(
    take: Take, monkeypatch: pytest.MonkeyPatch, database: Database, tmp_path: Path
) -> None:
    fail(monkeypatch, "prints.pdf", NotMade("the printer is out of ink"))
    fail(monkeypatch, "slices", NotMade("the knife is blunt"))

    async def capture(url: str, _: Options) -> Capture:
        return replace(await take("/short"), url=url)

    snapshot_id = await queued(database)
    artifacts = open_artifacts(str(tmp_path / "artifacts"))
    worker = Worker(Queue(database), artifacts, capture, timeout_seconds=30, bell=Bell())
    assert await worker.work_once()
    stored = await snapshot(database, snapshot_id)
    assert (stored.status, stored.verdict, stored.error) == (SnapshotStatus.DONE, Verdict.PARTIAL, None)
    assert set(stored.problems.splitlines()) == {
        "No pdf: the printer is out of ink.",
        "No slices: the knife is blunt.",
    }
