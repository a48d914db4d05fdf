"""What a message says of saved links is taken back when the message no longer says it, unless somebody changed it."""

import pytest

from storage.database import Database
from storage.editing import Editing
from storage.library import Library
from storage.remarks import Remark, Remarked, Remarks
from storage.saving import Caption, NewLink, Origin
from tests.storing import link, remarked

HERE, THERE = 1, 2
ANSWER = 70


@pytest.fixture
def library(database: Database) -> Library:
    return Library(database, HERE)


async def saved(library: Library, *tags: str, note: str = "", message_id: int = 7) -> int:
    new = link("a", *tags)
    [done] = await library.add([NewLink(new.url, new.url_key, tags, note)], Origin(message_id))
    return done.link.id or 0


async def state(library: Library) -> tuple[list[str], str | None]:
    found = await library.find("example.org/a")
    assert found is not None
    return [tag.name for tag in found.tags], found.note


async def says(
    library: Library, *add: str, remove: tuple[str, ...] = (), note: str = "", message_id: int = ANSWER
) -> Remarked:
    found = await library.find("example.org/a")
    assert found is not None
    done = await remarked(library._database, HERE, found.id or 0, Remark(message_id, add, remove, note))
    assert done is not None
    return done


async def test_tags_that_an_answer_no_longer_names_go_and_those_that_it_found_stay(library: Library) -> None:
    await saved(library, "adam", "sgd")
    await says(library, "adam", "lion", "动量")
    assert (await says(library, "lion", "优化")).is_changed
    assert await state(library) == (["adam", "sgd", "lion", "优化"], None)


async def test_tags_that_an_answer_no_longer_takes_off_are_back(library: Library) -> None:
    await saved(library, "Adam", "sgd")
    await says(library, remove=("adam", "SGD", "nowhere"))
    assert await state(library) == ([], None)
    await says(library, "lion", remove=("sgd",))
    assert await state(library) == (["Adam", "lion"], None)


async def test_a_tag_may_turn_from_put_on_to_taken_off(library: Library) -> None:
    await saved(library, "adam")
    await says(library, "lion")
    await says(library, remove=("lion", "adam"))
    assert await state(library) == ([], None)
    await says(library, "sgd")
    assert await state(library) == (["adam", "sgd"], None)


async def test_saying_it_again_changes_nothing_and_forgets_nothing(library: Library) -> None:
    await saved(library, "adam", note="first")
    for is_new in (True, False):
        done = await says(library, "lion", remove=("adam",), note="second")
        assert (done.is_changed, bool(done.noted)) == (is_new, is_new)
    await says(library)
    assert await state(library) == (["adam"], "first")


async def test_what_was_changed_since_stays_as_it_is(library: Library) -> None:
    link_id = await saved(library, "adam", "sgd")
    await says(library, "lion", remove=("adam",), note="mine")
    await Editing(library._database, HERE).retag([link_id], add=["adam"], remove=["lion"])
    await says(library, note="hers", message_id=71)
    done = await says(library, "lion", "momentum", remove=("adam", "sgd"), note="mine, corrected")
    assert await state(library) == (["adam", "momentum"], "hers")
    assert done.is_changed
    assert not (await says(library, "momentum", remove=("adam", "sgd"), note="mine again")).is_changed


async def test_a_tag_that_another_message_gives_as_well_stays(library: Library) -> None:
    await saved(library)
    await says(library, "lion")
    await saved(library, "lion", message_id=8)
    await says(library, "sgd")
    assert await state(library) == (["lion", "sgd"], None)
    await Editing(library._database, HERE).follow([link("a")], Origin(8))
    assert await state(library) == (["sgd"], None)


async def test_a_note_is_corrected_within_what_was_added_to_it(library: Library) -> None:
    await saved(library, note="first")
    await says(library, note="tpyo")
    await saved(library, note="from Ada", message_id=8)
    await says(library, note="typo")
    assert await state(library) == ([], "typo\nfrom Ada")
    await says(library)
    assert await state(library) == ([], "from Ada")


async def test_a_note_of_another_that_has_the_same_words_stays_as_it_is(library: Library) -> None:
    await saved(library)
    await says(library, note="read")
    await says(library, note="already read", message_id=71)
    await says(library, note="unread")
    assert await state(library) == ([], "already read")


async def test_a_note_that_an_answer_no_longer_has_gives_place_to_the_one_before(library: Library) -> None:
    await saved(library, note="第一条")
    await says(library, note="第二条")
    await says(library, "tag")
    assert await state(library) == (["tag"], "第一条")


async def test_a_caption_is_known_by_what_it_brought_and_so_is_its_link(library: Library) -> None:
    origin = Origin(8, caption=Caption(6, ("one", "two")))
    await saved(library, "one")
    for _ in range(2):
        await library.add([link("a", "three")], origin)
    remarks = Remarks(library._database, HERE)
    assert [each.url_key for each in await remarks.links_of(6)] == ["example.org/a"]
    await Editing(library._database, HERE).follow([link("a", "four")], Origin(8))
    assert await state(library) == (["one", "two", "four"], None)
    await says(library, "five", message_id=6)
    assert await state(library) == (["one", "four", "five"], None)


async def test_a_message_speaks_of_nothing_in_another_chat(library: Library) -> None:
    link_id = await saved(library, "adam")
    await says(library, "lion")
    there = Remarks(library._database, THERE)
    assert await there.links_of(ANSWER) == []
    assert await there.make([link_id], Remark(ANSWER, ("theirs",), ("adam",), "theirs")) == []
    assert await state(library) == (["adam", "lion"], None)
