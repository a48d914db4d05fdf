"""What one chat has saved, as it is found again: by tag, by page, by key, and never from another chat."""

from collections.abc import Iterable
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.database import Database
from storage.kinds import ArtifactKind, Verdict
from storage.library import Library, Page
from storage.metadata import Metadata
from storage.models import Artifact, Snapshot
from storage.query import HasTag, all_of
from storage.queue import Outcome, Queue
from storage.saving import Origin
from tests.storing import MINUTE, link, snapshots

CHATS = count(10)
"""For each example another."""


@pytest.fixture
def library(database: Database) -> Library:
    return Library(database, 1)


async def _add(library: Library, *names: str, tags: tuple[str, ...] = ()) -> None:
    await library.add([link(name, *tags) for name in names], None)


async def _tag_ids(library: Library) -> dict[str, int]:
    return {count.name: count.id for count in await library.tags()}


async def _end(database: Database, verdict: Verdict, *, with_pdf: bool = False) -> int:
    """End the snapshot whose turn it is, and give its id."""
    queue = Queue(database)
    claim = await queue.claim("worker", lease=MINUTE)
    assert claim is not None
    pdf = Artifact(
        snapshot_id=claim.snapshot_id,
        kind=ArtifactKind.PDF,
        sha256="0",
        size_bytes=9,
        content_type="application/pdf",
    )
    await queue.finish(
        claim, Outcome(verdict, metadata=Metadata(title="A title"), artifacts=[pdf] if with_pdf else [])
    )
    return claim.snapshot_id


async def _by_tags(library: Library, keys: Iterable[str], number: int = 0, anchor: int | None = None) -> Page:
    return await library.matching(all_of(HasTag(key, key) for key in keys), number, anchor)


def _names(page: Page) -> list[str]:
    return [each.url.rpartition("/")[2] for each in page.links]


async def test_an_empty_library_is_one_empty_page(library: Library) -> None:
    page = await library.recent(page=5)
    assert page == Page([], 0, 0, 0)
    assert page.pages == 1
    assert await library.tags() == []


async def test_recent_links_come_newest_first_ten_to_a_page(library: Library) -> None:
    await _add(library, *map(str, range(25)), tags=("tag",))
    pages = [await library.recent(number) for number in range(3)]
    assert [_names(page) for page in pages] == [
        [str(number) for number in range(24, 14, -1)],
        [str(number) for number in range(14, 4, -1)],
        [str(number) for number in range(4, -1, -1)],
    ]
    assert {(page.total, page.pages) for page in pages} == {(25, 3)}
    assert [tag.name for tag in pages[0].links[0].tags] == ["tag"]
    assert len(pages[0].links[0].snapshots) == 1


@pytest.mark.parametrize(("asked", "given_number"), [(-3, 0), (0, 0), (2, 2), (3, 2), (10**18, 2)])
async def test_a_page_that_is_not_there_is_the_nearest(
    library: Library, asked: int, given_number: int
) -> None:
    await _add(library, *map(str, range(25)))
    assert (await library.recent(asked)).number == given_number


@pytest.mark.parametrize("by_tag", [False, True])
async def test_pages_stay_as_they_are_while_new_links_arrive(library: Library, by_tag: bool) -> None:
    async def page(number: int, anchor: int | None = None) -> Page:
        if not by_tag:
            return await library.recent(number, anchor)
        return await _by_tags(library, ["tag"], number, anchor)

    await _add(library, *map(str, range(15)), tags=("tag",))
    first = await page(0)
    await _add(library, *(f"new {number}" for number in range(8)), tags=("tag",))
    second = await page(1, first.anchor)
    assert _names(first) + _names(second) == [str(number) for number in range(14, -1, -1)]
    assert (second.total, second.anchor) == (15, first.anchor)
    assert _names(await page(0, first.anchor)) == _names(first)
    assert (await page(0)).total == 23


async def test_links_have_to_have_all_the_tags(library: Library) -> None:
    await _add(library, "all", tags=("a", "b", "c"))
    await _add(library, "two", tags=("a", "b"))
    await _add(library, "one", tags=("a",))
    await _add(library, "none")

    async def by(*names: str) -> list[str]:
        page = await _by_tags(library, names)
        assert page.total == len(page.links)
        return _names(page)

    assert await by("a") == ["one", "two", "all"]
    assert await by("a", "b") == await by("b", "a") == ["two", "all"]
    assert await by("a", "b", "c") == await by("c", "c") == ["all"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=15)
