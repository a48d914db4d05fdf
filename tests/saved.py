"""What the tests of replies share: a link, its snapshot and its files, as the library gives them."""

from collections.abc import Sequence
from datetime import UTC, datetime

from storage.kinds import ArtifactKind, SnapshotStatus
from storage.models import Artifact, Link, Snapshot, Tag
from tests.talking import FILES

NOON = datetime(2026, 5, 3, 12, tzinfo=UTC)
LARGE = 2**31 - 1


def link(
    title: str | None = "Adam", tags: Sequence[str] = (), url: str = "https://www.example.org/adam"
) -> Link:
    return Link(
        id=LARGE,
        chat_id=1,
        url=url,
        url_key=url,
        title=title,
        created_at=NOON,
        tags=[Tag(id=n, chat_id=1, key=name, name=name) for n, name in enumerate(tags)],
        snapshots=[],
    )


def snapshot(of: Link, status: SnapshotStatus = SnapshotStatus.DONE, error: str | None = None) -> Snapshot:
    kinds = FILES if status == SnapshotStatus.DONE else {}
    taken = Snapshot(id=LARGE, link_id=LARGE, status=status, error=error, captured_at=NOON, attempts=1)
    taken.artifacts = [
        Artifact(id=1, snapshot_id=LARGE, kind=kind, sha256="0" * 64, size_bytes=1, content_type=type_)
        for kind, type_ in kinds.items()
    ]
    taken.link = of
    return taken


def original(content_type: str, name: str | None, size_bytes: int) -> Artifact:
    return Artifact(
        snapshot_id=LARGE,
        kind=ArtifactKind.ORIGINAL,
        sha256="",
        size_bytes=size_bytes,
        content_type=content_type,
        name=name,
    )
