"""Ten thousand calls of the Bot API, of which every fifth fails: ``make chaos`` prints the table."""

import sys

import pytest

from bot.settings import Settings
from storage.database import Database
from tests.benchmarks.comparing import markdown
from tests.fakes.telegram.double import BotApiDouble
from tests.storm import CALLS_A_LINK, make_impatient, weather

CALLS = 10_000
CHATS = 20


async def test_ten_thousand_calls_in_a_storm(
    settings: Settings,
    database: Database,
    telegram: BotApiDouble,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    make_impatient(monkeypatch)
    links = CALLS // CALLS_A_LINK // CHATS
    weathered = await weather(settings, database, telegram, chats=CHATS, links=links, share=0.2)
    with capsys.disabled():
        sys.stdout.write(f"\n\n{markdown(['a storm of Telegram', 'figure'], weathered.rows)}\n\n")
    assert weathered.calls > CALLS
    assert (weathered.missing, weathered.out_of_order) == (0, 0)
    assert weathered.duplicates == weathered.lost_answers
