"""Scripts in a world of their own beside the page's: its elements are the same, its broken functions are not."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self

from playwright.async_api import CDPSession, Page
from playwright.async_api import Error as PlaywrightError

TERMINATE_SECONDS = 1.0
_WORLD = "tagshot"
# What Chromium says when the page has gone on to another document, before a script or in the middle of it.
_MOVED = ("Cannot find context", "context was destroyed", "Inspected target navigated")


@dataclass(frozen=True, slots=True)
class World:
    """The isolated world of one frame, for scripts that need its elements. All functions raise Playwright's errors."""

    session: CDPSession
    context: int

    @classmethod
    async def of(cls, session: CDPSession, frame_id: str) -> Self:
        """The world of a frame of the page that ``session`` speaks to."""
        answer = await session.send("Page.createIsolatedWorld", {"frameId": frame_id, "worldName": _WORLD})
        return cls(session, answer["executionContextId"])

    async def call(
        self, function: str, *values: object, elements: Iterable[str] = (), within_seconds: float
    ) -> Any:
        """What ``function`` gives for JSON ``values`` and, after them, ``elements`` by their ids.

        A function that is not done in time is ended; raises ``TimeoutError`` then.
        """
        arguments = [{"value": value} for value in values] + [{"objectId": each} for each in elements]
        parameters = {
            "functionDeclaration": function,
            "executionContextId": self.context,
            "arguments": arguments,
            "awaitPromise": True,
            "returnByValue": True,
        }
        try:
            async with asyncio.timeout(within_seconds):
                return _value(await self.session.send("Runtime.callFunctionOn", parameters))
        except TimeoutError:
            with suppress(TimeoutError):
                async with asyncio.timeout(TERMINATE_SECONDS):
                    await self.session.send("Runtime.terminateExecution")
            raise

    async def owner(self, frame_id: str) -> str:
        """The id of the element that shows a frame in this one."""
        owner = await self.session.send("DOM.getFrameOwner", {"frameId": frame_id})
        answer = await self.session.send(
            "DOM.resolveNode",
            {"backendNodeId": owner["backendNodeId"], "executionContextId": self.context},
        )
        element: str = answer["object"]["objectId"]
        return element


class Shown:
    """The isolated world of whatever document a page shows, whichever that is by then."""

    def __init__(self, page: Page, session: CDPSession) -> None:
        self._page = page
        self._session = session
        self._world: World | None = None

    async def run(self, function: str, argument: object, *, within_seconds: float) -> Any:
        """What ``function`` gives for a JSON ``argument``; it is called again if the page moves on to another document.

        Raises ``TimeoutError`` if it is not done in time, and Playwright's errors, also for what it throws.
        """
        async with asyncio.timeout(within_seconds + TERMINATE_SECONDS):
            while True:
                try:
                    return await (await self._entered()).call(
                        function, argument, within_seconds=within_seconds
                    )
                except PlaywrightError as error:
                    if not any(words in str(error) for words in _MOVED):
                        raise
                    self._world = None
                    await self._page.wait_for_load_state("domcontentloaded")

    async def _entered(self) -> World:
        if self._world is None:
            tree = await self._session.send("Page.getFrameTree")
            self._world = await World.of(self._session, tree["frameTree"]["frame"]["id"])
        return self._world


def _value(answer: dict[str, Any]) -> Any:
    if details := answer.get("exceptionDetails"):
        raise PlaywrightError(details.get("exception", {}).get("description") or details["text"])
    return answer["result"].get("value")
