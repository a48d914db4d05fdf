"""A database of any schema that there was is upgraded with all it holds, and answers as the newest does."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.conversation.query import Bare, read
from bot.work.indexing import index_missing
from storage.access import Access
from storage.announcements import Announcements
from storage.artifacts import open_artifacts
from storage.copies import upgrade_copies
from storage.database import Database
from storage.inbox import Inbox
from storage.integrity import findings
from storage.library import Library
from storage.query import Query
from storage.queue import Queue
from tests.golden import ADAM, GROUP, OWNER, PDF, SGD, dump_of, load, revisions

FOUND = {
    "optimizer": ["lost", "sgd", "adam"],
    "optimizer 深度学习": ["adam"],
    "later": ["stumbled", "waiting"],
    "is:failed": ["lost"],
    "is:untagged": ["running"],
    "site:example.org -optimizer -later": ["running"],
}
SAID = {"梯度下降": ["adam"], "gradient momentum": ["sgd"], "一种优化器": ["adam"]}
STATES = {
    "adam": ("done", "ok", "Adam：一种优化器", [("text", ADAM), ("pdf", PDF)], None, 1),
    "sgd": ("done", "ok", "SGD", [("text", SGD)], None, 1),
    "lost": ("failed", "not-found", None, [], "example.org has no page at this address (404).", 1),
    "waiting": ("queued", None, None, [], None, 0),
    "running": ("running", None, None, [], None, 1),
    "stumbled": ("queued", "unreachable", None, [], "example.org did not answer.", 1),
}


def schema(path: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()


def test_there_is_a_database_of_every_schema() -> None:
    missing = [each for each in revisions() if not dump_of(each).exists()]
    assert missing == [], "type: .venv/bin/python -m tests.golden"


@pytest.mark.parametrize("revision", [each for each in revisions() if dump_of(each).exists()])
async def test_it_answers_as_before_once_it_is_upgraded(
    revision: str, tmp_path: Path, migrated: Path
) -> None:
    path, artifacts = tmp_path / "tagshot.db", open_artifacts("memory:///")
    for content in (ADAM, SGD, PDF):
        await artifacts.put(content)
    load(revision, path)
    database = Database(f"sqlite:///{path}")
    await database.migrate()
    assert await database.is_current()
    while await index_missing(database, artifacts):
        pass

    library = Library(database, OWNER)
    for asked, names in FOUND.items():
        assert await _found(library, asked, Bare.TAG) == names, asked
    for asked, names in SAID.items():
        assert await _found(library, asked, Bare.TEXT) == names, asked
    assert [(tag.name, tag.links) for tag in await library.tags()] == [
        ("optimizer", 3),
        ("later", 2),
        ("深度学习", 1),
    ]
    for name, state in STATES.items():
        link = await library.find(f"example.org/{name}")
        assert link is not None
        kept = await library.newest_snapshot(link.id or 0)
        assert kept is not None
        files = [(each.kind, await artifacts.whole(each.sha256)) for each in kept.artifacts]
        assert (kept.status, kept.verdict, link.title, files, kept.error, kept.attempts) == state
    assert await library.find("example.org/deleted") is None
    assert await _found(Library(database, GROUP), "optimizer", Bare.TAG) == ["adam"]

    assert [(chat.id, chat.is_owner) for chat in await Access(database).chats()] == [
        (OWNER, True),
        (GROUP, False),
    ]
    assert await Inbox(database).waiting_chats() == [GROUP]
    assert len(await Announcements(database).due(local=False)) == 4
    assert await Queue(database).is_due()
    await database.close()
    assert findings(path) == []
    assert schema(path) == schema(migrated)
    assert len(upgrade_copies(path)) == (revision != revisions()[-1])


async def _found(library: Library, asked: str, bare: Bare) -> list[str]:
    query = read(asked, bare)
    assert isinstance(query, Query)
    return [link.url.rpartition("/")[2] for link in (await library.search(query)).links]
