"""What the process keeps of its memory."""

import subprocess
import sys

from bot.memory import LARGE_BYTES, give_back
from tests.endurance import PROC

BLOCK_BYTES = 20_000
BLOCKS = 5_000
PICTURES = """
from bot import memory
from tests.test_memory import rss_bytes
memory.be_sparing()
bytes([1]) * 256 * memory.LARGE_BYTES  # after which, left alone, the C library takes smaller ones for small
pictures = [bytes([1]) * 32 * memory.LARGE_BYTES for _ in range(50)]
last, before = pictures[-1], rss_bytes()
pictures.clear()
print(before - rss_bytes())
"""


def rss_bytes() -> int:
    return int((PROC / "self" / "statm").read_text().split()[1]) * 4096


def test_what_is_free_below_what_is_in_use_is_given_back() -> None:
    blocks = [bytes([1]) * BLOCK_BYTES for _ in range(BLOCKS)]
    last = blocks[-1]
    blocks.clear()
    before = rss_bytes()
    give_back()
    assert before - rss_bytes() > BLOCKS * BLOCK_BYTES / 2
    assert last


def test_what_is_large_is_given_back_at_once() -> None:
    ended = subprocess.run(  # noqa: S603 - of ours
        [sys.executable, "-c", PICTURES], capture_output=True, text=True, check=True
    )
    assert int(ended.stdout) > 40 * 32 * LARGE_BYTES
