"""What the tests of forgetting share: links that are captured with files, and stored files as old as yesterday."""

import os
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from sqlmodel import select

from storage.artifacts import Artifacts, digest
from storage.chats import LooseFile
from storage.database import Database
from storage.kinds import ArtifactKind, Verdict
from storage.library import Library
from storage.metadata import Metadata
from storage.models import Artifact
from storage.queue import Outcome, Queue
from storage.saving import NewLink, Origin

HERE, THERE = 11, 12
WORDS = ("Zwiebelkanarie", "zimtkanarie", "kaneelkanarie", "canelacanario", "橙皮金丝雀")
TITLE, TAG, NOTE, PLACE, TEXT = WORDS
CONTENT, SHARED = b"hers alone", b"of both"


async def saves(
    database: Database, artifacts: Artifacts, chat_id: int, name: str, contents: Sequence[bytes]
) -> int:
    """Save a link that is captured with these files; its id."""
    new = NewLink(f"https://example.org/{name}", f"example.org/{name}", (TAG,), note=NOTE)
    [saved] = await Library(database, chat_id).add([new], Origin(7))
    queue = Queue(database)
    claim = await queue.claim("test", lease=timedelta(minutes=1))
    assert claim is not None
    await queue.expect_files(map(digest, contents))
    files = [
        Artifact(
            snapshot_id=claim.snapshot_id,
            kind=ArtifactKind.SLICES,
            position=position,
            sha256=await artifacts.put(content),
            size_bytes=1,
            content_type="image/jpeg",
        )
        for position, content in enumerate(contents)
    ]
    outcome = Outcome(
        Verdict.OK,
        metadata=Metadata(title=TITLE),
        artifacts=files,
        further_keys=[f"{PLACE}.org/{name}"],
        text=TEXT,
    )
    await queue.finish(claim, outcome)
    return saved.link.id or 0


async def expected(database: Database, artifacts: Artifacts, content: bytes) -> str:
    """Store a file as a capture does that then dies."""
    await Queue(database).expect_files([digest(content)])
    return await artifacts.put(content)


def age(folder: Path) -> None:
    """Make all stored files as old as yesterday."""
    yesterday = time.time() - 86400
    for path in (folder / "artifacts").rglob("??/*"):
        os.utime(path, (yesterday, yesterday))


async def ages(database: Database, folder: Path) -> None:
    """Make all stored files, and what is noted of them, as old as yesterday."""
    age(folder)
    async with database.write() as session:
        for noted in (await session.exec(select(LooseFile))).all():
            noted.noted_at -= timedelta(days=1)


def stored(folder: Path) -> set[bytes]:
    return {path.read_bytes() for path in (folder / "artifacts").rglob("??/*")}
