"""The schema that the migrations make is the one that the models describe, and values are stored as they are meant."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, text
from sqlalchemy.exc import StatementError
from sqlmodel import SQLModel

import storage
import storage.chats
import storage.derived
from storage import schemas
from storage.columns import clean
from storage.copies import upgrade_copies
from storage.database import Database
from storage.derived import TRIGGERS
from storage.errors import StorageError
from storage.kinds import SnapshotStatus
from storage.models import Chat, Link
from storage.upgrading import triggers_of
from tests.storing import another, queued, snapshot

MIGRATIONS = Path(storage.__file__).parent / "migrations"

NEWER = r"'9999' of a newer Tagshot than this one\. Nothing was changed\."


@asynccontextmanager
async def _empty(folder: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite:///{folder / 'empty.db'}")
    yield database
    await database.close()


async def _rows(database: Database, statement: str) -> Sequence[Sequence[object]]:
    async with database.read() as session:
        return (await (await session.connection()).exec_driver_sql(statement)).all()


async def _alembic(database: Database, run: str, *arguments: str) -> None:
    """Run one of alembic's own commands on the database."""

    def on(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        getattr(command, run)(config, *arguments)

    async with database.write() as session:
        await (await session.connection()).run_sync(on)


async def test_alembic_finds_no_difference_between_models_and_migrations(database: Database) -> None:
    await _alembic(database, "check")


async def test_the_migrated_schema_is_the_one_that_the_models_would_make(
    database: Database, tmp_path: Path
) -> None:
    schema = (
        "SELECT m.type, m.tbl_name, m.name, c.name, lower(c.type), c.[notnull], c.pk, i.name, x.sql"
        " FROM sqlite_master m LEFT JOIN pragma_table_xinfo(m.name) c LEFT JOIN pragma_index_info(m.name) i"
        " LEFT JOIN sqlite_master x ON x.name = m.name AND m.type IN ('index', 'trigger')"
        " WHERE m.tbl_name <> 'alembic_version' AND m.tbl_name NOT LIKE 'link_index%'"
        " ORDER BY m.type, m.name, c.cid, i.seqno"
    )
    keys = (
        "SELECT m.name, k.[from], k.[table], k.[to], k.on_delete FROM sqlite_master m"
        " JOIN pragma_foreign_key_list(m.name) k ORDER BY m.name, k.[from]"
    )
    async with _empty(tmp_path) as fresh:
        async with fresh.write() as session:
            await (await session.connection()).run_sync(SQLModel.metadata.create_all)
        assert await _rows(fresh, schema) == await _rows(database, schema)
        assert await _rows(fresh, keys) == await _rows(database, keys)


async def test_migrating_again_changes_nothing(database: Database) -> None:
    saved = await queued(database)
    before = await _rows(database, "SELECT type, name, sql FROM sqlite_master ORDER BY name")
    await database.migrate()
    assert await _rows(database, "SELECT type, name, sql FROM sqlite_master ORDER BY name") == before
    assert (await snapshot(database, saved)).status == SnapshotStatus.QUEUED


async def test_a_database_at_the_newest_schema_is_opened_while_others_write(
    database: Database, tmp_path: Path
) -> None:
    async with database.write() as session:
        session.add(Chat(id=1))
        await session.flush()
        async with another(tmp_path) as second, asyncio.timeout(10):
            await second.migrate()


async def test_processes_that_start_together_migrate_once(tmp_path: Path) -> None:
    databases = [Database(f"sqlite:///{tmp_path / 'tagshot.db'}") for _ in range(4)]
    await asyncio.gather(*(database.migrate() for database in databases))
    assert await _rows(databases[0], "SELECT count(*) FROM alembic_version") == [(1,)]
    await asyncio.gather(*(database.close() for database in databases))


async def test_a_database_knows_whether_it_is_at_the_newest_schema(tmp_path: Path) -> None:
    async with _empty(tmp_path) as database:
        assert not await database.is_current()
        await database.migrate()
        assert await database.is_current()


async def test_the_migrations_can_be_taken_back(database: Database) -> None:
    await _alembic(database, "downgrade", "base")
    assert await _rows(database, "SELECT name FROM sqlite_master WHERE name <> 'alembic_version'") == [
        ("sqlite_autoindex_alembic_version_1",)
    ]
    await database.migrate()
    assert await database.is_current()


async def test_a_database_of_a_newer_release_is_refused_with_a_sentence(database: Database) -> None:
    async with database.write() as session:
        await (await session.connection()).execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StorageError, match=NEWER):
        await database.is_current()
    before = await _rows(database, "SELECT type, name, sql FROM sqlite_master ORDER BY name")
    with pytest.raises(StorageError, match=NEWER):
        await database.migrate()
    assert await _rows(database, "SELECT type, name, sql FROM sqlite_master ORDER BY name") == before
    assert await _rows(database, "SELECT * FROM alembic_version") == [("9999",)]


