"""What saving a link comes to: new, known, repeated, kept, failed before, under way, or at the same moment."""

import asyncio
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import func, select

from storage.columns import clean
from storage.database import Database
from storage.kinds import Verdict
from storage.library import Library
from storage.models import Announcement, Link, LinkTag, Snapshot, Tag, now
from storage.queue import Claim, Outcome, Queue
from storage.saving import NewLink, Origin, SaveOutcome
from tests.storing import MINUTE, another, link, pass_time, queued, snapshot, snapshots

CHATS = count(10)
"""For each example another."""

UNREACHABLE = Outcome(Verdict.UNREACHABLE, error="example.org did not answer.")


@pytest.fixture
def library(database: Database) -> Library:
    return Library(database, 1)


async def _claim(database: Database) -> Claim:
    claim = await Queue(database).claim("worker", lease=MINUTE)
    assert claim is not None
    return claim


async def _end(database: Database, verdict: Verdict) -> None:
    await Queue(database).finish(await _claim(database), Outcome(verdict))


async def _counts(database: Database) -> list[int]:
    async with database.read() as session:
        return [
            (await session.exec(select(func.count()).select_from(table))).one()
            for table in (Link, Tag, LinkTag, Snapshot, Announcement)
        ]


async def _tags(library: Library, url_key: str = "example.org/page") -> list[str]:
    found = await library.find(url_key)
    assert found is not None
    return [tag.name for tag in found.tags]


async def test_a_link_is_saved_with_its_tags_a_queued_snapshot_and_whom_to_tell(
    library: Library, database: Database
) -> None:
    [saved] = await library.add([link("page", "Optimizer", "深度学习")], Origin(7, thread_id=3))
    assert saved.outcome == SaveOutcome.QUEUED
    assert saved.link.url == "https://example.org/page"
    assert [tag.key for tag in saved.link.tags] == ["optimizer", "深度学习"]
    async with database.read() as session:
        announcement = await session.get_one(Announcement, saved.announcement_id)
    assert announcement.snapshot_id == saved.snapshot_id
    assert (announcement.chat_id, announcement.reply_to_message_id, announcement.thread_id) == (1, 7, 3)
    assert await _counts(database) == [1, 2, 2, 1, 1]


async def test_nobody_is_told_of_a_link_without_origin(library: Library, database: Database) -> None:
    [saved] = await library.add([link("page")], None)
    assert (saved.outcome, saved.announcement_id) == (SaveOutcome.QUEUED, None)
    assert await _counts(database) == [1, 0, 0, 1, 0]


async def test_tags_are_merged_and_keep_the_name_that_they_were_first_written_with(library: Library) -> None:
    await library.add([link("page", "Optimizer", "optimizer")], Origin(7))
    await library.add([link("page", "ＯＰＴＩＭＩＺＥＲ", "New"), link("other", "OPTIMIZER")], Origin(8))
    assert await _tags(library) == ["Optimizer", "New"]
    assert await _tags(library, "example.org/other") == ["Optimizer"]


async def test_a_tag_of_nothing_is_none(library: Library) -> None:
    await library.add([link("page", "#", " ", "")], Origin(7))
    assert await _tags(library) == []


@pytest.mark.parametrize("verdict", [None, Verdict.OK, Verdict.GONE])
async def test_the_same_message_again_changes_nothing(
    library: Library, database: Database, verdict: Verdict | None
) -> None:
    message = [link("a", "tag"), link("b", "tag")]
    await library.add(message, Origin(7))
    if verdict:
        await _end(database, verdict)
        await _end(database, verdict)
    before = await snapshots(database), await _counts(database)
    saved = await library.add(message, Origin(7))
    assert [each.outcome for each in saved] == [SaveOutcome.REPEATED] * 2
    assert (await snapshots(database), await _counts(database)) == before


async def test_a_link_twice_in_one_message_is_saved_once(library: Library, database: Database) -> None:
    saved = await library.add([link("page", "a"), link("page", "b")], Origin(7))
    assert [each.outcome for each in saved] == [SaveOutcome.QUEUED, SaveOutcome.REPEATED]
    assert await _tags(library) == ["a", "b"]
    assert await _counts(database) == [1, 2, 2, 1, 1]


async def test_an_edited_message_adds_its_new_links_and_tags(library: Library) -> None:
    await library.add([link("page", "a")], Origin(7))
    saved = await library.add([link("page", "a", "b"), link("new")], Origin(7))
    assert [each.outcome for each in saved] == [SaveOutcome.REPEATED, SaveOutcome.QUEUED]
    assert await _tags(library) == ["a", "b"]


