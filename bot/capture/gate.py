"""The browser's own end of the egress: it shows the capture's key to the proxy, and opens nothing but the web.

Playwright's proxy credentials would pause every request in Python; here only documents pause, a key that was
asked for once is remembered by the browser for the whole context.
"""

import asyncio
import logging
from typing import Any

from playwright.async_api import CDPSession
from playwright.async_api import Error as PlaywrightError

from bot.capture.egress.passage import Passage

log = logging.getLogger(__name__)

_OPEN_SCHEMES = ("http:", "https:", "data:", "blob:", "about:")


class Gate:
    """Answers for one page what Chromium asks: the proxy's key, and whether a document may be opened."""

    def __init__(self, session: CDPSession, passage: Passage) -> None:
        self._session = session
        self._passage = passage
        self._answers: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Begin to answer; to be awaited before the page goes anywhere."""
        self._session.on("Fetch.authRequired", self._on_key)
        self._session.on("Fetch.requestPaused", self._on_document)
        await self._session.send(
            "Fetch.enable",
            {"handleAuthRequests": True, "patterns": [{"urlPattern": "*", "resourceType": "Document"}]},
        )

    def _on_key(self, event: dict[str, Any]) -> None:
        challenge: dict[str, str] = {"response": "CancelAuth"}
        if event["authChallenge"].get("source") == "Proxy":
            challenge = {
                "response": "ProvideCredentials",
                "username": self._passage.username,
                "password": self._passage.password,
            }
        self._answer("Fetch.continueWithAuth", event, authChallengeResponse=challenge)

    def _on_document(self, event: dict[str, Any]) -> None:
        if event["request"]["url"].lower().startswith(_OPEN_SCHEMES):
            self._answer("Fetch.continueRequest", event)
        else:
            self._answer("Fetch.failRequest", event, errorReason="AccessDenied")

    def _answer(self, method: str, event: dict[str, Any], **parameters: object) -> None:
        answer = asyncio.create_task(self._send(method, {"requestId": event["requestId"], **parameters}))
        self._answers.add(answer)
        answer.add_done_callback(self._answers.discard)

    async def _send(self, method: str, parameters: dict[str, Any]) -> None:
        try:
            await self._session.send(method, parameters)
        except PlaywrightError:
            log.debug("A document was gone before it could be let through")
