"""Files that are whole or absent, whenever the power is cut; ``sync`` of their folder makes sure of their names."""

import os
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

UNFINISHED = ".unfinished"
UNFINISHED_SECONDS = 3600


def write_whole(path: Path, content: bytes, unfinished: Path) -> None:
    """Write a file, replacing what has its name: unfinished in the folder ``unfinished``, fsync, rename."""
    fill_whole(path, lambda file: file.write(content), unfinished)


def fill_whole(path: Path, fill: Callable[[BinaryIO], object], unfinished: Path) -> None:
    """The same with a file that ``fill`` writes."""
    make_folder(path.parent)
    make_folder(unfinished)
    handle, temporary = tempfile.mkstemp(dir=unfinished)
    try:
        with os.fdopen(handle, "wb") as file:
            fill(file)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).rename(path)
    except BaseException:
        with suppress(FileNotFoundError):
            Path(temporary).unlink()
        raise


def forget_unfinished(folder: Path) -> None:
    """Remove what killed processes have left; the younger ones another process may still be writing."""
    with suppress(OSError):
        for path in folder.iterdir():
            if time.time() - path.stat().st_mtime > UNFINISHED_SECONDS:
                path.unlink()


def make_folder(folder: Path) -> None:
    """Make a folder so that its own name is on disk too."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    sync(folder.parent)


def sync(folder: Path) -> None:
    """Have the names in a folder on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
