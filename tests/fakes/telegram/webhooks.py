"""Webhooks: the double delivers updates by itself, as Telegram does: one at a time of each chat, until it hears 2xx."""

import asyncio
from dataclasses import dataclass

import aiohttp

from tests.fakes.telegram.messages import JsonObject
from tests.fakes.telegram.world import Hook, World

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
FIRST_WAIT_SECONDS = 0.02
LONGEST_WAIT_SECONDS = 0.5
ANSWER_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt; ``status`` is None when there was no answer."""

    update_id: int
    status: int | None


class Deliveries:
    """Delivers what waits to the address that was set, if one was. ``made`` has every attempt, in order."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._task: asyncio.Task[None] | None = None
        self.made: list[Delivery] = []

    def start(self) -> None:
        """Begin to deliver."""
        self._task = asyncio.create_task(self._run(), name="aiohttp deliveries of the double")

    async def stop(self) -> None:
        """Deliver no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        busy: dict[str, asyncio.Task[None]] = {}
        timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
        async with aiohttp.ClientSession(timeout=timeout) as session, asyncio.TaskGroup() as tasks:
            while True:
                changed = self._world.changes.listen()
                busy = {queue: task for queue, task in busy.items() if not task.done()}
                if hook := self._world.hook:
                    for update in self._world.updates.waiting:
                        queue = _queue(update)
                        if queue not in busy and len(busy) < hook.max_connections:
                            busy[queue] = tasks.create_task(self._deliver(session, hook, update))
                await changed.wait()

    async def _deliver(self, session: aiohttp.ClientSession, hook: Hook, update: JsonObject) -> None:
        """Deliver one update until it is taken, or the webhook is another."""
        wait = FIRST_WAIT_SECONDS
        while self._world.hook is hook:
            status = await self._status(session, hook, update)
            self.made.append(Delivery(update["update_id"], status))
            if status is not None and 200 <= status < 300:
                self._world.updates.forget(update["update_id"])
                break
            hook.last_error = f"Wrong response from the webhook: {status}" if status else "Connection refused"
            hook.last_error_date = self._world.now()
            self._world.changes.notify()
            await asyncio.sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT_SECONDS)
        asyncio.get_running_loop().call_soon(self._world.changes.notify)

    async def _status(self, session: aiohttp.ClientSession, hook: Hook, update: JsonObject) -> int | None:
        headers = {SECRET_HEADER: hook.secret} if hook.secret else {}
        try:
            async with session.post(hook.url, json=update, headers=headers) as response:
                return response.status
        except (aiohttp.ClientError, TimeoutError):
            return None


def _queue(update: JsonObject) -> str:
    """What is delivered one after the other: the messages of a chat, the presses of a person."""
    kind, body = next(((kind, body) for kind, body in update.items() if kind != "update_id"), ("", None))
    if not isinstance(body, dict):
        return str(update["update_id"])
    if kind in {"callback_query", "inline_query"}:
        return f"{kind} of {body['from']['id']}"
    return str((body.get("chat") or {}).get("id"))
