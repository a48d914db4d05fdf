"""The HTTP side of the double: addresses, tokens, faults and the record of calls."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.fakes.telegram.errors import ApiError, no_such_method, unauthorized
from tests.fakes.telegram.faults import Faults, answered_by
from tests.fakes.telegram.methods import METHODS
from tests.fakes.telegram.polling import Polling
from tests.fakes.telegram.webhooks import Deliveries, Delivery
from tests.fakes.telegram.wire import MAX_REQUEST_BYTES, Params, read_params
from tests.fakes.telegram.world import World


@dataclass(slots=True, eq=False)
class Call:
    """One call of the Bot API. ``at`` is monotonic; ``error`` is the description of a refusal.

    ``result`` is None while the call is not answered, and stays so if an injected ``fault`` prevented the work.
    """

    method: str
    params: Params
    at: float
    result: Any = None
    error: str | None = None
    fault: str | None = None


class Server:
    """Real HTTP on 127.0.0.1; the port stays the same through ``stop`` and ``start``."""

    def __init__(self, world: World, token: str) -> None:
        self._world = world
        self._token = token
        self._polling = Polling(world)
        self._deliveries = Deliveries(world)
        self._runner: web.AppRunner | None = None
        self._site: web.TCPSite | None = None
        self.port = 0
        self.faults = Faults()
        self.calls: list[Call] = []

    async def start(self) -> None:
        """Listen; the first time on a free port, later on the same one."""
        app = web.Application(client_max_size=MAX_REQUEST_BYTES)
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        app.router.add_get("/file/bot{token}/{path:.+}", self._download)
        # A client that goes away ends its long poll: the next client must not find it still there.
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.2)
        await self._runner.setup()
        self._site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await self._site.start()
        self.port = self._runner.addresses[0][1]
        self._deliveries.start()

    async def stop(self) -> None:
        """Cut all connections and refuse new ones."""
        if self._runner is None:
            return
        runner, self._runner = self._runner, None
        await self._deliveries.stop()
        if self._site is not None:
            await self._site.stop()
        if runner.server is not None:
            for connection in runner.server.connections:
                if connection.transport is not None:
                    connection.transport.abort()
        await runner.cleanup()

    @property
    def deliveries(self) -> list[Delivery]:
        """Every attempt to deliver an update to a webhook."""
        return self._deliveries.made

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        try:
            params = await read_params(request)
        except ApiError as error:
            return self._refused(self._recorded(method, Params({}, {})), error)
        call = self._recorded(method, params)
        planned = self.faults.next_for(method.lower())
        fault, strikes_after = planned or (None, False)
        call.fault = fault.name if fault else None
        if fault and not strikes_after and (answer := await answered_by(fault, request)):
            return answer
        answer = await self._answer(call, request.match_info["token"])
        if fault and strikes_after:
            return await answered_by(fault, request) or answer
        return answer

    async def _answer(self, call: Call, token: str) -> web.StreamResponse:
        try:
            if token != self._token:
                raise unauthorized()
            if call.method.lower() == "getupdates":
                call.result = await self._polling.get_updates(call.params)
            else:
                call.result = self._implementation(call.method)(self._world, call.params)
        except ApiError as error:
            return self._refused(call, error)
        return web.json_response({"ok": True, "result": call.result})

    def _implementation(self, method: str) -> Callable[[World, Params], Any]:
        implementation = METHODS.get(method.lower())
        if implementation is None:
            raise no_such_method()
        return implementation

    def _refused(self, call: Call, error: ApiError) -> web.StreamResponse:
        call.error = error.description
        return web.json_response(error.as_json(), status=error.code)

    def _recorded(self, method: str, params: Params) -> Call:
        call = Call(method, params, time.monotonic())
        self.calls.append(call)
        self._world.changes.notify()
        return call

    async def _download(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self._token:
            return web.json_response(unauthorized().as_json(), status=401)
        planned = self.faults.next_for("download")
        if planned and (answer := await answered_by(planned[0], request)):
            return answer
        _, _, file_id = request.match_info["path"].partition("/")
        file = self._world.files.by_id(file_id)
        if file is None:
            return web.json_response(ApiError(404, "Not Found").as_json(), status=404)
        return web.Response(body=file.content, content_type=file.mime_type.partition(";")[0])
