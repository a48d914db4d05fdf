"""What can go wrong between a client and Telegram, to be injected with ``double.fail`` and ``double.storm``."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from tests.fakes.telegram.errors import ApiError

_NGINX = "<html>\r\n<head><title>{0}</title></head>\r\n<body>\r\n<center><h1>{0}</h1></center>\r\n</body></html>\r\n"
_DESCRIPTIONS = {
    400: "Bad Request: a fault of the test",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    404: "Not Found",
    409: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    413: "Request Entity Too Large",
    429: "Too Many Requests: retry after {0}",
    500: "Internal Server Error",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to fail. ``name`` shows up in ``Call.fault``."""

    name: str
    api_error: ApiError | None = None
    html_status: str | None = None
    delay_seconds: float = 0
    drops: bool = False


def error(code: int, description: str | None = None, *, retry_after: int | None = None) -> Fault:
    """A JSON error of the Bot API; 429 has ``retry_after`` 1 unless another is given."""
    if code == 429 and retry_after is None:
        retry_after = 1
    text = description or _DESCRIPTIONS.get(code, "Internal Server Error").format(retry_after)
    parameters = {} if retry_after is None else {"retry_after": retry_after}
    return Fault(f"error {code}", api_error=ApiError(code, text, **parameters))


def migrated(to_chat_id: int) -> Fault:
    """The group has become a supergroup with another id."""
    text = "Bad Request: group chat was upgraded to a supergroup chat"
    return Fault("migrated", api_error=ApiError(400, text, migrate_to_chat_id=to_chat_id))


def bad_gateway() -> Fault:
    """502 with nginx's HTML page."""
    return Fault("502 HTML", html_status="502 Bad Gateway")


def too_large_page() -> Fault:
    """413 with nginx's HTML page instead of JSON."""
    return Fault("413 HTML", html_status="413 Request Entity Too Large")


def drop() -> Fault:
    """The connection is cut without an answer."""
    return Fault("drop", drops=True)


def hang(seconds: float) -> Fault:
    """No answer for so long, then the ordinary one, if the client still listens.

    Without ``after`` a client that gives up earlier has caused nothing.
    """
    return Fault(f"hang {seconds} s", delay_seconds=seconds)


async def answered_by(fault: Fault, request: web.Request) -> web.StreamResponse | None:
    """Do what the fault says; None when the request goes its ordinary way after it."""
    if fault.delay_seconds:
        await asyncio.sleep(fault.delay_seconds)
    if fault.drops and request.transport is not None:
        request.transport.abort()
        return web.Response()
    if fault.api_error is not None:
        return web.json_response(fault.api_error.as_json(), status=fault.api_error.code)
    if fault.html_status is not None:
        status, _, _ = fault.html_status.partition(" ")
        page = _NGINX.format(fault.html_status)
        return web.Response(status=int(status), text=page, content_type="text/html")
    return None


@dataclass(slots=True)
class _Planned:
    method: str
    fault: Fault
    times: int
    after: bool


class Faults:
    """The faults that are planned, and the storm, if there is one."""

    def __init__(self) -> None:
        self._planned: list[_Planned] = []
        self._storm: _Storm | None = None

    def plan(self, method: str, fault: Fault, *, times: int, after: bool) -> None:
        """Fail the next ``times`` calls of ``method`` (``*``: of any but getUpdates)."""
        self._planned.append(_Planned(method.lower(), fault, times, after))

    def start_storm(self, faults: Sequence[Fault], probability: float, seed: int, methods: set[str]) -> None:
        """Fail each call with this probability from now on, half of the time after the work is done."""
        names = {name.lower() for name in methods}
        self._storm = _Storm(tuple(faults), probability, random.Random(seed), names)

    def clear(self) -> None:
        """No more faults."""
        self._planned.clear()
        self._storm = None

    def next_for(self, method: str) -> tuple[Fault, bool] | None:
        """The fault for a call that has just come, and whether it strikes after the work is done."""
        for planned in self._planned:
            if _matches({planned.method}, method):
                planned.times -= 1
                if planned.times <= 0:
                    self._planned.remove(planned)
                return planned.fault, planned.after
        return self._storm.next_for(method) if self._storm else None


@dataclass(slots=True)
class _Storm:
    faults: tuple[Fault, ...]
    probability: float
    random: random.Random
    methods: set[str]

    def next_for(self, method: str) -> tuple[Fault, bool] | None:
        if not _matches(self.methods, method) or self.random.random() >= self.probability:
            return None
        return self.random.choice(self.faults), self.random.random() < 0.5


def _matches(names: set[str], method: str) -> bool:
    return method in names or ("*" in names and method != "getupdates")
