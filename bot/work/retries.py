"""When a page that was not kept is tried again: the policy, as data."""

import random
from datetime import datetime, timedelta

from bot.capture.chance import Chance, usual
from bot.capture.result import Capture
from storage.queue import LONGEST_WAIT, RETRY_JITTER, RETRY_MINUTES

LONGEST_PATIENCE = LONGEST_WAIT / (1 + RETRY_JITTER)

# Minutes before each further try. Servers that stumble are back within the hour or not today; a name that does
# not exist is most often misspelt, so it has one try for a resolver's bad moment and one for a name that is new.
WAITS_MINUTES: dict[Chance, tuple[float, ...]] = {
    Chance.NONE: (),
    Chance.SLIM: (2, 30),
    Chance.FAIR: RETRY_MINUTES,
    Chance.ALONE: (0, 0),
    Chance.ASKED_TO_WAIT: (15, 60),
}


def next_try(capture: Capture, attempt: int, at: datetime) -> datetime | None:
    """When to try again after attempt number ``attempt`` (from 1) gave ``capture``; None: not at all.

    What a host says in ``Retry-After`` is waited for if it is about an hour at most, for whoever asks for more
    does not want the page asked for by a program. A part of the wait is by chance, so that pages that failed
    together are not tried together; it never shortens what the host asked for.
    """
    waits = WAITS_MINUTES[capture.chance or usual(capture.verdict)]
    if attempt > len(waits):
        return None
    jitter = random.uniform(1 - RETRY_JITTER, 1 + RETRY_JITTER)  # noqa: S311 - not for secrets
    wait = timedelta(minutes=waits[attempt - 1] * jitter)
    asked = timedelta(seconds=capture.retry_after_seconds or 0)
    return None if asked > LONGEST_PATIENCE else at + max(wait, asked)
