"""The browser's own end of the egress: it shows the capture's key to the proxy, and opens nothing but the web.

What comes in place of a page passes here too: films and sound are made downloads, and the bytes of what the browser
shows, which it forgets or converts when it is asked for them later, are taken as they come.

Playwright's proxy credentials would pause every request in Python; here only documents pause, a key that was
asked for once is remembered by the browser for the whole context.
"""

import asyncio
import logging
from base64 import b64decode, b64encode
from collections.abc import Coroutine, Mapping
from typing import Any

from playwright.async_api import CDPSession
from playwright.async_api import Error as PlaywrightError

from bot.capture.egress.passage import Passage
from bot.capture.files.originals import MAX_FILE_BYTES, is_film_or_sound, is_page, is_shown, media_type

log = logging.getLogger(__name__)

# Larger ones stay with the browser: taking them costs several times their size in memory.
MAX_TAKEN_BYTES = 16 * 1024 * 1024
# So much of a text is shown: nobody looks at more of it, and the browser takes long to lay it out.
MAX_TEXT_BYTES = 1024 * 1024
# So long may a document take to come that is kept as it comes; then what there is of it is shown.
TAKE_SECONDS = 6.0
_LEAST_PART_BYTES = 512
_MOST_PART_BYTES = 128 * 1024
_OF_TRANSFER = frozenset({"content-encoding", "content-length", "transfer-encoding"})
_WHOLE = frozenset({200, 203})
# Answers that have nothing to show, so that Chromium breaks off and stays where it is. Nobody asks for a 304 here.
_EMPTY = frozenset({204, 205, 304})
_OPEN_SCHEMES = ("http:", "https:", "data:", "blob:", "about:")


class Gate:
    """Answers for one page what Chromium asks: the proxy's key, and whether a document may be opened.

    ``original`` is what the latest document of the page consisted of, if it was a file that the browser shows.
    ``is_cut``: it had not come whole after ``TAKE_SECONDS``, or within what may be taken.
    ``takes_pages_as_files`` makes a download of any document that is opened from then on.
    """

    def __init__(self, session: CDPSession, passage: Passage) -> None:
        self._session = session
        self._passage = passage
        self._answers: set[asyncio.Task[None]] = set()
        self._main_frame: str | None = None
        self._status: int | None = None
        self.original: bytes | None = None
        self.is_cut = False
        self.takes_pages_as_files = False

    @property
    def was_empty(self) -> bool:
        """Whether the latest answer for the page itself has nothing to show."""
        return self._status in _EMPTY

    async def open(self) -> None:
        """Begin to answer; to be awaited before the page goes anywhere."""
        self._session.on("Fetch.authRequired", self._on_key)
        self._session.on("Fetch.requestPaused", self._on_document)
        patterns = [
            {"urlPattern": "*", "resourceType": "Document", "requestStage": stage}
            for stage in ("Request", "Response")
        ]
        await self._session.send("Fetch.enable", {"handleAuthRequests": True, "patterns": patterns})

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
        self._main_frame = self._main_frame or event["frameId"]  # nothing in a page comes before the page
        if event["frameId"] == self._main_frame:
            self._status = event.get("responseStatusCode")
        if "responseStatusCode" in event or "responseErrorReason" in event:
            self._on_answer(event)
        elif event["request"]["url"].lower().startswith(_OPEN_SCHEMES):
            self._answer("Fetch.continueRequest", event)
        else:
            self._answer("Fetch.failRequest", event, errorReason="AccessDenied")

    def _on_answer(self, event: dict[str, Any]) -> None:
        """Let an answer pass; one that is no page of the web is made a download, or its bytes are taken first."""
        headers = {each["name"].lower(): each["value"] for each in event.get("responseHeaders", ())}
        content_type = media_type(headers.get("content-type", ""))
        is_file = not is_page(content_type) or self.takes_pages_as_files
        if (
            event["frameId"] != self._main_frame
            or event.get("responseStatusCode") not in _WHOLE
            or not is_file
        ):
            self._answer("Fetch.continueRequest", event)
            return
        self._passage.max_bytes = min(self._passage.max_bytes, self._passage.received_bytes + MAX_FILE_BYTES)
        if is_film_or_sound(content_type) or self.takes_pages_as_files:
            self._answer("Fetch.continueResponse", event, **_as_download(event))
        elif is_shown(content_type) and _length(headers) <= MAX_TAKEN_BYTES:
            self._start(self._take(event, content_type))
        else:
            self._answer("Fetch.continueRequest", event)

    async def _take(self, event: dict[str, Any], content_type: str) -> None:
        """Take the bytes of a document, and show them when all have come, or no more do."""
        content = bytearray()
        try:
            await self._read(event["requestId"], content)
            self.is_cut = False
        except TimeoutError:
            self.is_cut = True
        except PlaywrightError:
            log.debug("A document broke off before it had come")
            self.is_cut = True
        self.original = bytes(content)
        is_text = not content_type.startswith("image/") and not content_type.endswith("xml")
        self._answer(
            "Fetch.fulfillRequest",
            event,
            responseCode=event["responseStatusCode"],
            responseHeaders=[
                each for each in event["responseHeaders"] if each["name"].lower() not in _OF_TRANSFER
            ],
            body=b64encode(content[:MAX_TEXT_BYTES] if is_text else content).decode(),
        )

    async def _read(self, request: str, content: bytearray) -> None:
        """Raises ``TimeoutError`` if no end comes, or too late."""
        taken = await self._session.send("Fetch.takeResponseBodyAsStream", {"requestId": request})
        async with asyncio.timeout(TAKE_SECONDS):
            while len(content) <= MAX_TAKEN_BYTES:
                # a part comes when all of it is there: what drips in is asked for by the spoonful
                size = min(max(_LEAST_PART_BYTES, len(content) // 8), _MOST_PART_BYTES)
                part = await self._session.send("IO.read", {"handle": taken["stream"], "size": size})
                content += b64decode(part["data"]) if part.get("base64Encoded") else part["data"].encode()
                if part["eof"]:
                    return
        raise TimeoutError

    def _answer(self, method: str, event: dict[str, Any], **parameters: object) -> None:
        self._start(self._send(method, {"requestId": event["requestId"], **parameters}))

    def _start(self, answering: Coroutine[Any, Any, None]) -> None:
        answer = asyncio.create_task(answering)
        self._answers.add(answer)
        answer.add_done_callback(self._answers.discard)

    async def _send(self, method: str, parameters: dict[str, Any]) -> None:
        try:
            await self._session.send(method, parameters)
        except PlaywrightError:
            log.debug("A document was gone before it could be let through")


def _length(headers: Mapping[str, str]) -> int:
    length = headers.get("content-length", "")
    return int(length) if length.isascii() and length.isdigit() else 0


def _as_download(event: dict[str, Any]) -> dict[str, object]:
    """The same answer as a file to keep, under the name that the host gives it."""
    headers, disposition = [], "attachment"
    for each in event["responseHeaders"]:
        if each["name"].lower() == "content-disposition":
            disposition += "".join(each["value"].partition(";")[1:])
        else:
            headers.append(each)
    headers.append({"name": "Content-Disposition", "value": disposition})
    return {"responseCode": event["responseStatusCode"], "responseHeaders": headers}
