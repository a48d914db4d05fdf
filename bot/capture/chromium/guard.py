"""The memory guard: what the processes of one browser hold together, and the end of the one that holds too much."""

import asyncio
import logging
import os
import re
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from bot.capture.chromium.growth import Growth
from bot.capture.verdict import Judgement
from storage.kinds import Verdict

log = logging.getLogger(__name__)

MEBIBYTE = 1024 * 1024
CHECK_SECONDS = 0.1
HURRY_SECONDS = 0.02
# A bomb fills no more in a second, and may fill a tenth of what is left before it is looked at again.
_FILLED_BYTES = 2000 * MEBIBYTE
_LEFT_SHARE = 0.1
_HELD = re.compile(rb"^(?:RssAnon|RssShmem):\s*(\d+) kB$", re.MULTILINE)
# These keep the whole browser under 2 GiB.
MAX_PAGE_BYTES = 1024 * MEBIBYTE
MAX_BROWSER_BYTES = 1408 * MEBIBYTE
# What the browser may hold more for each capture beyond the first; one of an ordinary page takes about so much.
MAX_FURTHER_BYTES = 64 * MEBIBYTE
# What may be filled beyond that until the next look.
_SPARE_BYTES = 384 * MEBIBYTE
# So soon after its process was ended does a page's end show in its capture.
_BLAME_SECONDS = 5.0
# So soon does it show in all captures that it takes along.
_SHOWN_SECONDS = 0.5

PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Process:
    """A process of the browser and the memory that it alone has written to, or shares without a file."""

    number: int
    held_bytes: int
    is_renderer: bool


@dataclass(frozen=True, slots=True)
class _End:
    at: float
    was_alone: bool


class Overfull(Exception):  # noqa: N818 - it says what the memory is
    """The capture filled the memory and was ended. Stays inside this room."""


class Guard:
    """Watches the processes of the browser. Where there is no /proc it sees nothing and does nothing."""

    def __init__(self, proc: Path = PROC) -> None:
        self._proc = proc
        self._growth = Growth()
        self._ended: set[int] = set()
        self._last_end: _End | None = None
        self._broken = 0
        self.peak_bytes = 0

    @property
    def can_see(self) -> bool:
        """Whether this system tells what its processes hold."""
        return (self._proc / "self" / "status").is_file()

    def check(self, group: int, captures: int) -> float:
        """Look once at a process group, while so many captures run, and end what holds too much.

        What would be too much before the next look is ended too. Gives in how many seconds to look again: the
        sooner the more is held. A page's process is ended by itself, and ends its capture only; any other takes the
        whole browser along.
        """
        begun = monotonic()
        processes = self._processes(group)
        total = sum(process.held_bytes for process in processes)
        self.peak_bytes = max(self.peak_bytes, total)
        limit = MAX_BROWSER_BYTES + MAX_FURTHER_BYTES * max(captures - 1, 0)
        for process in _too_much(self._living(processes), self._growing(processes, begun), limit):
            self._end(process, group, captures, total)
        return min(CHECK_SECONDS, max(HURRY_SECONDS, (limit - total) / _FILLED_BYTES * _LEFT_SHARE))

    def _living(self, processes: Sequence[Process]) -> list[Process]:
        """What has been ended gives its memory back only when it gets its turn on a core."""
        self._ended.intersection_update(process.number for process in processes)
        return [process for process in processes if process.number not in self._ended]

    def _growing(self, processes: Sequence[Process], begun: float) -> dict[int, int]:
        held = {process.number: process.held_bytes for process in processes}
        return self._growth.until_next(held, begun, monotonic())

    async def takes_blame(self, is_alive: Callable[[], bool]) -> bool:
        """Whether a capture that has just broken off was ended by the guard. One end is the end of one capture.

        A page's end can take the browser along (in the middle of a screenshot), and others may break off for reasons
        of their own: then only a capture that was alone is to blame. ``is_alive``: whether the browser still is.
        """
        end = self._last_end
        if end is None or monotonic() - end.at > _BLAME_SECONDS:
            return False
        self._broken += 1
        await asyncio.sleep(_SHOWN_SECONDS)
        is_to_blame = self._last_end is end and (end.was_alone or (self._broken == 1 and is_alive()))
        if is_to_blame:
            self._last_end = None
        return is_to_blame

    def forget(self) -> None:
        """Begin anew with another browser."""
        self._growth = Growth()
        self._ended.clear()
        self._last_end = None

    def _end(self, process: Process, group: int, captures: int, total: int) -> None:
        what = "A page" if process.is_renderer else "The browser"
        log.info("%s is ended: its processes hold %d MiB", what, total // MEBIBYTE)
        self._note_end(captures)
        self._ended.add(process.number)
        with suppress(ProcessLookupError):
            if process.is_renderer:
                os.kill(process.number, signal.SIGKILL)
            else:
                os.killpg(group, signal.SIGKILL)

    def _note_end(self, captures: int) -> None:
        self._last_end = _End(monotonic(), was_alone=captures == 1)
        self._broken = 0

    def _processes(self, group: int) -> list[Process]:
        found = []
        for number in _numbers(self._proc):
            with suppress(OSError, ValueError):  # it has ended since
                if os.getpgid(number) == group:
                    found.append(_process(self._proc, number))
        return found


def too_much(host: str) -> Judgement:
    """Explain a page that was ended because it filled the memory."""
    return Judgement(
        Verdict.TOO_LARGE, f"The page at {host} needs more memory than one page may have, so it was ended."
    )


def _too_much(processes: Sequence[Process], growing: Mapping[int, int], limit: int) -> Iterator[Process]:
    """What has to be ended, the largest first: a page may have spread what it holds over the processes of many frames.

    ``growing`` is what each will have filled by the next look.
    """
    total = sum(process.held_bytes for process in processes)
    coming = {process: _coming_bytes(process, growing[process.number]) for process in processes}
    left = sum(coming.values())
    is_over = total > limit or left > limit + _SPARE_BYTES
    for process in sorted(processes, key=lambda process: coming[process], reverse=True):
        if (is_over and left > limit) or (process.is_renderer and process.held_bytes > MAX_PAGE_BYTES):
            left -= coming[process]
            yield process


def _coming_bytes(process: Process, growing: int) -> int:
    """What it will hold by the next look. A page that may come to its limit is no reason to end it before."""
    coming = process.held_bytes + growing
    return min(coming, max(process.held_bytes, MAX_PAGE_BYTES)) if process.is_renderer else coming


def _numbers(proc: Path) -> list[int]:
    try:
        return [int(name) for name in os.listdir(proc) if name.isdigit()]  # noqa: PTH208 - ten times a second
    except OSError:
        return []


def _process(proc: Path, number: int) -> Process:
    """Raises ``OSError`` for a process that has ended."""
    held = sum(map(int, _HELD.findall(_read(f"{proc}/{number}/status"))))
    return Process(number, held * 1024, b"--type=renderer" in _read(f"{proc}/{number}/cmdline"))


def _read(path: str) -> bytes:
    """A file of the kernel's, fifty times a second: by far the quickest way."""
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123
        return file.read()