@given(
    tagged=st.lists(st.sets(st.sampled_from("abc")), max_size=30),
    wanted=st.sets(st.sampled_from("abc"), min_size=1),
)
async def test_a_query_by_tags_gives_what_sets_would(
    tagged: list[set[str]], wanted: set[str], database: Database
) -> None:
    library = Library(database, next(CHATS))
    await library.add([link("x", "a", "b", "c")], None)
    await library.add([link(str(n), *sorted(tags)) for n, tags in enumerate(tagged)], None)
    pages = [await _by_tags(library, wanted, number) for number in range(4)]
    found = {name for page in pages for name in _names(page)}
    assert found == {"x"} | {str(n) for n, tags in enumerate(tagged) if wanted <= tags}
    assert {page.total for page in pages} == {len(found)}


async def test_tags_come_with_their_counts_most_used_first(library: Library) -> None:
    await _add(library, "1", "2", "3", tags=("Most",))
    await _add(library, "4", tags=("beta", "most"))
    await _add(library, "5", tags=("Alpha", "MOST"))
    counts = [(count.name, count.key, count.links) for count in await library.tags()]
    assert counts == [("Most", "most", 5), ("Alpha", "alpha", 1), ("beta", "beta", 1)]


async def test_a_link_is_found_by_its_key(library: Library) -> None:
    await _add(library, "page", tags=("tag",))
    found = await library.find("example.org/page")
    assert found is not None
    assert ([tag.name for tag in found.tags], len(found.snapshots)) == (["tag"], 1)
    assert await library.find("example.org/other") is None


async def test_the_newest_snapshot_is_one_that_was_kept_if_there_is_one(
    library: Library, database: Database
) -> None:
    await _add(library, "page")
    gone = await _end(database, Verdict.GONE)
    link_id = (await snapshots(database))[0].link_id

    async def newest() -> Snapshot | None:
        return await library.newest_snapshot(link_id)

    assert getattr(await newest(), "id", None) == gone
    await library.again(link_id, Origin(7))
    kept = await _end(database, Verdict.OK, with_pdf=True)
    await library.again(link_id, Origin(8))
    await _end(database, Verdict.GONE)
    await library.again(link_id, Origin(9))
    found = await newest()
    assert found is not None
    assert (found.id, found.link.title) == (kept, "A title")
    assert found.artifact(ArtifactKind.PDF) in found.artifacts
    assert found.artifact(ArtifactKind.SCREEN) is None


async def test_an_upload_is_remembered_and_forgotten(library: Library, database: Database) -> None:
    await _add(library, "page")
    kept = await _end(database, Verdict.OK, with_pdf=True)

    async def file_id(of: Library) -> str | None:
        found = await of.snapshot(kept)
        assert found is not None
        return found.artifacts[0].telegram_file_id

    [artifact] = (await library.snapshot(kept) or Snapshot(link_id=0)).artifacts
    assert artifact.id is not None
    await library.remember_upload(artifact.id, "file id")
    assert await file_id(library) == "file id"
    await Library(database, 2).remember_upload(artifact.id, "forged")
    assert await file_id(library) == "file id"
    await library.remember_upload(artifact.id, None)
    assert await file_id(library) is None


async def test_ids_of_another_chat_find_nothing(library: Library, database: Database) -> None:
    await _add(library, "page", tags=("tag",))
    kept = await _end(database, Verdict.OK)
    found = await library.snapshot(kept)
    assert found is not None
    tag_id = (await _tag_ids(library))["tag"]

    for chat_id in (2, 0, -1):
        stranger = Library(database, chat_id)
        await stranger.add([link("own", "tag")], None)
        own_tag = (await _tag_ids(stranger))["tag"]
        assert await stranger.snapshot(kept) is None
        assert await stranger.newest_snapshot(found.link_id) is None
        assert await stranger.again(found.link_id, Origin(7)) is None
        assert await stranger.find("example.org/page") is None
        assert _names(await stranger.recent(anchor=found.link_id)) == []
        assert _names(await stranger.recent()) == ["own"]
        assert [count.id for count in await stranger.tags_numbered([tag_id, own_tag])] == [own_tag]
        assert _names(await _by_tags(stranger, ["tag"])) == ["own"]
        assert [count.links for count in await stranger.tags()] == [1]
    assert len(await snapshots(database)) == 4


async def test_ids_of_nothing_find_nothing(library: Library) -> None:
    await _add(library, "page", tags=("tag",))
    for id_ in (0, -1, 99, 2**62):
        assert await library.snapshot(id_) is None
        assert await library.newest_snapshot(id_) is None
        assert await library.again(id_, Origin(7)) is None
        assert await library.tags_numbered([id_]) == []
        await library.remember_upload(id_, "file id")
