"""Stored files that nothing needs any more are removed, and no others, whatever happens meanwhile."""

import asyncio
import threading
from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from storage.artifacts import LocalArtifacts, digest, open_artifacts
from storage.database import Database
from storage.errors import StorageError
from storage.kinds import ArtifactKind, Verdict
from storage.leftovers import ASKED_AT_ONCE, UNSURE_FOR, remove_leftovers
from storage.library import Library
from storage.models import Artifact, Link, now
from storage.nobody import KEPT_FOR, forget_expired
from storage.queue import Outcome, Queue
from storage.saving import NewLink, Origin
from storage.undoing import Undoing
from tests.aging import (
    CONTENT,
    HERE,
    SHARED,
    THERE,
    age,
    ages,
    expected,
    saves,
    stored,
)


@pytest.fixture
def artifacts(tmp_path: Path) -> LocalArtifacts:
    return LocalArtifacts(tmp_path / "artifacts")


async def test_the_files_of_a_deleted_link_go_when_it_can_not_be_taken_back_any_more(
    database: Database, artifacts: LocalArtifacts, tmp_path: Path
) -> None:
    await saves(database, artifacts, THERE, "b", [SHARED])
    link_id = await saves(database, artifacts, HERE, "a", [CONTENT, SHARED])
    await ages(database, tmp_path)
    await Undoing(database, HERE).delete_link(link_id)
    assert await remove_leftovers(database, artifacts) == 0
    await forget_expired(database, now() + KEPT_FOR + timedelta(seconds=1))
    assert await remove_leftovers(database, artifacts) == 1
    assert stored(tmp_path) == {SHARED}
    async with database.read() as session:
        assert (await session.exec(select(Link.chat_id))).all() == [THERE]


async def test_what_a_capture_has_just_stored_is_left_alone(
    database: Database, artifacts: LocalArtifacts, tmp_path: Path
) -> None:
    await expected(database, artifacts, CONTENT)
    assert await remove_leftovers(database, artifacts) == 0
    await ages(database, tmp_path)
    await expected(database, artifacts, CONTENT)
    assert await remove_leftovers(database, artifacts) == 0, "stored again, it is young again"
    await ages(database, tmp_path)
    assert await remove_leftovers(database, artifacts) == 1


async def test_a_file_that_is_stored_again_while_the_sweep_runs_stays_and_is_looked_at_later(
    database: Database, artifacts: LocalArtifacts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sha256 = await expected(database, artifacts, CONTENT)
    await ages(database, tmp_path)
    remove = artifacts.remove

    async def meanwhile(sha256s: Collection[str], *, put_before: datetime) -> set[str]:
        await expected(database, artifacts, CONTENT)
        return await remove(sha256s, put_before=put_before)

    monkeypatch.setattr(artifacts, "remove", meanwhile)
    assert await remove_leftovers(database, artifacts) == 0
    assert await artifacts.get(sha256) == CONTENT
    monkeypatch.undo()
    await ages(database, tmp_path)
    assert await remove_leftovers(database, artifacts) == 1


async def test_files_that_this_database_never_knew_are_left_alone(
    database: Database, artifacts: LocalArtifacts, tmp_path: Path
) -> None:
    """They may be all that is left after a database was lost, or another bot's."""
    await artifacts.put(CONTENT)
    await ages(database, tmp_path)
    assert await remove_leftovers(database, artifacts) == 0
    assert stored(tmp_path) == {CONTENT}


async def test_what_can_not_be_removed_now_is_tried_again(
    database: Database, artifacts: LocalArtifacts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(sha256s: Collection[str], *, put_before: datetime) -> set[str]:
        raise StorageError("The store is away.")

    await expected(database, artifacts, CONTENT)
    await ages(database, tmp_path)
    with monkeypatch.context() as broken:
        broken.setattr(artifacts, "remove", away)
        with pytest.raises(StorageError):
            await remove_leftovers(database, artifacts)
    assert await remove_leftovers(database, artifacts) == 1


async def test_the_evidence_of_an_earlier_try_goes_when_there_is_newer(
    database: Database, artifacts: LocalArtifacts, tmp_path: Path
) -> None:
    await Library(database, HERE).add([NewLink("https://e.org/", "e.org", ())], Origin(7))
    queue = Queue(database)
    for content in (b"first", b"second"):
        claim = await queue.claim("test", lease=timedelta(minutes=1))
        assert claim is not None
        file = Artifact(
            snapshot_id=claim.snapshot_id,
            kind=ArtifactKind.SCREEN,
            sha256=await expected(database, artifacts, content),
            size_bytes=1,
            content_type="image/jpeg",
        )
        outcome = Outcome(Verdict.NOT_FOUND, error="No.", artifacts=[file])
        await queue.retry(claim, outcome, run_after=now())
    await ages(database, tmp_path)
    assert await remove_leftovers(database, artifacts) == 1
    assert stored(tmp_path) == {b"second"}


async def test_object_storage_is_swept_too(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    artifacts = open_artifacts("memory:///")
    await saves(database, artifacts, HERE, "a", [SHARED])
    contents = [b"%d" % number for number in range(ASKED_AT_ONCE + 1)]
    await Queue(database).expect_files(map(digest, contents))
    for content in contents:
        await artifacts.put(content)
    assert await remove_leftovers(database, artifacts) == 0
    monkeypatch.setattr("storage.leftovers.UNSURE_FOR", -UNSURE_FOR)
    assert await remove_leftovers(database, artifacts) == len(contents)
    assert await artifacts.get(digest(SHARED)) == SHARED
    with pytest.raises(StorageError):
        await artifacts.get(digest(contents[0]))


def test_a_file_that_is_stored_at_the_moment_of_its_removal_is_there_in_the_end(tmp_path: Path) -> None:
    """Whoever is first: the sweep finds it young, or the capture finds it gone and writes it."""
    artifacts = LocalArtifacts(tmp_path / "artifacts")
    sha256 = asyncio.run(artifacts.put(CONTENT))
    before = now() - UNSURE_FOR
    for _ in range(50):
        age(tmp_path)
        begin = threading.Barrier(2)

        def remove(begin: threading.Barrier = begin) -> None:
            begin.wait()
            asyncio.run(artifacts.remove([sha256], put_before=before))

        sweep = threading.Thread(target=remove)
        sweep.start()
        begin.wait()
        asyncio.run(artifacts.put(CONTENT))
        sweep.join()
        assert stored(tmp_path) == {CONTENT}
