"""What was saved is changed: tags and notes by a reply, by an edit of the message, by saying the same again."""

import pytest

from storage.announcements import Announcements, Shown
from storage.database import Database
from storage.editing import Editing
from storage.library import Library
from storage.models import Link
from storage.saving import NewLink, Origin, SaveOutcome
from tests.storing import link

HERE, THERE = 1, 2


@pytest.fixture
def editing(database: Database) -> Editing:
    return Editing(database, HERE)


@pytest.fixture
def library(database: Database) -> Library:
    return Library(database, HERE)


async def saved(library: Library, *new: NewLink, message_id: int = 7) -> list[int]:
    return [each.link.id or 0 for each in await library.add(new, Origin(message_id))]


def names(of: Link) -> list[str]:
    return [tag.name for tag in of.tags]


async def tags(library: Library) -> dict[str, int]:
    return {count.name: count.links for count in await library.tags()}


async def the(library: Library, name: str) -> Link:
    found = await library.find(f"example.org/{name}")
    assert found is not None
    return found


def noted(name: str, note: str, *tags: str) -> NewLink:
    new = link(name, *tags)
    return NewLink(new.url, new.url_key, new.tags, note)


async def test_a_message_knows_its_links_and_only_in_its_own_chat(editing: Editing, library: Library) -> None:
    ids = await saved(library, link("a"), link("b"))
    assert [each.id for each in await editing.links_of(7)] == ids
    assert await editing.links_of(8) == []
    assert await Editing(editing._database, THERE).links_of(7) == []


async def test_a_message_of_ours_knows_the_links_that_it_shows(editing: Editing, library: Library) -> None:
    [one] = await saved(library, link("a"))
    [foreign] = await saved(Library(editing._database, THERE), link("a"))
    announcements = Announcements(editing._database)
    await announcements.set_shown(Shown(HERE, 70, [one, foreign]))
    await announcements.set_shown(Shown(HERE, 70, [one]))
    assert [each.id for each in await editing.links_of(70)] == [one]


async def test_a_reply_puts_tags_on_and_takes_them_off(editing: Editing, library: Library) -> None:
    [one] = await saved(library, link("a", "adam", "sgd"))
    [done] = await editing.retag([one], ["Optimizer", "adam"], ["SGD", "nowhere"])
    assert (done.added, done.removed) == (["Optimizer"], ["sgd"])
    assert names(done.link) == names(await the(library, "a")) == ["adam", "Optimizer"]
    assert await tags(library) == {"adam": 1, "Optimizer": 1}


async def test_a_link_of_another_chat_is_not_changed(editing: Editing, database: Database) -> None:
    other = Library(database, THERE)
    [foreign] = await saved(other, link("a", "theirs"))
    assert await editing.retag([foreign], ["mine"], ["theirs"]) == []
    await editing.mark_read(foreign)
    link_ = await the(other, "a")
    assert (names(link_), link_.note, link_.read_at) == (["theirs"], None, None)


async def test_a_copy_is_read_when_it_was_opened_first(editing: Editing, library: Library) -> None:
    [one] = await saved(library, link("a"))
    await editing.mark_read(one)
    first = (await the(library, "a")).read_at
    await editing.mark_read(one)
    assert (await the(library, "a")).read_at == first is not None


async def test_the_same_link_again_adds_to_its_note_and_repeats_nothing(library: Library) -> None:
    await saved(library, noted("a", "worth it"))
    await saved(library, noted("a", "from Ada"), message_id=8)
    await saved(library, noted("a", "worth it"), message_id=9)
    assert (await the(library, "a")).note == "worth it\nfrom Ada"


async def test_a_note_is_kept_beside_one_that_has_its_words(library: Library, editing: Editing) -> None:
    await saved(library, noted("a", "not good, 不好"))
    await saved(library, noted("a", "good"), message_id=8)
    await saved(library, noted("a", "好"), message_id=9)
    assert (await the(library, "a")).note == "not good, 不好\ngood\n好"
    await editing.follow([noted("a", "better")], Origin(8))
    assert (await the(library, "a")).note == "not good, 不好\nbetter\n好"
    await editing.follow([noted("a", "")], Origin(9))
    assert (await the(library, "a")).note == "not good, 不好\nbetter"


async def test_an_edit_moves_tags_and_note_and_queues_nothing_anew(
    editing: Editing, library: Library
) -> None:
    await saved(library, noted("a", "old words", "adam", "sgd"))
    followed = await editing.follow([noted("a", "new words", "adam", "lion")], Origin(7))
    assert [each.outcome for each in followed.saved] == [SaveOutcome.REPEATED]
    assert [each.url_key for each in followed.changed] == ["example.org/a"]
    link_ = await the(library, "a")
    assert (names(link_), link_.note) == (["adam", "lion"], "new words")
    assert len(link_.snapshots) == 1


async def test_an_edit_that_changes_nothing_says_so(editing: Editing, library: Library) -> None:
    await saved(library, noted("a", "words", "adam"))
    assert (await editing.follow([noted("a", "words", "ADAM")], Origin(7))).changed == []


async def test_an_edit_takes_back_only_what_this_message_alone_gave(
    editing: Editing, library: Library
) -> None:
    [one] = await saved(library, link("a", "adam", "sgd"))
    await saved(library, link("a", "sgd"), message_id=8)
    await editing.retag([one], ["by-reply"])
    await editing.follow([link("a")], Origin(7))
    assert names(await the(library, "a")) == ["sgd", "by-reply"]


async def test_a_link_that_an_edit_removes_stays_and_a_new_one_is_saved(
    editing: Editing, library: Library
) -> None:
    await saved(library, link("a", "adam"))
    followed = await editing.follow([link("b", "sgd")], Origin(7))
    assert [each.outcome for each in followed.saved] == [SaveOutcome.QUEUED]
    assert names(await the(library, "a")) == ["adam"]
    assert names(await the(library, "b")) == ["sgd"]


async def test_what_else_was_noted_survives_an_edit(editing: Editing, library: Library) -> None:
    await saved(library, noted("a", "mine"))
    await saved(library, noted("a", "later"), message_id=8)
    await editing.follow([noted("a", "")], Origin(7))
    assert (await the(library, "a")).note == "later"
