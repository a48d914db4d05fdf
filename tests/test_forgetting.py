"""A chat that is forgotten is gone: rows, words in the index, bytes in the database's files, stored files."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import SQLModel, func, select

from storage.announcements import Announcements
from storage.artifacts import Artifacts, LocalArtifacts
from storage.chats import Preferences
from storage.database import Database
from storage.forgetting import FORGOTTEN, forget_chat
from storage.inbox import Inbox, Received
from storage.kinds import Verdict
from storage.leftovers import remove_leftovers
from storage.library import Library
from storage.models import Chat
from storage.preferences import wish
from storage.queue import Outcome, Queue
from storage.saved_queries import save_query
from storage.saving import NewLink, Origin
from storage.undoing import Undoing
from tests.aging import (
    CONTENT,
    HERE,
    NOTE,
    PLACE,
    SHARED,
    TAG,
    THERE,
    TITLE,
    WORDS,
    ages,
    expected,
    saves,
    stored,
)
from tests.fakes.receiving import rows


@pytest.fixture
def artifacts(tmp_path: Path) -> LocalArtifacts:
    return LocalArtifacts(tmp_path / "artifacts")


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