async def test_a_migration_that_changes_a_table_keeps_what_refers_to_it(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alembic drops and makes the table anew; with foreign keys on, the snapshots would go with their links."""

    def change(config: Config, _revision: str) -> None:
        connection: Connection = config.attributes["connection"]
        for statement in (
            "CREATE TABLE changed AS SELECT * FROM link",
            "DROP TABLE link",
            "ALTER TABLE changed RENAME TO link",
        ):
            connection.exec_driver_sql(statement)

    saved = await queued(database)
    monkeypatch.setattr(command, "upgrade", change)
    async with another(tmp_path) as second:
        await second.migrate()
        assert (await snapshot(second, saved)).id == saved
        assert await _rows(second, "PRAGMA foreign_keys") == [(1,)]


async def test_a_migration_that_fails_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(config: Config, _revision: str) -> None:
        config.attributes["connection"].exec_driver_sql("CREATE TABLE half (done)")
        raise ZeroDivisionError

    async with _empty(tmp_path) as database:
        monkeypatch.setattr(command, "upgrade", fail)
        with pytest.raises(ZeroDivisionError):
            await database.migrate()
        assert await _rows(database, "SELECT name FROM sqlite_master") == []
        assert await _rows(database, "PRAGMA foreign_keys") == [(1,)]


FAILS_AT_ITS_END = """
from alembic import op
revision, down_revision, branch_labels, depends_on = "9998", "{head}", None, None
def upgrade():
    op.execute("ALTER TABLE link ADD COLUMN half VARCHAR")
    op.execute("UPDATE link SET title = 'changed'")
    op.execute("DROP TABLE undo")
    raise ZeroDivisionError
"""


@pytest.fixture
def another_migration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Adds a migration behind the newest."""
    folder = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))

    def add(source: str) -> None:
        [head] = ScriptDirectory(str(MIGRATIONS)).get_heads()
        (folder / "versions" / "9998_newer.py").write_text(source.replace("{head}", head))
        monkeypatch.setattr(schemas, "files", lambda _: tmp_path)

    return add


async def test_a_migration_that_fails_at_its_end_leaves_the_old_schema_with_all_it_held(
    database: Database, another_migration: Callable[[str], None]
) -> None:
    saved = await queued(database)
    schema = "SELECT type, name, sql FROM sqlite_master ORDER BY name"
    before = [await _rows(database, schema), await _rows(database, "SELECT * FROM link")]
    another_migration(FAILS_AT_ITS_END)
    with pytest.raises(ZeroDivisionError):
        await database.migrate()
    assert [await _rows(database, schema), await _rows(database, "SELECT * FROM link")] == before
    assert (await snapshot(database, saved)).status == SnapshotStatus.QUEUED


def test_the_triggers_of_each_schema_are_known_so_that_its_backups_can_be_restored(
    another_migration: Callable[[str], None],
) -> None:
    [head] = ScriptDirectory(str(MIGRATIONS)).get_heads()
    drops = 'op.execute("DROP TRIGGER link_tag_added")'
    another_migration(FAILS_AT_ITS_END.replace("raise ZeroDivisionError", drops))
    ours = set(TRIGGERS.items())
    assert triggers_of("0011") == set()
    assert triggers_of(head) == ours
    assert triggers_of("9998") == {each for each in ours if each[0] != "link_tag_added"}


async def test_before_an_upgrade_the_database_is_copied_as_it_was(
    database: Database, another_migration: Callable[[str], None], tmp_path: Path
) -> None:
    await queued(database)
    assert not (tmp_path / "backups").exists(), "there was nothing to upgrade"
    old = tmp_path / "backups"
    old.mkdir()
    for day in range(1, 6):
        (old / f"tagshot-0001-before-upgrade-2024010{day}T000000Z.db").touch()
    [before] = await _rows(database, "SELECT version_num FROM alembic_version")
    another_migration(FAILS_AT_ITS_END.replace("    raise ZeroDivisionError", ""))
    await database.migrate()
    assert await _rows(database, "SELECT title FROM link") == [("changed",)]
    newest, *older = upgrade_copies(tmp_path / "tagshot.db")
    assert [path.stem[-16:-8] for path in older] == ["20240105", "20240104"]
    copy = Database(f"sqlite:///{newest}")
    assert await _rows(copy, "SELECT version_num FROM alembic_version") == [before]
    assert await _rows(copy, "SELECT title FROM link") == [(None,)]
    await copy.close()


def test_migrations_are_known_by_the_names_of_their_files() -> None:
    script = ScriptDirectory(str(MIGRATIONS))
    assert schemas.revisions() == {each.revision for each in script.walk_revisions()}
    assert [max(schemas.revisions())] == script.get_heads()


async def test_words_are_stored_as_their_values(database: Database) -> None:
    await queued(database)
    assert await _rows(database, "SELECT DISTINCT status FROM snapshot") == [("queued",)]


async def test_times_are_stored_in_utc_and_come_back_aware(database: Database) -> None:
    at = datetime(2024, 7, 1, 12, 30, 15, 999_999, tzinfo=timezone(timedelta(hours=8)))
    async with database.write() as session:
        session.add(Chat(id=1, allowed_at=at))
    assert await _rows(database, "SELECT allowed_at FROM chat") == [("2024-07-01 04:30:15.999999",)]
    async with database.read() as session:
        read = (await session.get_one(Chat, 1)).allowed_at
    assert read == at
    assert read.tzinfo is UTC


async def test_a_time_without_a_zone_is_refused_as_the_mistake_that_it_is(database: Database) -> None:
    with pytest.raises(StatementError, match="naive datetime"):
        async with database.write() as session:
            session.add(Chat(id=1, allowed_at=datetime(2024, 7, 1)))  # noqa: DTZ001 - that is the mistake


@pytest.mark.parametrize("title", ["NUL \x00 in it", "half \ud83d a smile", "\udc00\ud800\x00"])
async def test_no_text_is_refused(database: Database, title: str) -> None:
    async with database.write() as session:
        session.add(Link(chat_id=1, url="https://example.org/", url_key="example.org", title=title))
    [[stored]] = await _rows(database, "SELECT title FROM link")
    assert stored == clean(title)
    assert len(str(stored)) == len(title)
    assert "\N{REPLACEMENT CHARACTER}" in str(stored)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")))
def test_text_that_can_be_stored_is_stored_as_it_is(words: str) -> None:
    assert clean(words) == words