async def test_a_kept_link_is_not_captured_again(library: Library, database: Database) -> None:
    await library.add([link("page")], Origin(7))
    await _end(database, Verdict.OK)
    [saved] = await library.add([link("page", "later")], Origin(8))
    assert (saved.outcome, saved.snapshot_id) == (SaveOutcome.KEPT, None)
    assert [tag.name for tag in saved.link.tags] == ["later"]
    assert await _counts(database) == [1, 1, 1, 1, 1]


async def test_a_link_that_has_only_failed_is_tried_again(library: Library, database: Database) -> None:
    first = await queued(database)
    await _end(database, Verdict.GONE)
    [saved] = await library.add([link("page")], Origin(8))
    assert saved.outcome == SaveOutcome.QUEUED
    assert saved.snapshot_id != first
    assert (await snapshot(database, saved.snapshot_id or 0)).attempts == 0


async def test_a_snapshot_under_way_is_joined_and_told_to_both(library: Library, database: Database) -> None:
    first = await queued(database)
    await _claim(database)
    [saved] = await library.add([link("page")], Origin(8))
    assert (saved.outcome, saved.snapshot_id) == (SaveOutcome.QUEUED, first)
    assert await _counts(database) == [1, 0, 0, 1, 2]


async def test_one_that_waits_for_its_next_try_is_tried_at_once(library: Library, database: Database) -> None:
    first = await queued(database)
    queue = Queue(database)
    await queue.retry(await _claim(database), UNREACHABLE, run_after=now() + 60 * MINUTE)
    [saved] = await library.add([link("page")], Origin(8))
    assert saved.snapshot_id == first
    row = await snapshot(database, first)
    assert (row.attempts, row.error, row.verdict) == (1, None, None)
    assert (await _claim(database)).attempt == 2


async def test_one_that_has_waited_keeps_its_place(library: Library, database: Database) -> None:
    first = await queued(database)
    await pass_time(database, 5 * MINUTE)
    since = (await snapshot(database, first)).run_after
    await library.add([link("page")], Origin(8))
    assert (await snapshot(database, first)).run_after == since


async def test_again_makes_a_new_snapshot_of_a_kept_link_once(library: Library, database: Database) -> None:
    first = await queued(database)
    await _end(database, Verdict.OK)
    link_id = (await snapshots(database))[0].link_id
    saved = await library.again(link_id, Origin(99))
    assert saved is not None
    assert saved.outcome == SaveOutcome.QUEUED
    assert saved.snapshot_id != first
    pressed_twice = await library.again(link_id, Origin(99))
    assert pressed_twice is not None
    assert (pressed_twice.outcome, pressed_twice.announcement_id) == (
        SaveOutcome.REPEATED,
        saved.announcement_id,
    )


async def test_the_same_link_from_many_messages_at_one_moment_makes_one_row(
    database: Database, tmp_path: Path
) -> None:
    async with another(tmp_path) as second, asyncio.TaskGroup() as tasks:
        for message_id in range(20):
            library = Library(second if message_id % 2 else database, 1)
            tasks.create_task(library.add([link("page", "Tag")], Origin(message_id)))
    assert await _counts(database) == [1, 1, 1, 1, 20]


async def test_every_chat_has_its_own_links_and_tags(database: Database) -> None:
    for chat_id in (1, 2):
        [saved] = await Library(database, chat_id).add([link("page", "Tag")], Origin(7))
        assert saved.outcome == SaveOutcome.QUEUED
    assert await _counts(database) == [2, 2, 2, 2, 2]


async def test_no_character_of_one_link_costs_the_others(library: Library) -> None:
    odd = NewLink("https://example.org/\ud800\x00", "example.org/\ud800\x00", ("a\x00", "a\udfff", "a"))
    saved = await library.add([link("before"), odd, odd, link("after")], Origin(7))
    assert [each.outcome for each in saved].count(SaveOutcome.QUEUED) == 3
    assert len(saved[1].link.tags) == 2
    found = await library.find("example.org/\ud800\x00")
    assert found is not None
    assert found.url == clean(odd.url)
    assert [tag.name for tag in found.tags] == ["a\N{REPLACEMENT CHARACTER}", "a"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)
@given(
    tags=st.lists(st.text(st.characters(), max_size=5), max_size=4), path=st.text(st.characters(), max_size=9)
)
async def test_any_unicode_is_saved_and_found(tags: list[str], path: str, database: Database) -> None:
    library = Library(database, next(CHATS))
    await library.add([link(path, *tags), link(path, *tags)], Origin(7))
    assert await library.find(f"example.org/{path}") is not None
    assert {each.links for each in await library.tags()} <= {1}
