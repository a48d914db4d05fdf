"""Scripts of ours beside a page's own: they see the same document, but nothing that the page's scripts have changed."""

from dataclasses import dataclass
from typing import Any, Self

from playwright.async_api import CDPSession

from bot.capture.draft import NotMade

_NAME = "tagshot"


@dataclass(frozen=True, slots=True)
class World:
    """An isolated world of one frame; what ``call`` raises are ``NotMade`` and Playwright's errors."""

    session: CDPSession
    context: int

    @classmethod
    async def of(cls, session: CDPSession, frame_id: str) -> Self:
        """The world of a frame of the page that ``session`` speaks to."""
        answer = await session.send("Page.createIsolatedWorld", {"frameId": frame_id, "worldName": _NAME})
        return cls(session, answer["executionContextId"])

    async def call(self, function: str, *values: object, objects: list[str] | None = None) -> Any:
        """What a JavaScript function gives for JSON ``values`` and, after them, the ``objects`` by their ids."""
        arguments = [{"value": value} for value in values] + [{"objectId": each} for each in objects or []]
        answer = await self.session.send(
            "Runtime.callFunctionOn",
            {
                "functionDeclaration": function,
                "executionContextId": self.context,
                "arguments": arguments,
                "returnByValue": True,
                "awaitPromise": True,
            },
        )
        if failure := answer.get("exceptionDetails"):
            raise NotMade(f"a script failed in the page ({_gist(failure)})")
        return answer["result"].get("value")

    async def owner(self, frame_id: str) -> str:
        """The id of the element that shows a frame of this document."""
        found = await self.session.send("DOM.getFrameOwner", {"frameId": frame_id})
        answer = await self.session.send(
            "DOM.resolveNode",
            {"backendNodeId": found["backendNodeId"], "executionContextId": self.context},
        )
        object_id: str = answer["object"]["objectId"]
        return object_id


def _gist(failure: dict[str, Any]) -> str:
    description = failure.get("exception", {}).get("description") or failure.get("text", "")
    return str(description).partition("\n")[0][:200]
