"""How likely the same address is to give a page a little later: what the capture says, and what retries go by."""

from enum import StrEnum

from storage.kinds import Verdict


class Chance(StrEnum):
    """What trying again may bring. How often and when it is tried is in ``bot.work.retries``."""

    NONE = "none"  # the answer will be the same
    SLIM = "slim"  # most likely the address is wrong, but now and then it passes
    FAIR = "fair"  # trouble that passes
    ALONE = "alone"  # the browser broke down: it may have been over another page at the same time
    ASKED_TO_WAIT = "asked to wait"  # the host says that it is asked too often


def usual(verdict: Verdict) -> Chance:
    """The chance of a verdict of which nothing more is known.

    A robot check is not tried again: the same browser from the same network meets the same check, and asking
    again makes the network look worse. The person has a button for the day when it is gone.
    """
    return Chance.FAIR if verdict in {Verdict.SERVER_ERROR, Verdict.UNREACHABLE} else Chance.NONE
