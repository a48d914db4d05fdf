"""How soon a person is answered while pages are being captured: ``pytest tests/benchmarks --benchmark-only``."""

import asyncio
from pathlib import Path

from pydantic import SecretStr
from pytest_benchmark.fixture import BenchmarkFixture

from bot.settings import Settings
from tests.conftest import OWNER, running
from tests.fakes.site import SiteDouble
from tests.fakes.telegram.double import BotApiDouble
from tests.fakes.telegram.people import User

MESSAGES = 60
WORKERS = 4
PAGES = ("/long", "/chinese", "/sticky", "/app")
LONGEST_SECONDS = 0.3
"""What nineteen of twenty answers take at most."""


def test_a_link_is_answered_while_captures_run(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    """From the person's message to the bot's reply, all workers being busy with pages like these."""
    with asyncio.Runner() as runner:
        telegram, site = BotApiDouble(), SiteDouble()
        for double in (telegram, site):
            runner.run(double.__aenter__())
        settings = Settings(
            _env_file=None,
            telegram_bot_token=SecretStr(telegram.token),
            telegram_api_url=telegram.url,
            allowed_chats=(OWNER,),
            data_dir=tmp_path,
            egress_allow=(site.allow,),
            capture_workers=WORKERS,
        )
        bot = running(settings)
        runner.run(bot.__aenter__())
        person = telegram.user(OWNER, "Ada")
        numbers = iter(range(MESSAGES + 1))
        runner.run(_answered(person, site, next(numbers)))  # the start is not measured
        benchmark.pedantic(  # type: ignore[no-untyped-call]
            lambda: runner.run(_answered(person, site, next(numbers))), rounds=MESSAGES, iterations=1
        )
        runner.run(bot.__aexit__(None, None, None))
        for double in (telegram, site):
            runner.run(double.__aexit__(None, None, None))
    assert benchmark.stats is not None
    seconds = sorted(benchmark.stats.stats.data)
    p95 = seconds[round(0.95 * len(seconds)) - 1]
    benchmark.extra_info["p95"] = p95
    assert p95 < LONGEST_SECONDS


async def _answered(person: User, site: SiteDouble, number: int) -> None:
    person.say(f"{site.url(PAGES[number % len(PAGES)])}?n={number} #n{number}")
    await person.sees(f"#n{number}")
