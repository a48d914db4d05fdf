"""A link that is deleted is gone at once, can be taken back for a while, and is deleted for good then."""

from datetime import timedelta

import pytest
from sqlmodel import select

from storage.announcements import Announcements
from storage.chats import Undo
from storage.database import Database
from storage.editing import Editing
from storage.kinds import SnapshotStatus, Verdict
from storage.library import Library
from storage.models import Link, now
from storage.nobody import KEPT_FOR, forget_expired
from storage.queue import Outcome, Queue
from storage.saving import Origin, SaveOutcome
from storage.standing import standing
from storage.undoing import Undoing
from tests.removing import HERE, THERE, removed, saved, tag_id, tags
from tests.storing import link, pass_time
from tests.talking import capture_all


@pytest.fixture
def undoing(database: Database) -> Undoing:
    return Undoing(database, HERE)


@pytest.fixture
def library(database: Database) -> Library:
    return Library(database, HERE)


async def all_links(database: Database) -> list[int]:
    async with database.read() as session:
        return [each or 0 for each in (await session.exec(select(Link.id))).all()]


async def test_a_deleted_link_is_nowhere_to_be_found(
    undoing: Undoing, library: Library, database: Database
) -> None:
    one = await saved(library, "a", "adam")
    await capture_all(database)
    assert (await removed(await undoing.delete_link(one))).name == "Adam 优化器"
    assert (await library.recent()).total == 0
    assert await tags(library) == {}
    assert await library.newest_snapshot(one) is None
    assert await library.find("example.org/a") is None
    assert await Editing(database, HERE).links_of(7) == []
    assert await Announcements(database).due(local=False) == []


async def test_a_deleted_link_comes_back_as_it_was(
    undoing: Undoing, library: Library, database: Database
) -> None:
    one = await saved(library, "a", "adam", "优化器")
    await capture_all(database)
    before = await library.newest_snapshot(one)
    done = await removed(await undoing.delete_link(one))
    await undoing.undo(done.undo_id)
    after = await library.newest_snapshot(one)
    assert before is not None
    assert after is not None
    assert after.model_dump() == before.model_dump()
    assert [each.sha256 for each in after.artifacts] == [each.sha256 for each in before.artifacts]
    assert await tags(library) == {"adam": 1, "优化器": 1}
    assert len(await Announcements(database).due(local=False)) == 1
    assert await undoing.undo(done.undo_id) is None, "it is taken back once"


async def test_what_a_deleted_link_waits_for_waits_until_it_is_back(
    undoing: Undoing, library: Library, database: Database
) -> None:
    done = await removed(await undoing.delete_link(await saved(library, "a")))
    queue = Queue(database)
    await pass_time(database, 2 * KEPT_FOR)
    assert await queue.claim("test", lease=timedelta(minutes=1)) is None
    assert not await queue.is_due()
    assert (await standing(database)).waiting == 0
    await undoing.undo(done.undo_id)
    assert (await standing(database)).waiting == 1
    assert await queue.is_due()
    assert await queue.claim("test", lease=timedelta(minutes=1)) is not None


async def test_a_try_that_fails_while_its_link_is_deleted_is_not_made_again_until_the_link_is_back(
    undoing: Undoing, library: Library, database: Database
) -> None:
    one, queue = await saved(library, "a"), Queue(database)
    claim = await queue.claim("test", lease=timedelta(minutes=1))
    assert claim is not None
    done = await removed(await undoing.delete_link(one))
    assert await queue.retry(claim, Outcome(Verdict.UNREACHABLE), run_after=now())
    assert await queue.claim("test", lease=timedelta(minutes=1)) is None
    await undoing.undo(done.undo_id)
    assert await queue.claim("test", lease=timedelta(minutes=1)) is not None


async def test_the_keys_that_a_capture_gave_a_deleted_link_come_back_with_it(
    undoing: Undoing, library: Library, database: Database
) -> None:
    one, queue = await saved(library, "short"), Queue(database)
    claim = await queue.claim("test", lease=timedelta(minutes=1))
    assert claim is not None
    done = await removed(await undoing.delete_link(one))
    assert await queue.finish(claim, Outcome(Verdict.OK, further_keys=["example.org/target"]))
    assert await undoing.link_known_by("example.org/target") is None
    await undoing.undo(done.undo_id)
    found = await undoing.link_known_by("example.org/target")
    assert found is not None
    assert found.id == one


async def test_a_link_that_is_deleted_while_it_is_captured_stays_deleted(
    undoing: Undoing, library: Library, database: Database
) -> None:
    one = await saved(library, "a")
    queue = Queue(database)
    claim = await queue.claim("test", lease=timedelta(minutes=1))
    assert claim is not None
    await undoing.delete_link(one)
    await queue.release(claim)
    await capture_all(database)
    assert (await library.recent()).total == 0


async def test_a_deleted_link_that_was_saved_anew_becomes_one_with_the_new_one(
    undoing: Undoing, library: Library, database: Database
) -> None:
    old = await saved(library, "a", "adam")
    await capture_all(database)
    done = await removed(await undoing.delete_link(old))
    new = await saved(library, "a", "sgd", message_id=8)
    assert new != old
    await undoing.undo(done.undo_id)
    [one] = (await library.recent()).links
    assert {tag.name for tag in one.tags} == {"adam", "sgd"}
    assert {each.status for each in one.snapshots} == {SnapshotStatus.DONE, SnapshotStatus.QUEUED}
    assert await all_links(database) == [new]
    assert [each.id for each in await Editing(database, HERE).links_of(7)] == [new]


async def test_another_chat_can_remove_and_take_back_nothing(
    undoing: Undoing, library: Library, database: Database
) -> None:
    one = await saved(library, "a", "adam")
    stranger = Undoing(database, THERE)
    tag = await tag_id(undoing, "adam")
    assert await stranger.delete_link(one) is None
    assert await stranger.delete_tag(tag) is None
    assert await stranger.rename_tag(tag, "x") is None
    assert await stranger.tag_named("adam") is None
    done = await removed(await undoing.delete_link(one))
    assert await stranger.undo(done.undo_id) is None
    assert await undoing.undo(done.undo_id) is not None


async def test_after_a_while_it_is_too_late_and_the_link_is_deleted_for_good(
    undoing: Undoing, library: Library, database: Database
) -> None:
    gone = await removed(await undoing.delete_link(await saved(library, "a")))
    later = now() + KEPT_FOR + timedelta(seconds=1)
    assert await forget_expired(database, now()) == 0
    assert await forget_expired(database, later) == 1
    assert await all_links(database) == []
    assert await undoing.undo(gone.undo_id) is None


async def test_what_can_still_be_taken_back_keeps_nothing_else(
    undoing: Undoing, library: Library, database: Database
) -> None:
    await undoing.delete_link(await saved(library, "a"))
    async with database.write() as session:
        for undo in (await session.exec(select(Undo))).all():
            undo.expires_at -= 2 * KEPT_FOR
    kept = await removed(await undoing.delete_link(await saved(library, "b")))
    assert await forget_expired(database, now()) == 1
    assert await undoing.undo(kept.undo_id) is not None


async def test_saving_a_deleted_link_again_saves_it_anew(
    undoing: Undoing, library: Library, database: Database
) -> None:
    await undoing.delete_link(await saved(library, "a"))
    [again] = await library.add([link("a")], Origin(7))
    assert again.outcome == SaveOutcome.QUEUED
