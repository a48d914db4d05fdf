"""What is forgotten is gone: rows, words in the index, bytes in the database's files, stored files."""

import asyncio
import os
import threading
import time
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import SQLModel, func, select

from storage.announcements import Announcements
from storage.artifacts import Artifacts, LocalArtifacts, digest, open_artifacts
from storage.chats import LooseFile, Preferences
from storage.database import Database
from storage.errors import StorageError
from storage.forgetting import FORGOTTEN, forget_chat
from storage.inbox import Inbox, Received
from storage.kinds import ArtifactKind, Verdict
from storage.leftovers import ASKED_AT_ONCE, UNSURE_FOR, remove_leftovers
from storage.library import Library
from storage.metadata import Metadata
from storage.models import Artifact, Chat, Link, now
from storage.nobody import KEPT_FOR, forget_expired
from storage.preferences import wish
from storage.queue import Outcome, Queue
from storage.saved_queries import save_query
from storage.saving import NewLink, Origin
from storage.undoing import Undoing
from tests.fakes.receiving import rows

HERE, THERE = 11, 12
WORDS = ("Zwiebelkanarie", "zimtkanarie", "kaneelkanarie", "canelacanario", "橙皮金丝雀")
TITLE, TAG, NOTE, PLACE, TEXT = WORDS
CONTENT, SHARED = b"hers alone", b"of both"


@pytest.fixture
def artifacts(tmp_path: Path) -> LocalArtifacts:
    return LocalArtifacts(tmp_path / "artifacts")


async def saves(
    database: Database, artifacts: Artifacts, chat_id: int, name: str, contents: Sequence[bytes]
) -> int:
    """Save a link that is captured with these files; its id."""
    new = NewLink(f"https://example.org/{name}", f"example.org/{name}", (TAG,), note=NOTE)
    [saved] = await Library(database, chat_id).add([new], Origin(7))
    queue = Queue(database)
    claim = await queue.claim("test", lease=timedelta(minutes=1))
    assert claim is not None
    await queue.expect_files(map(digest, contents))
    files = [
        Artifact(
            snapshot_id=claim.snapshot_id,
            kind=ArtifactKind.SLICES,
            position=position,
            sha256=await artifacts.put(content),
            size_bytes=1,
            content_type="image/jpeg",
        )
        for position, content in enumerate(contents)
    ]
    outcome = Outcome(
        Verdict.OK,
        metadata=Metadata(title=TITLE),
        artifacts=files,
        further_keys=[f"{PLACE}.org/{name}"],
        text=TEXT,
    )
    await queue.finish(claim, outcome)
    return saved.link.id or 0


async def expected(database: Database, artifacts: Artifacts, content: bytes) -> str:
    """Store a file as a capture does that then dies."""
    await Queue(database).expect_files([digest(content)])
    return await artifacts.put(content)


def age(folder: Path) -> None:
    """Make all stored files as old as yesterday."""
    yesterday = time.time() - 86400
    for path in (folder / "artifacts").rglob("??/*"):
        os.utime(path, (yesterday, yesterday))


async def ages(database: Database, folder: Path) -> None:
    """Make all stored files, and what is noted of them, as old as yesterday."""
    age(folder)
    async with database.write() as session:
        for noted in (await session.exec(select(LooseFile))).all():
            noted.noted_at -= timedelta(days=1)


def stored(folder: Path) -> set[bytes]:
    return {path.read_bytes() for path in (folder / "artifacts").rglob("??/*")}


async def rows_of(database: Database, chat_id: int) -> dict[str, int]:
    """How many rows of every table are the chat's; tables that are asked about a chat through a link have no own."""
    counts = {}
    async with database.read() as session:
        for name, table in SQLModel.metadata.tables.items():
            if "chat_id" in table.c:
                count = select(func.count()).select_from(table).where(table.c.chat_id == chat_id)
                counts[name] = (await session.exec(count)).one()
    return counts


async def all_rows(database: Database) -> int:
    async with database.read() as session:
        left_alone = {"inbox", "loose_file"}
        tables = [each for each in SQLModel.metadata.tables.values() if each.name not in left_alone]
        return sum([(await session.exec(select(func.count()).select_from(each))).one() for each in tables])


