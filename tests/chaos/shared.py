"""What a bot that runs can still be told, at once: whether its trap is armed, and how much time was skipped."""

import mmap
import signal
import struct
from pathlib import Path

BYTES = 16
SKIPPED = signal.SIGUSR1
"""Sent after time was skipped, so that the schedule looks at its clock."""


class Shared:
    """A small file in the memory of those who tell and of the bot that looks."""

    def __init__(self, path: Path) -> None:
        with path.open("r+b") as file:
            file.truncate(BYTES)
            self._memory = mmap.mmap(file.fileno(), BYTES)

    def arm(self, *, is_armed: bool) -> None:
        """Let the trap spring from now on, or not yet."""
        self._memory[0] = is_armed

    def is_armed(self) -> bool:
        """Whether the trap may spring."""
        return bool(self._memory[0])

    def skip(self, seconds: float) -> None:
        """Let so much more time have passed."""
        struct.pack_into("d", self._memory, 8, self.skipped() + seconds)

    def skipped(self) -> float:
        """How many seconds were skipped in all."""
        seconds: float = struct.unpack_from("d", self._memory, 8)[0]
        return seconds
