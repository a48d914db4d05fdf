"""Whether whoever holds a claim still lives, by the name that it was claimed under."""

import os
import secrets
import socket

from storage.models import Snapshot, now

_PROCESS_WORD = secrets.token_hex(4)


def worker_name() -> str:
    """The name that this process claims under: host, process id, and a word that no later process has."""
    return f"{socket.gethostname()}/{os.getpid()}/{_PROCESS_WORD}"


def is_lost(snapshot: Snapshot) -> bool:
    """Whether nobody will end this snapshot, which is running: its lease has ended, or its process is gone."""
    ended = snapshot.lease_until is None or snapshot.lease_until <= now()
    return ended or _is_dead(snapshot.claimed_by or "")


def _is_dead(claimed_by: str) -> bool:
    """Whether the claim is of a process of this host that is gone, so that its lease need not be waited for.

    In a container every process has the same number, so the number alone says nothing.
    """
    host, _, rest = claimed_by.partition("/")
    number, _, word = rest.partition("/")
    if host != socket.gethostname() or not number.isdigit():
        return False
    if int(number) == os.getpid():
        return word != _PROCESS_WORD
    return not _is_running(int(number))


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
