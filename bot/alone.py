"""One bot in one data folder: a lock that is held while the process lives, and ends with it however it ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bot.errors import AlreadyRunning, SettingsError
from bot.wording import DEFAULT, Words, known_language

LOCK_FILE = "tagshot.lock"


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Be the only bot in this data folder until the block ends; the folder is made if it is missing.

    The lock is the process's own: neither a browser nor anything else that it starts keeps it. Raises
    ``AlreadyRunning``, or ``SettingsError`` when the folder can't be used.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(folder / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise SettingsError(f"DATA_DIR can't be used: {error}.") from error
    try:
        _lock(descriptor, folder)
        with suppress(OSError):  # a full disk only keeps others from reading who we are
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)


def bot_on(folder: Path) -> str | None:
    """The process of the bot that is running on this data folder, if there is one.

    Not for that bot itself: its lock would end when this closes the file.
    """
    with suppress(FileNotFoundError):
        descriptor = os.open(folder / LOCK_FILE, os.O_RDONLY)
        try:
            os.lockf(descriptor, os.F_TEST, 0)
        except (BlockingIOError, PermissionError):
            return _process(descriptor)
        finally:
            os.close(descriptor)
    return None


def refuse_beside_a_bot(folder: Path, language: str | None) -> None:
    """Raise ``AlreadyRunning``, for a person of that language, while a bot is running on this data folder."""
    if process := bot_on(folder):
        words = Words(known_language(language) or DEFAULT)
        raise AlreadyRunning(words("no-upgrade-beside-bot", process=process))


def _lock(descriptor: int, folder: Path) -> None:
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        raise AlreadyRunning(
            f"A bot is running on the data folder {folder} already, as process {_process(descriptor)}. "
            "Stop that one first, or give this one another DATA_DIR and another token."
        ) from None
    except OSError as error:
        raise SettingsError(f"The data folder {folder} can't be locked: {error}.") from error


def _process(descriptor: int) -> str:
    """Who has the lock, by its number."""
    return os.pread(descriptor, 32, 0).decode(errors="replace").strip() or "?"
