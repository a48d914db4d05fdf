"""How the files of a snapshot are named and listed, wherever that is."""

from collections.abc import Iterable
from typing import Any

from storage.models import ArtifactKind

Record = dict[str, Any]

_ENDINGS = {
    "application/json": ".json",
    "application/pdf": ".pdf",
    "application/xml": ".xml",
    "application/zip": ".zip",
    "image/gif": ".gif",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/svg+xml": ".svg",
    "image/webp": ".webp",
    "text/html": ".html",
    "text/markdown": ".md",
    "text/plain": ".txt",
}


def ending(content_type: str) -> str:
    """The ending of a name by media type, with its dot, never one that a host chose; parameters do not count."""
    return _ENDINGS.get(content_type.partition(";")[0].strip().lower(), ".bin")


def by_kind(files: Iterable[tuple[ArtifactKind, Record]]) -> dict[str, Record]:
    """Records of files by the name of their kind; the first of several has all of them under ``parts``."""
    found: dict[ArtifactKind, list[Record]] = {}
    for kind, record in files:
        found.setdefault(kind, []).append(record)
    return {
        kind.value: {**first, "parts": [first, *more]} if more else first
        for kind, (first, *more) in found.items()
    }
