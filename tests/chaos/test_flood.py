"""10,000 messages at once from 20 chats."""

import sys
from pathlib import Path

import pytest

from tests.fakes.telegram.double import BotApiDouble
from tests.flooded import flood

MESSAGES = 10_000


async def test_ten_thousand_messages_at_once(
    telegram: BotApiDouble, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    figures = await flood(telegram, tmp_path, messages=MESSAGES, links=1_000)
    with capsys.disabled():
        sys.stdout.write(f"\n{MESSAGES:,} messages: {figures}\n")
    assert figures.committed < 30
    assert figures.peak_bytes < 300 * 1024**2
