"""What the process keeps of its memory."""

from bot.memory import give_back
from tests.endurance import PROC

BLOCK_BYTES = 100_000
BLOCKS = 1_000


def _rss_pages() -> int:
    return int((PROC / "self" / "statm").read_text().split()[1])


def test_what_is_free_below_what_is_in_use_is_given_back() -> None:
    blocks = [bytes([1]) * BLOCK_BYTES for _ in range(BLOCKS)]
    last = blocks[-1]
    blocks.clear()
    before = _rss_pages()
    give_back()
    assert (before - _rss_pages()) * 4096 > BLOCKS * BLOCK_BYTES / 2
    assert last
