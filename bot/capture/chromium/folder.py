"""The folder of one browser: how it is made and removed, and how those of dead processes are told from living ones."""

import fcntl
import logging
import os
import shutil
import signal
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

log = logging.getLogger(__name__)

_PREFIX = "tagshot-browser-"


@dataclass(slots=True)
class Folder:
    """A folder that is locked as long as the process that made it lives. The lock is not inherited."""

    path: Path
    _lock: int | None

    @classmethod
    def make(cls) -> Self:
        """A new folder; one that a sweep took away before it was locked is made again."""
        path = Path(tempfile.mkdtemp(prefix=_PREFIX))
        lock = _locked(path)
        return cls(path, lock) if lock is not None else cls.make()

    def group(self) -> int:
        """The process group of the browser, which its launcher wrote down. Raises ``OSError`` or ``ValueError``."""
        return _group(self.path)

    def remove(self) -> None:
        """End what is left of the browser and remove what it wrote. Doing it twice changes nothing."""
        lock, self._lock = self._lock, None
        if lock is None:
            return
        with suppress(OSError, ValueError):
            # the group may outlive its first process, whose number nobody else gets before the group has ended
            if not _command(self.group()) or _is_browser_of(self.path):
                os.killpg(self.group(), signal.SIGKILL)
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(lock)


def sweep() -> None:
    """Remove the folders, and end the browsers, of processes that were killed before they could."""
    for path in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        lock = _locked(path)
        if lock is None:
            continue
        log.info("A browser's folder was left over and is removed: %s", path)
        with suppress(OSError, ValueError):
            if _is_browser_of(path):
                os.killpg(_group(path), signal.SIGKILL)
        shutil.rmtree(path, ignore_errors=True)
        os.close(lock)


def _locked(path: Path) -> int | None:
    """A lock on the folder; None if it belongs to a living process or another user, or is gone."""
    try:
        lock = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if path.stat().st_uid == os.geteuid():
            return lock
    except OSError:
        log.debug("%s belongs to a living process", path)
    os.close(lock)
    return None


def _group(path: Path) -> int:
    return int((path / "pid").read_text())


def _is_browser_of(path: Path) -> bool:
    """Whether the noted process is still this folder's browser; another program may have got the number since."""
    return bytes(path) in _command(_group(path))


def _command(process: int) -> bytes:
    """The command line of a process; empty if it has ended, or where there is no /proc."""
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""
