"""Scripts in a world of their own beside the page's: its elements are the same, its broken functions are not."""

import asyncio
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

from playwright.async_api import CDPSession, Page
from playwright.async_api import Error as PlaywrightError

_WORLD = "tagshot"


async def evaluate(page: Page, script: str, argument: object, *, within_seconds: float) -> Any:
    """What the function in ``script`` gives for ``argument``; a script that never ends is ended.

    The page's content security policy does not apply. Raises Playwright's errors.
    """
    session = await page.context.new_cdp_session(page)
    try:
        tree = await session.send("Page.getFrameTree")
        world = await World.of(session, tree["frameTree"]["frame"]["id"])
        answer = await session.send(
            "Runtime.evaluate",
            {
                "expression": f"({script})({json.dumps(argument)})",
                "contextId": world.context,
                "awaitPromise": True,
                "returnByValue": True,
                "timeout": within_seconds * 1000,
            },
        )
    finally:
        await session.detach()
    return _value(answer)


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
            "returnByValue": True,
        }
        try:
            async with asyncio.timeout(within_seconds):
                return _value(await self.session.send("Runtime.callFunctionOn", parameters))
        except TimeoutError:
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


def _value(answer: dict[str, Any]) -> Any:
    if details := answer.get("exceptionDetails"):
        raise PlaywrightError(details.get("exception", {}).get("description") or details["text"])
    return answer["result"].get("value")
