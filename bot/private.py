"""Whether what is kept is for us alone. What Tagshot makes itself is; a folder that was there before may not be."""

from pathlib import Path

OTHERS = 0o077


def opened_to_others(folder: Path) -> str | None:
    """What to say about a data folder that others on this machine may look into; None when they may not."""
    try:
        is_open = bool(folder.stat().st_mode & OTHERS)
    except OSError:
        return None
    return f"Others on this machine may look into {folder}." if is_open else None


def how_to_close(folder: Path) -> str:
    """What to type against it."""
    return f"Type: chmod -R go= {folder}"