async def fill(database: Database, artifacts: Artifacts, chat_id: int) -> None:
    """Put something of the chat into every table."""
    await saves(database, artifacts, chat_id, "a", [CONTENT, SHARED])
    removed = await saves(database, artifacts, chat_id, "removed", [b"removed before"])
    await Undoing(database, chat_id).delete_link(removed)
    await save_query(database, chat_id, f"#{TAG}")
    await wish(database, chat_id, time_zone="Asia/Shanghai")
    tag = await Undoing(database, chat_id).tag_named(TAG)
    assert tag is not None
    await Announcements(database).set_asks(chat_id, 70, tag.id or 0)
    inbox = Inbox(database)
    await inbox.put([Received(1, chat_id, f"said {NOTE}"), Received(2, chat_id, "being handled")])
    await inbox.set_handled(1)


async def test_forgetting_a_chat_leaves_no_row_of_it_in_any_table(
    database: Database, artifacts: LocalArtifacts
) -> None:
    await fill(database, artifacts, HERE)
    filled = await rows_of(database, HERE)
    assert [name for name, count in filled.items() if not count] == [], "a table that this test does not fill"
    await forget_chat(database, artifacts, HERE)
    left = await rows_of(database, HERE)
    assert {name for name, count in left.items() if count} == {"inbox"}
    assert [row.payload for row in await rows(database)] == [FORGOTTEN, "being handled"]
    assert await all_rows(database) == 0, "something hangs on what is gone"


async def test_the_right_to_use_the_bot_stays_and_so_does_all_of_another_chat(
    database: Database, artifacts: LocalArtifacts, tmp_path: Path
) -> None:
    async with database.write() as session:
        session.add(Chat(id=HERE))
    await fill(database, artifacts, HERE)
    await saves(database, artifacts, THERE, "b", [SHARED])
    before = await rows_of(database, THERE)
    await ages(database, tmp_path)
    await forget_chat(database, artifacts, HERE)
    assert await rows_of(database, THERE) == before
    assert stored(tmp_path) == {SHARED}
    async with database.read() as session:
        assert await session.get(Chat, HERE) is not None
        assert await session.get(Preferences, HERE) is None


async def test_no_byte_of_what_was_forgotten_is_left_in_the_files_of_the_database(
    database: Database, artifacts: LocalArtifacts, tmp_path: Path
) -> None:
    def found() -> set[str]:
        files = b"".join(path.read_bytes() for path in tmp_path.glob("tagshot.db*"))
        folded = files.decode("utf-8", "replace").casefold()
        return {word for word in WORDS if word.casefold() in folded}

    for number in range(4):
        await saves(database, artifacts, THERE, f"other{number}", [])
    await forget_chat(database, artifacts, THERE)
    assert found() == set()
    await fill(database, artifacts, HERE)
    assert found() >= {TITLE, TAG, NOTE, PLACE}
    await forget_chat(database, artifacts, HERE)
    assert found() == set()


async def test_a_library_of_any_size_is_forgotten(
    database: Database, artifacts: LocalArtifacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.forgetting.LINKS_AT_ONCE", 2)
    new = [NewLink(f"https://e.org/{n}", f"e.org/{n}", ()) for n in range(5)]
    await Library(database, HERE).add(new, Origin(7))
    await forget_chat(database, artifacts, HERE)
    assert await all_rows(database) == 0


async def test_a_capture_that_runs_while_its_chat_is_forgotten_brings_nothing_back(
    database: Database, artifacts: LocalArtifacts, tmp_path: Path
) -> None:
    await Library(database, HERE).add([NewLink("https://e.org/", "e.org", ())], Origin(7))
    queue = Queue(database)
    claim = await queue.claim("test", lease=timedelta(minutes=1))
    assert claim is not None
    await forget_chat(database, artifacts, HERE)
    await expected(database, artifacts, CONTENT)
    assert not await queue.finish(claim, Outcome(Verdict.OK))
    assert await all_rows(database) == 0
    await ages(database, tmp_path)
    await remove_leftovers(database, artifacts)
    assert stored(tmp_path) == set()


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
