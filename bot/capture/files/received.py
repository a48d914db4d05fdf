"""What a page has received, by address. The bytes are the browser's own; nothing is asked of the network again."""

import asyncio
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Request, Response

from bot.capture.failures import raise_if_gone

AT_ONCE = 16
_MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w:.-]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Body:
    """The bytes of one answer, what the host said that they are, and where they came from in the end."""

    content: bytes
    content_type: str
    address: str

    @property
    def media_type(self) -> str:
        """The media type without parameters, safe to stand in an address."""
        match = _MEDIA_TYPE.match(self.content_type.strip())
        return match[0].lower() if match else "application/octet-stream"

    def text(self) -> str:
        """The text of a style sheet, in the encoding that it or its host names."""
        said = _CHARSET.search(self.content_type) or re.match(r'@charset "([\w:.-]+)"', self._beginning())
        try:
            return self.content.decode(said[1] if said else "utf-8-sig", "replace")
        except LookupError:
            return self.content.decode("utf-8-sig", "replace")

    def _beginning(self) -> str:
        return self.content[:100].decode("latin-1")


class Received:
    """The answers to a page's requests; an address without its fragment stands for what came in the end."""

    def __init__(self) -> None:
        self._responses: defaultdict[str, list[Response]] = defaultdict(list)

    def add(self, response: Response) -> None:
        """Note an answer, also under the addresses that led to it."""
        request: Request | None = response.request
        while request:
            self._responses[request.url.partition("#")[0]].append(response)
            request = request.redirected_from

    def __contains__(self, address: str) -> bool:
        return address in self._responses

    async def bodies(self, addresses: Iterable[str], *, within_seconds: float) -> dict[str, Body]:
        """What there is of ``addresses``; what the browser does not give in time is not in it.

        Raises ``BrowserGone``.
        """
        found: dict[str, Body] = {}
        places = asyncio.Semaphore(AT_ONCE)

        async def one(address: str) -> None:
            async with places:
                found[address] = await self._body(address)

        tasks = [asyncio.create_task(one(each)) for each in dict.fromkeys(addresses) if each in self]
        try:
            if tasks:
                done, _ = await asyncio.wait(tasks, timeout=within_seconds)
                for task in done:
                    task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        return found

    async def _body(self, address: str) -> Body:
        """The first answer that still has its bytes: one that came from the page's memory has none."""
        for response in self._responses[address]:
            try:
                content = await response.body()
            except PlaywrightError as error:
                raise_if_gone(error)
                continue
            if content:
                return Body(content, response.headers.get("content-type", ""), response.url)
        return Body(b"", "", address)
