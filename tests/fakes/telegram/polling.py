"""getUpdates: a long poll, of which there is one at a time."""

import asyncio
import time

from tests.fakes.telegram.errors import BESIDE_A_WEBHOOK, CONFLICT, ApiError
from tests.fakes.telegram.messages import JsonObject
from tests.fakes.telegram.wire import Params
from tests.fakes.telegram.world import World


class Polling:
    """Hands out updates; when a second poll comes, the older one loses with 409."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._current: object = None

    async def get_updates(self, params: Params) -> list[JsonObject]:
        """Acknowledge everything before ``offset``, then wait up to ``timeout`` seconds for something new."""
        self._refuse_beside_a_webhook()
        poll = self._current = object()
        self._world.changes.notify()
        await asyncio.sleep(0)  # the older poll answers its 409 before this one takes anything
        updates = self._world.updates
        if (allowed := params.json_array("allowed_updates")) is not None:
            updates.allowed = frozenset(allowed)
        if (offset := params.integer("offset")) is not None:
            updates.acknowledge(offset)
        limit = params.bounded("limit", 100, 1, 100)
        deadline = time.monotonic() + params.bounded("timeout", 0, 0, 50)
        while not updates.first(1) and time.monotonic() < deadline:
            await self._world.changes.wait(deadline - time.monotonic())
            if self._current is not poll:
                raise ApiError(409, CONFLICT)
            self._refuse_beside_a_webhook()
        return updates.first(limit)

    def _refuse_beside_a_webhook(self) -> None:
        if self._world.hook is not None:
            raise ApiError(409, BESIDE_A_WEBHOOK)
