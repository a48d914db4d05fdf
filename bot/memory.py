"""How this process keeps its memory, as far as the C library of GNU has to be told; others do so by themselves."""

import ctypes
from contextlib import suppress

_M_MMAP_THRESHOLD, LARGE_BYTES = -3, 32 * 1024
_M_ARENA_MAX, _ARENAS = -8, 2


def be_sparing() -> None:
    """Have all threads share two heaps, and keep each large block outside of them, so that it goes back once free.

    To be called before there are threads: each would have a heap of its own, which grows by 0.4 MB a capture. And after
    the first picture of some megabytes blocks of that size would be made inside, which leaves holes that no other block
    fits (``M_MMAP_THRESHOLD`` in mallopt(3): the threshold moves unless it is set).
    """
    with suppress(AttributeError, OSError):
        library = ctypes.CDLL(None)
        library.mallopt(_M_ARENA_MAX, _ARENAS)
        library.mallopt(_M_MMAP_THRESHOLD, LARGE_BYTES)


def give_back() -> None:
    """Return to the system what is free between what is in use, which would otherwise add up."""
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)
