"""What is told to whoever watches over the bot: /healthz with reasons, /metrics with figures and nobody's words."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.capture.options import Options
from bot.capture.result import Capture
from bot.health.metrics import Metrics
from bot.health.serving import SILENT_SECONDS, UNDELIVERED_SECONDS, Health
from bot.settings import Settings
from bot.web import serving
from storage.database import Database
from storage.errors import StorageError
from storage.kinds import Verdict
from storage.standing import standing
from tests.conftest import OWNER, running
from tests.fakes.site import SiteDouble
from tests.fakes.telegram.double import BotApiDouble
from tests.fakes.telegram.faults import error
from tests.storing import queued


class Clock:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def metrics(clock: Clock) -> Metrics:
    return Metrics(clock)


async def _work() -> None:
    await asyncio.Event().wait()


@pytest.fixture
async def health(settings: Settings, database: Database, metrics: Metrics) -> AsyncIterator[Health]:
    """The bot's health, with one worker at work and one that a test may end."""
    workers = [asyncio.create_task(_work()) for _ in range(2)]
    yield Health(settings, database, metrics, workers)
    for worker in workers:
        worker.cancel()
    await asyncio.gather(*workers, return_exceptions=True)


@asynccontextmanager
async def asked(health: Health) -> AsyncIterator[httpx.AsyncClient]:
    async with (
        serving(health.application(), "127.0.0.1:0", setting="HEALTH_ADDRESS") as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client,
    ):
        yield client


def figures(text: str) -> dict[str, float]:
    """The samples by name and labels."""
    return {
        "/".join((sample.name, *sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_all_is_well(health: Health) -> None:
    async with asked(health) as client:
        answer = await client.get("/healthz")
    assert (answer.status_code, answer.json()["status"], answer.json()["reasons"]) == (200, "ok", {})


async def test_a_telegram_that_is_silent_for_long_is_a_reason_and_later_where_it_delivers(
    health: Health, clock: Clock, metrics: Metrics, settings: Settings, database: Database
) -> None:
    webhook = settings.model_copy(update={"telegram_webhook_url": "https://example.org/hook"})
    delivered = Health(webhook, database, metrics, [])
    clock.seconds += SILENT_SECONDS + 1
    async with asked(health) as client:
        answer = await client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["reasons"] == {
        "telegram": "Telegram could give us nothing for 121 seconds; the log says why."
    }
    assert await delivered.troubles() == {}
    clock.seconds += UNDELIVERED_SECONDS
    assert "telegram" in await delivered.troubles()
    metrics.heard(0)
    assert await health.troubles() == await delivered.troubles() == {}


async def test_a_worker_that_has_ended_is_a_reason(health: Health) -> None:
    health._workers[0].cancel()
    await asyncio.wait([health._workers[0]])
    assert await health.troubles() == {"workers": "1 of 2 workers have ended."}


@pytest.mark.parametrize("is_slow", [True, False])
async def test_a_database_that_does_not_answer_is_a_reason(
    health: Health, database: Database, monkeypatch: pytest.MonkeyPatch, is_slow: bool
) -> None:
    async def fails() -> bool:
        if is_slow:
            await asyncio.Event().wait()
        raise StorageError("The database is gone.")

    monkeypatch.setattr(database, "is_current", fails)
    monkeypatch.setattr("bot.health.serving.ANSWER_SECONDS", 0.01)
    reason = (await health.troubles())["database"]
    assert reason == (
        "The database did not answer within 0.01 seconds." if is_slow else "The database is gone."
    )


async def test_the_figures_are_read_by_prometheus(
    health: Health, metrics: Metrics, clock: Clock, database: Database
) -> None:
    async def capture(url: str, options: Options) -> Capture:
        clock.seconds += 3
        return Capture(url, Verdict.NOT_FOUND if "gone" in url else Verdict.OK)

    counted = metrics.counted(capture)
    for url in ("https://example.org/canary", "https://example.org/x", "https://example.org/gone"):
        await counted(url, Options())
    metrics.heard(4)
    metrics.called("sendMessage", "ok")
    metrics.called("sendMessage", "RetryAfter")
    await queued(database)
    async with asked(health) as client:
        answer = await client.get("/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    found = figures(answer.text)
    assert found["tagshot_updates_received_total"] == 4
    assert found["tagshot_telegram_calls_total/sendMessage/ok"] == 1
    assert found["tagshot_telegram_calls_total/sendMessage/RetryAfter"] == 1
    assert found["tagshot_captures_total/ok"] == 2
    assert found["tagshot_captures_total/not-found"] == 1
    assert (found["tagshot_capture_seconds_count"], found["tagshot_capture_seconds_sum"]) == (3, 9)
    assert (found["tagshot_capture_seconds_bucket/2.0"], found["tagshot_capture_seconds_bucket/5.0"]) == (
        0,
        3,
    )
    assert found["tagshot_queue_snapshots/waiting"] == 1
    assert 0 <= found["tagshot_oldest_waiting_seconds"] < 60
    assert found["tagshot_disk_free_bytes"] > 0
    assert "canary" not in answer.text
    assert "example" not in answer.text


async def test_a_capture_that_is_cut_off_or_breaks_down_is_counted(
    metrics: Metrics, database: Database
) -> None:
    async def capture(url: str, options: Options) -> Capture:
        if "hangs" in url:
            await asyncio.Event().wait()
        raise RuntimeError

    counted = metrics.counted(capture)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await counted("https://example.org/hangs", Options())
    with pytest.raises(RuntimeError):
        await counted("https://example.org/breaks", Options())
    shown = metrics.shown(await standing(database), 0, 0).decode()
    assert figures(shown)["tagshot_captures_total/none"] == 2


def test_two_bots_in_one_process_count_for_themselves() -> None:
    one, other = Metrics(), Metrics()
    one.called("sendMessage", "ok")
    assert one._registry is not other._registry


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


async def _until(ask: Callable[[], Any], condition: Callable[[Any], bool]) -> Any:
    """Ask until the answer is as it should be, at most twenty seconds."""
    async with asyncio.timeout(20):
        while True:
            try:
                if condition(answer := await ask()):
                    return answer
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.02)


async def test_a_running_bot_is_well_and_counts_what_it_does(
    settings: Settings, telegram: BotApiDouble, site: SiteDouble
) -> None:
    address = f"127.0.0.1:{_free_port()}"
    telegram.fail("sendMessage", error(429))
    ada = telegram.user(OWNER, "Ada")
    async with (
        running(settings.model_copy(update={"health_address": address})),
        httpx.AsyncClient(base_url=f"http://{address}", trust_env=False) as client,
    ):
        ada.say(f"{site.url('/short')} #optimizer")
        wanted = ("tagshot_captures_total{", 'method="sendMessage",outcome="RetryAfter"')
        answer = await _until(
            lambda: client.get("/metrics"), lambda given: all(each in given.text for each in wanted)
        )
        assert (await client.get("/healthz")).status_code == 200
        found = figures(answer.text)
        assert found["tagshot_captures_total/ok"] == 1
        assert found["tagshot_updates_received_total"] == 1
        assert found["tagshot_telegram_calls_total/sendMessage/RetryAfter"] == 1
        assert "optimizer" not in answer.text
        assert str(OWNER) not in answer.text
