"""Databases of every schema there was, as SQL: each filled by the program of its time with the same library.

``python -m tests.golden`` makes those that are missing: of the newest schema by filling it, of one that today's
program has gone beyond by upgrading the one before. Those that are there are never made again.
"""

import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

import storage
from storage.access import Access
from storage.artifacts import digest
from storage.database import Database
from storage.inbox import Inbox, Received
from storage.kinds import ArtifactKind, Verdict
from storage.library import Library
from storage.metadata import Metadata
from storage.models import Artifact, now
from storage.preferences import wish
from storage.queue import Outcome, Queue
from storage.saved_queries import save_query
from storage.saving import NewLink, Origin
from storage.undoing import Undoing
from tests.storing import MINUTE

FOLDER = Path(__file__).parent
_INSIDE = re.compile("CREATE TABLE ['\"]?(link_index_[a-z]+)")
MIGRATIONS = Path(storage.__file__).parent / "migrations"
OWNER, GROUP = 4711, -1001234567890
ADAM = "Adam 结合了动量和自适应学习率，是梯度下降的一种。".encode()
SGD = b"Plain gradient descent, with momentum if you like."
PDF = b"%PDF-1.7 of Adam"


def revisions() -> list[str]:
    """All revisions of the schema, the oldest first."""
    script = ScriptDirectory(str(MIGRATIONS))
    return [each.revision for each in script.walk_revisions()][::-1]


def dump_of(revision: str) -> Path:
    """The file of a revision."""
    return FOLDER / f"{revision}.sql"


def load(revision: str, path: Path) -> None:
    """Make a database of that revision."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(dump_of(revision).read_text(encoding="utf-8"))


def dump(path: Path, revision: str) -> None:
    """Keep a database as SQL."""
    with closing(sqlite3.connect(path)) as connection:
        dump_of(revision).write_text("\n".join([*_statements(connection), ""]), encoding="utf-8")


def _statements(connection: sqlite3.Connection) -> Iterator[str]:
    """What makes the database again. The index is made by its own statement, then given the insides that it had."""
    for statement in connection.iterdump():
        if statement.startswith("INSERT INTO sqlite_master"):
            [[index]] = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'link_index'")
            yield f"{index};"
        elif found := _INSIDE.match(statement):
            yield f"DELETE FROM {found[1]};"  # noqa: S608 - a name of ours
        elif "writable_schema" not in statement and not statement.startswith('INSERT INTO "link_index" '):
            yield statement


@contextmanager
def empty_folder() -> Iterator[Path]:
    """A folder for a while."""
    folder = Path(tempfile.mkdtemp())
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


async def make(revision: str) -> None:
    """Make the dump of a revision."""
    before = revisions()[: revisions().index(revision)]
    with empty_folder() as folder:
        path = folder / "tagshot.db"
        database = Database(f"sqlite:///{path}")
        if revision == revisions()[-1]:
            await database.migrate()
            await fill(database)
        else:
            load(before[-1], path)
            await upgrade(database, revision)
        await database.close()
        dump(path, revision)


async def upgrade(database: Database, revision: str) -> None:
    """Bring a database to a revision that is not the newest."""

    def on(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)

    async with database.write() as session:
        await (await session.connection()).run_sync(on)


async def fill(database: Database) -> None:
    """Links in every state, in two libraries, with all that the program keeps beside them."""
    await Access(database).claim(OWNER)
    await Access(database).allow(GROUP)
    await Inbox(database).put(
        [Received(1, OWNER, '{"update_id": 1}'), Received(2, GROUP, '{"update_id": 2}')]
    )
    await Inbox(database).set_handled(1)
    done = [(ArtifactKind.TEXT, ADAM), (ArtifactKind.PDF, PDF)]
    await end(database, OWNER, "adam", ("optimizer", "深度学习"), done, title="Adam：一种优化器")
    await end(database, OWNER, "sgd", ("optimizer",), [(ArtifactKind.TEXT, SGD)], title="SGD")
    await end(
        database, OWNER, "lost", ("optimizer",), [], error="example.org has no page at this address (404)."
    )
    await save(database, OWNER, "waiting", ("later",))
    await save(database, GROUP, "adam", ("Optimizer",))
    await stumble(database)
    [running] = await save(database, OWNER, "running", ())
    await Queue(database).claim("golden/1/word", lease=MINUTE, only=[running])
    await wish(database, OWNER, language="zh", quiet_from=23 * 60, quiet_until=7 * 60)
    await save_query(database, OWNER, "optimizer -later")
    await save(database, OWNER, "deleted", ("optimizer",))
    deleted = await Library(database, OWNER).find("example.org/deleted")
    await Undoing(database, OWNER).delete_link((deleted and deleted.id) or 0)


async def save(database: Database, chat_id: int, name: str, tags: Sequence[str]) -> list[int]:
    """Save a link; the ids of its snapshots."""
    new = NewLink(f"https://example.org/{name}", f"example.org/{name}", tuple(tags))
    saved = await Library(database, chat_id).add([new], Origin(7))
    return [each.snapshot_id or 0 for each in saved]


async def end(
    database: Database,
    chat_id: int,
    name: str,
    tags: Sequence[str],
    files: Sequence[tuple[ArtifactKind, bytes]],
    *,
    title: str | None = None,
    error: str | None = None,
) -> None:
    """Save a link and end its snapshot, with files or an error."""
    snapshots = await save(database, chat_id, name, tags)
    claim = await Queue(database).claim("golden/1/word", lease=MINUTE, only=snapshots)
    assert claim is not None
    artifacts = [
        Artifact(
            snapshot_id=claim.snapshot_id,
            kind=kind,
            sha256=digest(content),
            size_bytes=len(content),
            content_type="text/markdown",
        )
        for kind, content in files
    ]
    texts = [content.decode() for kind, content in files if kind is ArtifactKind.TEXT]
    outcome = Outcome(
        Verdict.NOT_FOUND if error else Verdict.OK,
        final_url=f"https://example.org/{name}",
        http_status=404 if error else 200,
        metadata=Metadata(title=title),
        error=error,
        artifacts=artifacts,
        text="".join(texts),
    )
    assert await Queue(database).finish(claim, outcome)


async def stumble(database: Database) -> None:
    """Save a link whose first try failed, and which waits for the next."""
    snapshots = await save(database, OWNER, "stumbled", ("later",))
    claim = await Queue(database).claim("golden/1/word", lease=MINUTE, only=snapshots)
    assert claim is not None
    outcome = Outcome(Verdict.UNREACHABLE, error="example.org did not answer.")
    assert await Queue(database).retry(claim, outcome, run_after=now())
