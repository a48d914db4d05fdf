"""How the files of a snapshot are named and listed, wherever that is."""

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Any

from storage.kinds import ArtifactKind

Record = dict[str, Any]

# Types that are read, looked at, listened to or unpacked; nothing that a tap would run.
_ENDINGS = {
    "application/epub+zip": ".epub",
    "application/gzip": ".gz",
    "application/json": ".json",
    "application/msword": ".doc",
    "application/pdf": ".pdf",
    "application/rtf": ".rtf",
    "application/vnd.apple.mpegurl": ".m3u8",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.ms-powerpoint": ".ppt",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/x-7z-compressed": ".7z",
    "application/x-tar": ".tar",
    "application/xml": ".xml",
    "application/zip": ".zip",
    "audio/flac": ".flac",
    "audio/mp4": ".m4a",
    "audio/mpeg": ".mp3",
    "audio/ogg": ".ogg",
    "audio/wav": ".wav",
    "image/avif": ".avif",
    "image/bmp": ".bmp",
    "image/gif": ".gif",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/svg+xml": ".svg",
    "image/tiff": ".tif",
    "image/vnd.microsoft.icon": ".ico",
    "image/webp": ".webp",
    "image/x-icon": ".ico",
    "text/css": ".css",
    "text/csv": ".csv",
    "text/html": ".html",
    "text/markdown": ".md",
    "text/plain": ".txt",
    "text/xml": ".xml",
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
    "video/webm": ".webm",
    "video/x-matroska": ".mkv",
}
_KNOWN = frozenset(_ENDINGS.values())
UNKNOWN = ".bin"


def ending(content_type: str, foreign_name: str | None = None) -> str:
    """The ending of a file's name, with its dot, by media type; parameters do not count.

    Where the type says nothing, the ending that the host gave the file counts if it is a harmless one.
    """
    named = PurePosixPath(foreign_name or "").suffix.lower()
    by_name = named if named in _KNOWN else UNKNOWN
    return _ENDINGS.get(content_type.partition(";")[0].strip().lower(), by_name)


def by_kind(files: Iterable[tuple[ArtifactKind, Record]]) -> dict[str, Record]:
    """Records of files by the name of their kind; the first of several has all of them under ``parts``."""
    found: dict[ArtifactKind, list[Record]] = {}
    for kind, record in files:
        found.setdefault(kind, []).append(record)
    return {
        kind.value: {**first, "parts": [first, *more]} if more else first
        for kind, (first, *more) in found.items()
    }
