"""A flood of messages: all are stored, memory stays small, and a chat that says one thing is not kept waiting."""

from pathlib import Path

from tests.fakes.telegram.double import BotApiDouble
from tests.flooded import flood


async def test_100_messages_at_once_are_all_saved_and_another_chat_has_its_card_meanwhile(
    telegram: BotApiDouble, tmp_path: Path
) -> None:
    figures = await flood(telegram, tmp_path, messages=100, links=101)
    assert figures.lone_card < figures.saved
    assert figures.peak_bytes < 300 * 1024**2
