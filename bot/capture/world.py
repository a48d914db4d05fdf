"""Our scripts in the page, in a world of their own: they see its elements, but not what its scripts have spoilt."""

from typing import Any

from playwright.async_api import CDPSession, Page
from playwright.async_api import Error as PlaywrightError

# What Chromium says when the page has gone on to another document, before a script or in the middle of it.
_MOVED = ("Cannot find context", "context was destroyed", "Inspected target navigated")


class World:
    """Runs functions in the document that the page shows, whichever that is by then."""

    def __init__(self, page: Page, session: CDPSession) -> None:
        self._page = page
        self._session = session
        self._context: int | None = None

    async def run(self, function: str, argument: Any = None) -> Any:
        """Call a JavaScript function, again if the page moves on; a page that moves for ever is the caller's to end.

        Raises Playwright's errors, also for what the function throws.
        """
        while True:
            try:
                return await self._call(function, argument)
            except PlaywrightError as error:
                if not any(words in str(error) for words in _MOVED):
                    raise
                self._context = None
                await self._page.wait_for_load_state("domcontentloaded")

    async def _call(self, function: str, argument: Any) -> Any:
        if self._context is None:
            self._context = await self._entered()
        answer = await self._session.send(
            "Runtime.callFunctionOn",
            {
                "executionContextId": self._context,
                "functionDeclaration": function,
                "arguments": [{"value": argument}],
                "awaitPromise": True,
                "returnByValue": True,
            },
        )
        if "exceptionDetails" in answer:
            raise PlaywrightError(str(answer["exceptionDetails"].get("exception", {}).get("description")))
        return answer["result"].get("value")

    async def _entered(self) -> int:
        tree = await self._session.send("Page.getFrameTree")
        world = {"frameId": tree["frameTree"]["frame"]["id"], "worldName": "tagshot"}
        return int((await self._session.send("Page.createIsolatedWorld", world))["executionContextId"])
