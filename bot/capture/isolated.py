"""Scripts in a world of their own beside the page's: its elements are the same, its broken functions are not."""

import json
from typing import Any

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page

_WORLD = "tagshot"


async def evaluate(page: Page, script: str, argument: object, *, within_seconds: float) -> Any:
    """What the function in ``script`` gives for ``argument``; a script that never ends is ended.

    The page's content security policy does not apply. Raises Playwright's errors.
    """
    session = await page.context.new_cdp_session(page)
    try:
        tree = await session.send("Page.getFrameTree")
        world = await session.send(
            "Page.createIsolatedWorld", {"frameId": tree["frameTree"]["frame"]["id"], "worldName": _WORLD}
        )
        answer = await session.send(
            "Runtime.evaluate",
            {
                "expression": f"({script})({json.dumps(argument)})",
                "contextId": world["executionContextId"],
                "awaitPromise": True,
                "returnByValue": True,
                "timeout": within_seconds * 1000,
            },
        )
    finally:
        await session.detach()
    if "exceptionDetails" in answer:
        details = answer["exceptionDetails"]
        raise PlaywrightError(details.get("exception", {}).get("description") or details["text"])
    return answer["result"].get("value")
