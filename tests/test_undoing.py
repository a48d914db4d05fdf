"""What is removed or renamed is gone at once, can be taken back for a while, and is deleted then."""

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
from storage.remarks import Remark
from storage.saving import LONGEST_NOTE, Origin, SaveOutcome
from storage.standing import standing
from storage.undoing import Removed, Undoing, WouldMerge
from tests.storing import link, pass_time, remarked
from tests.talking import capture_all

HERE, THERE = 1, 2


@pytest.fixture
def undoing(database: Database) -> Undoing:
    return Undoing(database, HERE)


@pytest.fixture
def library(database: Database) -> Library:
    return Library(database, HERE)


async def saved(library: Library, name: str, *tags: str, message_id: int = 7) -> int:
    [one] = await library.add([link(name, *tags)], Origin(message_id))
    return one.link.id or 0


async def tags(library: Library) -> dict[str, int]:
    return {count.name: count.links for count in await library.tags()}


async def tag_id(undoing: Undoing, name: str) -> int:
    tag = await undoing.tag_named(name)
    assert tag is not None
    return tag.id or 0


async def all_links(database: Database) -> list[int]:
    async with database.read() as session:
        return [each or 0 for each in (await session.exec(select(Link.id))).all()]


async def removed(result: Removed | WouldMerge | None) -> Removed:
    assert isinstance(result, Removed)
    return result


async def noted(database: Database, link_id: int, message_id: int, note: str) -> Removed:
    done = await remarked(database, HERE, link_id, Remark(message_id, note=note))
    assert done is not None
    return await removed(done.noted)


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


async def test_a_renamed_tag_keeps_its_links_and_goes_back(undoing: Undoing, library: Library) -> None:
    await saved(library, "a", "optimiser")
    done = await removed(await undoing.rename_tag(await tag_id(undoing, "optimiser"), "Optimizer"))
    assert (done.name, done.links) == ("Optimizer", 1)
    assert await tags(library) == {"Optimizer": 1}
    await undoing.undo(done.undo_id)
    assert await tags(library) == {"optimiser": 1}


async def test_a_tag_changes_only_its_spelling(undoing: Undoing, library: Library) -> None:
    await saved(library, "a", "pytorch")
    await removed(await undoing.rename_tag(await tag_id(undoing, "pytorch"), "PyTorch"))
    assert await tags(library) == {"PyTorch": 1}


async def test_two_tags_become_one_only_when_that_is_meant_and_two_again(
    undoing: Undoing, library: Library
) -> None:
    await saved(library, "a", "优化")
    await saved(library, "b", "优化", "optimizer")
    await saved(library, "c", "optimizer")
    asked = await undoing.rename_tag(await tag_id(undoing, "优化"), "optimizer")
    assert isinstance(asked, WouldMerge)
    assert (asked.tag.name, asked.other.name) == ("优化", "optimizer")
    assert await tags(library) == {"optimizer": 2, "优化": 2}
    done = await removed(await undoing.rename_tag(await tag_id(undoing, "优化"), "OPTIMIZER", merge=True))
    assert (done.name, done.links) == ("optimizer", 2)
    assert await tags(library) == {"optimizer": 3}
    await undoing.undo(done.undo_id)
    assert await tags(library) == {"optimizer": 2, "优化": 2}
    b = await library.find("example.org/b")
    assert b is not None
    assert {tag.name for tag in b.tags} == {"优化", "optimizer"}


async def test_a_deleted_tag_leaves_its_links_and_comes_back(undoing: Undoing, library: Library) -> None:
    await saved(library, "a", "adam", "sgd")
    await saved(library, "b", "adam")
    done = await removed(await undoing.delete_tag(await tag_id(undoing, "adam")))
    assert (done.name, done.links) == ("adam", 2)
    assert await tags(library) == {"sgd": 1}
    assert (await library.recent()).total == 2
    await saved(library, "a", "adam", message_id=8)
    await undoing.undo(done.undo_id)
    assert await tags(library) == {"adam": 2, "sgd": 1}


async def test_a_tag_of_very_many_links_comes_back_some_at_a_time(
    undoing: Undoing, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.undoing.LINKS_AT_ONCE", 2)
    for name in "abcde":
        await saved(library, name, "few", *(["many"] if name in "cde" else []))
    before = await tags(library)
    dropped = await removed(await undoing.delete_tag(await tag_id(undoing, "few")))
    await saved(library, "e", "few", message_id=8)
    assert (await removed(await undoing.undo(dropped.undo_id))).links == 5
    assert await tags(library) == before
    merged = await removed(await undoing.rename_tag(await tag_id(undoing, "few"), "many", merge=True))
    assert await tags(library) == {"many": 5}
    await undoing.undo(merged.undo_id)
    assert await tags(library) == before


async def test_a_note_takes_the_place_of_another_and_that_comes_back(
    undoing: Undoing, library: Library, database: Database
) -> None:
    async def note() -> str | None:
        return (await library.add([link("a")], None))[0].link.note

    link_id = await saved(library, "a")
    first = await noted(database, link_id, 70, "长" * 2 * LONGEST_NOTE)
    assert await note() == "长" * LONGEST_NOTE
    second = await noted(database, link_id, 71, "read twice")
    assert await note() == "read twice"
    assert (await removed(await undoing.undo(second.undo_id))).name == await note() == "长" * LONGEST_NOTE
    back = await removed(await undoing.undo(first.undo_id))
    assert (back.name, back.link_id, await note()) == ("", link_id, None)
    assert await undoing.undo(first.undo_id) is None


async def test_a_note_of_another_chats_link_is_neither_written_nor_brought_back(
    undoing: Undoing, library: Library, database: Database
) -> None:
    link_id = await saved(library, "a")
    there = Undoing(database, THERE)
    assert await remarked(database, THERE, link_id, Remark(70, note="mine")) is None
    done = await noted(database, link_id, 70, "ours")
    assert await there.undo(done.undo_id) is None
    await undoing.delete_link(link_id)
    assert await undoing.undo(done.undo_id) is None


async def test_a_message_that_asks_for_a_name_knows_its_tag_and_only_in_its_own_chat(
    undoing: Undoing, library: Library, database: Database
) -> None:
    await saved(library, "a", "old")
    asked = await tag_id(undoing, "old")
    announcements = Announcements(database)
    await announcements.set_asks(HERE, 70, asked)
    await announcements.set_asks(THERE, 70, asked)
    tag = await undoing.tag_asked_about(70)
    assert tag is not None
    assert tag.name == "old"
    assert await undoing.tag_asked_about(71) is None
    assert await Undoing(database, THERE).tag_asked_about(70) is None
    await undoing.delete_tag(asked)
    assert await undoing.tag_asked_about(70) is None


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


@pytest.mark.parametrize("name", ["", " ", "#"])
async def test_a_name_that_is_none_renames_nothing(name: str, undoing: Undoing, library: Library) -> None:
    await saved(library, "a", "adam")
    assert await undoing.rename_tag(await tag_id(undoing, "adam"), name) is None
    assert await tags(library) == {"adam": 1}


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
