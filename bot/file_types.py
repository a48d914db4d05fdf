"""The ending that a file's name gets by its media type; never one that a host chose."""

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
    "text/markdown": ".md",
    "text/plain": ".txt",
}


def ending(content_type: str) -> str:
    """The ending of a media type, with its dot; parameters do not count."""
    return _ENDINGS.get(content_type.partition(";")[0].strip().lower(), ".bin")
