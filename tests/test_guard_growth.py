"""The guard where its looks come late: what would be too much before the next one is ended at this one."""

import os
from pathlib import Path

import pytest

from bot.capture.chromium.guard import MAX_BROWSER_BYTES, MAX_PAGE_BYTES, MEBIBYTE, Guard

GROUP = 1
IN_TIME = 0.1
LATE = 0.5


class Machine:
    """A browser whose processes, memory and clock are told by the test; what is ended keeps its memory."""

    def __init__(self, proc: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._proc = proc
        self._now = 1000.0
        self.guard = Guard(proc)
        self.held: dict[int, int] = {}
        self.ended: list[int] = []
        monkeypatch.setattr("bot.capture.chromium.guard.monotonic", lambda: self._now)
        monkeypatch.setattr(os, "getpgid", lambda _: GROUP)
        monkeypatch.setattr(os, "kill", lambda number, _: self.ended.append(number))

    def start(self, kind: str, mebibytes: int) -> int:
        """Start a process of the browser, and give its number."""
        number = GROUP + len(self.held)
        folder = self._proc / str(number)
        folder.mkdir()
        (folder / "cmdline").write_text(f"chromium\0--type={kind}\0")
        self.held[number] = mebibytes
        return number

    def look(self, after: float, captures: int = 1) -> None:
        """Have the guard look once, so many seconds after its last look."""
        self._now += after
        for number, mebibytes in self.held.items():
            status = f"RssAnon:\t{mebibytes * 1024} kB\nRssFile:\t99999 kB\nRssShmem:\t0 kB\n"
            (self._proc / str(number) / "status").write_text(status)
        self.guard.check(GROUP, captures)

    def grow(self, numbers: list[int], mebibytes: int) -> None:
        """Have each of these fill so much more, unless it has been ended."""
        for number in numbers:
            if number not in self.ended:
                self.held[number] += mebibytes

    def free(self) -> None:
        """Have what has been ended be gone."""
        for number in self.ended:
            self.held[number] = 0

    @property
    def total_bytes(self) -> int:
        """What all processes hold, those that have been ended too."""
        return sum(self.held.values()) * MEBIBYTE


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine = Machine(tmp_path, monkeypatch)
    machine.start("gpu-process", 150)
    return machine


def test_where_looks_come_late_frames_are_ended_before_they_hold_too_much(machine: Machine) -> None:
    machine.start("renderer", 50)
    frames = [machine.start("renderer", 20) for _ in range(8)]
    machine.look(IN_TIME)
    machine.look(LATE)
    totals = []
    with_ends = []
    for _ in range(20):
        machine.grow(frames, 60)
        machine.look(LATE)
        totals.append(machine.total_bytes)
        with_ends += [machine.total_bytes] if machine.ended else []
        machine.free()
    assert with_ends[0] < MAX_BROWSER_BYTES, "it was seen coming"
    assert max(totals) < 1792 * MEBIBYTE
    assert set(machine.ended) == set(frames), "neither the page beside them nor the browser"


def test_where_looks_come_in_time_the_same_frames_may_hold_as_much_as_ever(machine: Machine) -> None:
    frames = [machine.start("renderer", 20) for _ in range(8)]
    machine.look(IN_TIME)
    for _ in range(9):
        machine.grow(frames, 15)
        machine.look(IN_TIME)
    assert machine.total_bytes == 1390 * MEBIBYTE
    assert machine.ended == []
    machine.grow(frames, 15)
    machine.look(IN_TIME)
    assert machine.ended


@pytest.mark.parametrize("wait", [IN_TIME, LATE])
def test_a_page_that_stays_below_its_limit_is_not_ended_however_fast_it_comes_there(
    machine: Machine, wait: float
) -> None:
    page = machine.start("renderer", 20)
    machine.look(IN_TIME)
    machine.look(LATE)
    for _ in range(2):
        machine.grow([page], 490)
        machine.look(wait)
    assert machine.ended == []
    machine.grow([page], 100)
    machine.look(wait)
    assert machine.held[page] * MEBIBYTE > MAX_PAGE_BYTES
    assert machine.ended == [page]


def test_what_has_been_ended_and_is_not_gone_yet_is_not_ended_again_nor_costs_another_its_end(
    machine: Machine,
) -> None:
    beside = machine.start("renderer", 300)
    bomb = machine.start("renderer", 1500)
    machine.look(IN_TIME)
    machine.look(IN_TIME)
    assert machine.ended == [bomb]
    machine.grow([beside], 10)
    machine.look(IN_TIME)
    assert machine.ended == [bomb]


def test_a_long_wait_is_forgotten_in_time(machine: Machine) -> None:
    frames = [machine.start("renderer", 20) for _ in range(8)]
    machine.look(IN_TIME)
    machine.look(60.0)
    for _ in range(200):
        machine.look(IN_TIME)
    for _ in range(8):
        machine.grow(frames, 15)
        machine.look(IN_TIME)
    assert machine.total_bytes > 1200 * MEBIBYTE
    assert machine.ended == []
