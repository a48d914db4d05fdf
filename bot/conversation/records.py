"""Rows as plain values for JSON: what ``--json`` prints."""

from collections.abc import Callable, Sequence
from pathlib import Path

from bot.file_types import Record, by_kind
from storage.library import TagCount
from storage.models import Artifact, Link, Snapshot

PathOf = Callable[[str], Path | None]


def link_record(link: Link, snapshot: Snapshot | None, path_of: PathOf) -> Record:
    """A link with its tags and one of its snapshots."""
    return {
        "id": link.id,
        "url": link.url,
        "title": link.title,
        "tags": [tag.name for tag in link.tags],
        "saved_at": link.created_at.isoformat(),
        "snapshot": snapshot_record(snapshot, path_of) if snapshot else None,
    }


def snapshot_record(snapshot: Snapshot, path_of: PathOf) -> Record:
    """A snapshot with its files."""
    return {
        "id": snapshot.id,
        "status": snapshot.status.value,
        "verdict": snapshot.verdict.value if snapshot.verdict else None,
        "final_url": snapshot.final_url,
        "http_status": snapshot.http_status,
        "captured_at": snapshot.captured_at.isoformat() if snapshot.captured_at else None,
        "error": snapshot.error,
        "problems": snapshot.problems.splitlines(),
        "metadata": snapshot.described().record(),
        "artifacts": by_kind((each.kind, _artifact_record(each, path_of)) for each in snapshot.artifacts),
    }


def tag_records(counts: Sequence[TagCount]) -> list[Record]:
    """Tags with how many links have each."""
    return [{"name": count.name, "links": count.links} for count in counts]


def _artifact_record(artifact: Artifact, path_of: PathOf) -> Record:
    path = path_of(artifact.sha256)
    return {
        "path": str(path) if path else None,
        "size_bytes": artifact.size_bytes,
        "sha256": artifact.sha256,
        "content_type": artifact.content_type,
    } | ({"pages": artifact.pages} if artifact.pages else {})
