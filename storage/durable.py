"""Files that are whole or absent, whenever the power is cut; ``sync`` of their folder makes sure of their names."""

import fcntl
import os
import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
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


def renewed(path: Path, root: Path) -> bool:
    """Make a file young again, so that nobody removes it before there is a row for it. False: there is none."""
    with suppress(FileNotFoundError), _held(root, fcntl.LOCK_SH):
        os.utime(path)
        return True
    return False


def older(folder: Path, than: datetime) -> Sequence[str]:
    """The names of the files in a folder that nobody has written or renewed since then."""
    with os.scandir(folder) as found:
        return [each.name for each in found if each.is_file() and each.stat().st_mtime < than.timestamp()]


def remove_older(paths: Collection[Path], than: datetime, root: Path) -> list[Path]:
    """Remove these files below ``root``, and give those that somebody has written or renewed since then."""
    younger = []
    for path in paths:
        # Between the look at its age and its end nobody may find the file and count on it.
        with suppress(FileNotFoundError), _held(root, fcntl.LOCK_EX):
            if path.stat().st_mtime < than.timestamp():
                path.unlink()
            else:
                younger.append(path)
    return younger


@contextmanager
def _held(root: Path, how: int) -> Iterator[None]:
    """Keep those who renew files and those who remove them apart, in all processes; a crash lets go."""
    handle = os.open(root, os.O_RDONLY)
    try:
        fcntl.flock(handle, how)
        yield
    finally:
        os.close(handle)
