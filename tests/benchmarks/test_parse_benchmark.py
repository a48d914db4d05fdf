"""What it costs to understand a message. Run with ``pytest --benchmark-only tests/benchmarks``."""

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from bot.conversation.parse import parse

MESSAGE_CHARACTERS = 4096
LONGEST_SECONDS = 0.001

WORST = {
    "glued tags": "#a",
    "tags": "#a ",
    "hashes": "#",
    "schemes": "http://",
    "links and ideographic commas": "https://a.cn、",
    "links in links": "https://a.cn/?u=",
    "links in brackets": "(https://a.cn)",
    "opening brackets": "https://a.cn/((((((((((((((((((((((((((((((((",
    "nested brackets": "https://a.cn/" + "(" * 2040 + ")" * 2040,
    "escapes": "https://a.cn/" + "%41" * 1350,
    "dots": "a.",
    "Chinese": "优化",
    "emoji": "😀",
    "links with tags, line by line": "读了 https://arxiv.org/abs/1711.05101?utm_source=x #adamw 很好\n",
}


@pytest.mark.parametrize("part", WORST.values(), ids=WORST.keys())
def test_the_longest_message_is_understood_within_a_millisecond(
    benchmark: BenchmarkFixture, part: str
) -> None:
    text = (part * MESSAGE_CHARACTERS)[:MESSAGE_CHARACTERS]
    benchmark(parse, text, ())
    assert benchmark.stats is not None
    assert benchmark.stats.stats.mean < LONGEST_SECONDS
