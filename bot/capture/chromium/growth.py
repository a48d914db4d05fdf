"""What processes will have filled by the next look at them, which comes late where the cores are busy."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

# So far back at least is it seen how fast memory is filled: a page that fills some at a stroke is no bomb.
_SPAN_SECONDS = 0.1
# So soon is half of a long wait forgotten, and none counts for more than the longest.
_HALF_LIFE_SECONDS = 5.0
_LONGEST_WAIT_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class _Look:
    at: float
    held: Mapping[int, int]


class Growth:
    """Remembers what each process held at the latest looks, and how long the next look had to be waited for."""

    def __init__(self) -> None:
        self._looks: deque[_Look] = deque()
        self._wait_seconds = 0.0

    def until_next(self, held: Mapping[int, int], begun: float, done: float) -> dict[int, int]:
        """What each process will fill until the next look is done, after one that took from ``begun`` to ``done``.

        It is taken to go on as it lately did, and the wait to be as long as the longest of late.
        """
        if self._looks:
            self._note_wait(done - self._looks[-1].at)
        while len(self._looks) > 1 and begun - self._looks[1].at >= _SPAN_SECONDS:
            self._looks.popleft()
        before = self._looks[0] if self._looks else _Look(begun, held)
        self._looks.append(_Look(begun, held))
        waits = self._wait_seconds / max(begun - before.at, _SPAN_SECONDS)
        return {
            number: round(max(held_bytes - before.held.get(number, 0), 0) * waits)
            for number, held_bytes in held.items()
        }

    def _note_wait(self, seconds: float) -> None:
        remembered = self._wait_seconds * 0.5 ** (seconds / _HALF_LIFE_SECONDS)
        self._wait_seconds = min(max(seconds, remembered), _LONGEST_WAIT_SECONDS)
