"""10,000 messages at once from 20 chats."""

import json
import sys
from pathlib import Path
from time import perf_counter

import pytest

from bot.telegram.intake import FULL_PART
from storage.database import Database
from storage.inbox import Inbox, Received
from tests.fakes.telegram.double import BotApiDouble
from tests.flooded import flood

MESSAGES = 10_000
STORED_SECONDS = 30


async def test_ten_thousand_messages_are_in_the_inbox_within_30_seconds(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    inbox, began = Inbox(database), perf_counter()
    for first in range(0, MESSAGES, FULL_PART):
        numbers = range(first, first + FULL_PART)
        await inbox.put([Received(each, each % 20, json.dumps({"text": "x" * 700})) for each in numbers])
    seconds = perf_counter() - began
    with capsys.disabled():
        sys.stdout.write(f"\n{MESSAGES:,} messages straight into the inbox: {seconds:.1f} s\n")
    assert seconds < STORED_SECONDS


async def test_ten_thousand_messages_at_once_are_stored_and_then_all_their_links_are_saved(
    telegram: BotApiDouble, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    figures = await flood(telegram, tmp_path, messages=MESSAGES, links=MESSAGES + 1)
    with capsys.disabled():
        sys.stdout.write(f"\n{MESSAGES:,} messages: {figures}\n")
    assert figures.committed < STORED_SECONDS
    assert figures.peak_bytes < 300 * 1024**2
