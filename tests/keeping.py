"""What the tests of backups share: a library with pages of all kinds in it, and what it answers."""

import contextlib
import hashlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.conversation.query import Bare, read
from storage.artifacts import Artifacts, open_artifacts
from storage.backup.making import Made, back_up
from storage.backup.objects import Objects
from storage.backup.restoring import restore
from storage.backup.vault import FolderVault, ObjectVault, Vault
from storage.database import Database
from storage.kinds import ArtifactKind, Verdict
from storage.library import Library
from storage.metadata import Metadata
from storage.models import Artifact, now
from storage.query import Query
from storage.queue import Outcome, Queue
from storage.saving import NewLink, Origin
from tests.storing import MINUTE

CHAT = 4711
QUERIES = (
    "optimizer",
    "深度学习",
    "optimizer -深度学习",
    "梯度下降",
    "momentum | 学习率",
    "site:example.org",
    "is:failed",
)


@dataclass(frozen=True, slots=True)
class Shelf:
    """A library with its files."""

    database: Database
    artifacts: Artifacts
    folder: Path

    async def keep(self, name: str, *tags: str, text: str, verdict: Verdict = Verdict.OK) -> None:
        """Save a link and end its snapshot, with files if it was kept."""
        new = NewLink(f"https://example.org/{name}", f"example.org/{name}", tags, note=f"about {name}")
        [saved] = await Library(self.database, CHAT).add([new], Origin(7))
        queue = Queue(self.database)
        claim = await queue.claim("worker", lease=MINUTE, only=[saved.snapshot_id or 0])
        assert claim is not None
        files = [
            Artifact(
                snapshot_id=claim.snapshot_id,
                kind=kind,
                sha256=await self.artifacts.put(content),
                size_bytes=len(content),
                content_type="application/octet-stream",
            )
            for kind, content in (
                (ArtifactKind.TEXT, text.encode()),
                (ArtifactKind.PDF, f"%PDF {text}".encode()),
            )
            if verdict.is_done
        ]
        outcome = Outcome(
            verdict,
            metadata=Metadata(title=f"Title of {name}", language="zh"),
            error=None if verdict.is_done else "It is gone.",
            artifacts=files,
            text=text,
        )
        assert await queue.finish(claim, outcome)

    async def hashes(self) -> Sequence[str]:
        """The names of all files, as listed."""
        return sorted(await stored(self.artifacts))


async def stored(artifacts: Artifacts) -> list[str]:
    """The names of all files that are there."""
    return [sha256 async for some in artifacts.put_before(now() + MINUTE) for sha256 in some]


async def fill(shelf: Shelf) -> None:
    """Links with tags and texts in two scripts, one of them failed."""
    await shelf.keep(
        "adam", "optimizer", "深度学习", text="Adam combines momentum with 学习率 of its own. 梯度下降"
    )
    await shelf.keep("sgd", "optimizer", text="Plain 梯度下降, with momentum if you like.")
    await shelf.keep("gone", "optimizer", text="", verdict=Verdict.GONE)
    await shelf.keep("untagged", text="Nothing about that.")


async def answers(database: Database, artifacts: Artifacts) -> list[object]:
    """What the library answers: to each query the addresses with titles, notes and tags, and what the files hold."""
    library = Library(database, CHAT)
    given: list[object] = []
    for asked in QUERIES:
        for bare in Bare:
            query = read(asked, bare)
            assert isinstance(query, Query)
            page = await library.search(query)
            given.append(
                [
                    (each.url, each.title, each.note, sorted(tag.name for tag in each.tags))
                    for each in page.links
                ]
            )
    given.append([(tag.name, tag.links) for tag in await library.tags()])
    for link in (await library.recent()).links:
        snapshot = await library.newest_snapshot(link.id or 0)
        assert snapshot is not None
        kept = [(each.kind, await artifacts.whole(each.sha256)) for each in snapshot.artifacts]
        given.append((snapshot.status, snapshot.verdict, snapshot.error, kept))
    return given


def damage(path: Path) -> None:
    """Change one bit in the middle of a file, as an old disk does."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))


def tree(folder: Path) -> dict[str, str]:
    """All files of a folder by name, with hashes of what they hold."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def opened_shelf(database: Database, folder: Path) -> Shelf:
    """A shelf with its files in a folder beside the database."""
    return Shelf(database, open_artifacts(str(folder / "artifacts")), folder)


async def made(shelf: Shelf, vault: Vault) -> Made:
    return await back_up(shelf.database, shelf.artifacts, vault, version="1")


@contextlib.asynccontextmanager
async def restored(vault: Vault, folder: Path, at: str | None = None) -> AsyncIterator[Shelf]:
    """A backup brought back into a folder that there is not yet, and opened as a bot would."""
    await restore(vault, folder / "tagshot.db", str(folder / "artifacts"), at=at)
    database = Database(f"sqlite:///{folder / 'tagshot.db'}")
    await database.migrate()
    try:
        yield opened_shelf(database, folder)
    finally:
        await database.close()


async def filled_shelf(database: Database, folder: Path) -> Shelf:
    """A shelf with pages of all kinds."""
    shelf = opened_shelf(database, folder)
    await fill(shelf)
    return shelf


def new_vault(kind: str, folder: Path) -> Vault:
    """An empty vault, of the kind that is a folder or of the kind that is object storage."""
    return FolderVault(folder / "vault") if kind == "folder" else ObjectVault(Objects("memory:///"))
