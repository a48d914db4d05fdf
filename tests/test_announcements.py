"""Who is still to be told what: due once a snapshot has ended or failed a try, until it is noted as told."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from sqlmodel import select

from storage.announcements import CAUGHT_UP, Announcements
from storage.database import Database
from storage.kinds import ArtifactKind, SnapshotStatus, Verdict
from storage.library import Library
from storage.models import Announcement, Snapshot, now
from storage.models import Artifact as StoredFile
from storage.queue import Claim, Outcome, Queue
from storage.saving import Origin
from tests.storing import MINUTE, link, queued, queued_many

UNREACHABLE = Outcome(Verdict.UNREACHABLE, error="example.org did not answer.")


@pytest.fixture
def announcements(database: Database) -> Announcements:
    return Announcements(database)


async def _claim(database: Database, lease: timedelta = MINUTE) -> Claim:
    claim = await Queue(database).claim("worker", lease=lease)
    assert claim is not None
    return claim


async def _fail_a_try(database: Database) -> None:
    await Queue(database).retry(await _claim(database), UNREACHABLE, run_after=now())


async def _end(database: Database) -> None:
    await Queue(database).finish(await _claim(database), Outcome(Verdict.OK))


async def _due(announcements: Announcements, *, local: bool = False) -> list[int]:
    return [each.id or 0 for each in await announcements.due(local=local)]


async def test_nothing_is_due_before_a_try_has_come_to_something(
    announcements: Announcements, database: Database
) -> None:
    await queued(database)
    assert await _due(announcements) == []
    claim = await _claim(database)
    assert await _due(announcements) == []
    await Queue(database).release(claim)
    assert await _due(announcements) == []


async def test_the_end_is_due_until_it_is_announced(announcements: Announcements, database: Database) -> None:
    await queued(database, "a")
    await queued(database, "b", chat_id=2)
    await _end(database)
    await _end(database)
    [first, second] = await _due(announcements)
    await announcements.set_announced(first)
    assert await _due(announcements) == [second]


async def test_every_failed_try_is_due_once(announcements: Announcements, database: Database) -> None:
    await queued(database)
    for attempt in (1, 2):
        await _fail_a_try(database)
        [due] = await _due(announcements)
        await announcements.set_told_attempts(due, attempt)
        assert await _due(announcements) == []
    await _end(database)
    assert await _due(announcements) == [due]


async def test_a_try_that_was_cut_off_says_nothing(announcements: Announcements, database: Database) -> None:
    await queued(database)
    await _claim(database, lease=-MINUTE)
    await Queue(database).sweep()
    assert await _due(announcements) == []


async def test_who_comes_later_is_not_told_of_earlier_failures(
    announcements: Announcements, database: Database
) -> None:
    await queued(database, message_id=7)
    await _fail_a_try(database)
    await Library(database, 1).add([link("page")], Origin(8))
    await _fail_a_try(database)
    rows = await announcements.due(local=False)
    assert [(each.reply_to_message_id, each.told_attempts) for each in rows] == [(7, 0), (8, 1)]


async def test_what_a_chat_has_missed_since_yesterday_is_due_again_when_it_comes_back(
    announcements: Announcements, database: Database
) -> None:
    for name, chat_id in (("told", 1), ("old", 1), ("missed", 1), ("tried", 1), ("other", 2)):
        await queued(database, name, chat_id=chat_id)
        await (_fail_a_try(database) if name == "tried" else _end(database))
    told, old, missed, tried, _ = await _due(announcements)
    await announcements.set_told_attempts(told, 1)
    await announcements.set_announced(told)
    await announcements.set_announced(tried)
    assert [await announcements.drop_due(chat_id) for chat_id in (1, 2)] == [2, 1]
    async with database.write() as session:
        dropped = await session.get_one(Announcement, old)
        dropped.announced_at = now() - CAUGHT_UP
    assert await announcements.take_up_dropped(1) == 2
    assert await _due(announcements) == [missed, tried]


async def test_the_local_chat_and_the_others_are_told_apart(
    announcements: Announcements, database: Database
) -> None:
    await queued(database, "a", chat_id=0)
    await queued(database, "b", chat_id=-100)
    await _end(database)
    await _end(database)
    [local], [other] = await _due(announcements, local=True), await _due(announcements)
    assert local != other


async def test_a_chat_with_much_to_be_told_hides_no_other(
    announcements: Announcements, database: Database
) -> None:
    await queued_many(database, 120)
    await queued(database, "other", chat_id=2)
    async with database.write() as session:
        for snapshot in await session.exec(select(Snapshot)):
            snapshot.status = SnapshotStatus.DONE
    due = await announcements.due(local=False)
    assert {each.chat_id for each in due} == {1, 2}
    assert [each.id for each in due] == sorted(each.id or 0 for each in due)


async def test_one_announcement_has_all_that_its_card_needs(
    announcements: Announcements, database: Database
) -> None:
    [saved] = await Library(database, 1).add([link("page", "tag")], Origin(7))
    claim = await _claim(database)
    pdf = StoredFile(
        snapshot_id=claim.snapshot_id, kind=ArtifactKind.PDF, sha256="0", size_bytes=1, content_type="x/y"
    )
    await Queue(database).finish(claim, Outcome(Verdict.OK, artifacts=[pdf]))
    one = await announcements.one(saved.announcement_id or 0)
    assert one is not None
    assert one.snapshot.artifact(ArtifactKind.PDF) is not None
    assert [tag.name for tag in one.snapshot.link.tags] == ["tag"]
    assert await announcements.one(99) is None


async def test_the_links_of_one_message_are_found_by_it_and_by_their_summary(
    announcements: Announcements, database: Database
) -> None:
    saved = await Library(database, 1).add([link("a"), link("b"), link("c")], Origin(7))
    ids = [each.announcement_id or 0 for each in saved]
    await queued(database, "other", chat_id=2, message_id=7)
    await announcements.set_summary_message(ids[:2], 70)
    assert [each.id for each in await announcements.of_message(1, 7)] == ids
    assert [each.id for each in await announcements.of_summary(1, 70)] == ids[:2]
    assert await announcements.of_summary(2, 70) == []


Note = Callable[[Announcements, int], Awaitable[None]]
NOTES: dict[str, Note] = {
    "status_message_id": lambda announcements, id_: announcements.set_status_message([id_], 70),
    "summary_message_id": lambda announcements, id_: announcements.set_summary_message([id_], 70),
    "told_attempts": lambda announcements, id_: announcements.set_told_attempts(id_, 2),
    "pdf_sent_at": lambda announcements, id_: announcements.set_pdf_sent(id_),
    "announced_at": lambda announcements, id_: announcements.set_announced(id_),
}


@pytest.mark.parametrize(("field", "note"), NOTES.items(), ids=NOTES.keys())
async def test_each_step_is_noted_on_its_announcement_alone(
    announcements: Announcements, database: Database, field: str, note: Note
) -> None:
    saved = await Library(database, 1).add([link("a"), link("b")], Origin(7))
    told, other = (each.announcement_id or 0 for each in saved)

    async def fields(announcement_id: int) -> dict[str, object]:
        async with database.read() as session:
            row = await session.get_one(Announcement, announcement_id)
        return row.model_dump()

    before = await fields(told), await fields(other)
    await note(announcements, told)
    after = await fields(told)
    assert {name for name, value in after.items() if value != before[0][name]} == {field}
    assert await fields(other) == before[1]


async def test_a_status_message_that_is_gone_is_forgotten(
    announcements: Announcements, database: Database
) -> None:
    await queued(database)
    [announcement] = await announcements.of_message(1, 7)
    await announcements.set_status_message([announcement.id or 0], 70)
    await announcements.set_status_message([announcement.id or 0], None)
    [announcement] = await announcements.of_message(1, 7)
    assert announcement.status_message_id is None
