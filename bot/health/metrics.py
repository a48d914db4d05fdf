"""What happens in the bot, counted, for Prometheus. No label has anybody's words, hosts or ids in it."""

import time
from collections.abc import Awaitable, Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from bot.capture.options import Options
from bot.capture.result import Capture
from storage.standing import Standing

CAPTURE_SECONDS = (0.25, 0.5, 1, 2, 5, 10, 20, 30, 60, 90, 180, 900)
NO_VERDICT = "none"
Captures = Callable[[str, Options], Awaitable[Capture]]


class Metrics:
    """The counts of one bot, since its start. ``clock`` gives monotonic seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._registry = registry = CollectorRegistry()
        self._updates = Counter("tagshot_updates_received", "Updates from Telegram", registry=registry)
        self._calls = Counter(
            "tagshot_telegram_calls", "Calls of the Bot API", ("method", "outcome"), registry=registry
        )
        self._captures = Counter("tagshot_captures", "Captures made", ("verdict",), registry=registry)
        self._capture_seconds = Histogram(
            "tagshot_capture_seconds", "How long captures took", buckets=CAPTURE_SECONDS, registry=registry
        )
        self._queue = Gauge("tagshot_queue_snapshots", "Open snapshots", ("state",), registry=registry)
        self._oldest = Gauge(
            "tagshot_oldest_waiting_seconds", "Longest wait of a snapshot", registry=registry
        )
        self._free = Gauge("tagshot_disk_free_bytes", "Room on the disk of DATA_DIR", registry=registry)
        self.heard_at = clock()
        """When Telegram could give us last what it has, or the bot was started."""

    def heard(self, updates: int) -> None:
        """Telegram can give us what it has: so many updates now."""
        self.heard_at = self._clock()
        self._updates.inc(updates)

    def silent_seconds(self) -> float:
        """How long ago Telegram could give us last what it has."""
        return self._clock() - self.heard_at

    def called(self, method: str, outcome: str) -> None:
        """A call of the Bot API has ended: ``ok``, or by the name of the error."""
        self._calls.labels(method, outcome).inc()

    def counted(self, capture: Captures) -> Captures:
        """The same capture, counted and timed; one that is cut off or breaks down has no verdict."""

        async def captured(url: str, options: Options) -> Capture:
            begun, verdict = self._clock(), NO_VERDICT
            try:
                result = await capture(url, options)
                verdict = result.verdict.value
            finally:
                self._captures.labels(verdict).inc()
                self._capture_seconds.observe(self._clock() - begun)
            return result

        return captured

    def shown(self, standing: Standing, waited_seconds: float, free_bytes: int) -> bytes:
        """All of it as Prometheus reads it, with how the queue stands now."""
        for state in ("waiting", "running", "later"):
            self._queue.labels(state).set(getattr(standing, state))
        self._oldest.set(waited_seconds)
        self._free.set(free_bytes)
        return generate_latest(self._registry)
