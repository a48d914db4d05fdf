"""Tags that are renamed, merged or dropped, and notes that took the place of others, are as before when taken back."""

import pytest

from storage.announcements import Announcements
from storage.database import Database
from storage.library import Library
from storage.remarks import Remark
from storage.saving import LONGEST_NOTE
from storage.undoing import Removed, Undoing, WouldMerge
from tests.removing import HERE, THERE, removed, saved, tag_id, tags
from tests.storing import link, remarked


@pytest.fixture
def undoing(database: Database) -> Undoing:
    return Undoing(database, HERE)


@pytest.fixture
def library(database: Database) -> Library:
    return Library(database, HERE)


async def noted(database: Database, link_id: int, message_id: int, note: str) -> Removed:
    done = await remarked(database, HERE, link_id, Remark(message_id, note=note))
    assert done is not None
    return await removed(done.noted)


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


@pytest.mark.parametrize("name", ["", " ", "#"])
async def test_a_name_that_is_none_renames_nothing(name: str, undoing: Undoing, library: Library) -> None:
    await saved(library, "a", "adam")
    assert await undoing.rename_tag(await tag_id(undoing, "adam"), name) is None
    assert await tags(library) == {"adam": 1}
