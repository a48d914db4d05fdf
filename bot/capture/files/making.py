"""Making the files of a settled page: the browser's part one after another, the reading of it meanwhile beside."""

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain
from typing import Any

from playwright.async_api import CDPSession, Page, Response
from playwright.async_api import Error as PlaywrightError

from bot.capture import failures
from bot.capture.draft import Draft, NotMade
from bot.capture.files import originals, pictures, prints, reading
from bot.capture.files.received import Received
from bot.capture.files.slices import slices
from bot.capture.files.standalone.one_file import Copy, one_file
from bot.capture.files.standalone.taking import take
from bot.capture.options import Options
from bot.capture.result import CapturedFile
from bot.capture.settling.settle import Look
from storage.kinds import ArtifactKind
from storage.metadata import Metadata

log = logging.getLogger(__name__)

FILE_SECONDS = 25.0
SIGN_OF_LIFE_SECONDS = 1.0
# A page with more elements than this holds so much that a round of tidying its memory pays.
MANY_ELEMENTS = 10_000
_METADATA = "metadata"
_TYPES = {
    ArtifactKind.SCREEN: "image/jpeg",
    ArtifactKind.FULLPAGE: "image/jpeg",
    ArtifactKind.SLICES: "image/jpeg",
    ArtifactKind.PDF: "application/pdf",
    ArtifactKind.HTML: "text/html; charset=utf-8",
    ArtifactKind.TEXT: "text/markdown; charset=utf-8",
}


@dataclass(slots=True)
class Making:
    """Makes the files that ``options`` ask for and writes them into ``draft``; each may fail alone.

    What takes the browser is made one after another: at the same time on one page they hang each other.
    ``is_as_seen``: the page still looks as it did on its first screen. All functions raise ``BrowserGone``.
    """

    page: Page
    session: CDPSession
    received: Received
    draft: Draft
    options: Options
    is_as_seen: bool = False
    _screen: bytes | None = None
    _beside: list[asyncio.Task[None]] = field(default_factory=list)

    async def screen(self) -> None:
        """The first screen."""
        if self.options.wants(ArtifactKind.SCREEN):
            async with self._attempt(ArtifactKind.SCREEN):
                self._screen = await pictures.first_screen(self.session, self.options.screen)
                self._keep(ArtifactKind.SCREEN, self._screen)

    async def of_page(self, shown: Look) -> None:
        """Everything of a page of the web but its first screen."""
        async with self._all():
            await self._pictures()
            await self._reading(shown)
            await self._html(shown)
            await self._pdf(shown)

    async def of_file(self, shown: Look, response: Response | None, original: bytes | None = None) -> None:
        """Everything of a file that the browser shows, and the file itself."""
        self.draft.metadata = Metadata(title=originals.name_in(shown.url))
        async with self._all():
            await self._pictures()
            await self._pdf(shown)
            if shown.text.strip() and self.options.wants(ArtifactKind.TEXT):
                self._keep(ArtifactKind.TEXT, reading.plain_text(shown))
            if response and self.options.wants(ArtifactKind.ORIGINAL):
                async with self._attempt(ArtifactKind.ORIGINAL):
                    self.draft.files.append(await originals.shown(response, original))

    @asynccontextmanager
    async def _all(self) -> AsyncIterator[None]:
        """Wait also for what is done beside the block, or end it with the block."""
        try:
            yield
            await asyncio.gather(*self._beside)
        finally:
            for task in self._beside:
                task.cancel()
            await asyncio.gather(*self._beside, return_exceptions=True)

    async def _pictures(self) -> None:
        wanted = [kind for kind in (ArtifactKind.FULLPAGE, ArtifactKind.SLICES) if self.options.wants(kind)]
        if not wanted:
            return
        async with self._attempt(*wanted):
            taken = await self._parts()
            if ArtifactKind.FULLPAGE in wanted:
                self._meanwhile(self._fullpage(taken))
            if ArtifactKind.SLICES in wanted:
                self._meanwhile(self._slices(taken))

    async def _parts(self) -> list[bytes]:
        screen = self.options.screen
        height = await pictures.page_height(self.session) * screen.scale
        if self._screen and self.is_as_seen and height <= screen.height * screen.scale:
            return [self._screen]
        if height > pictures.MAX_FULLPAGE_PIXELS:
            self.draft.problems.append(
                f"The page is {height:,} pixels high; its picture ends at {pictures.MAX_FULLPAGE_PIXELS:,}."
            )
        taken = []
        for top, bottom in pictures.parts(height):
            taken.append(await pictures.part(self.session, screen, top, bottom))
            if bottom - top == pictures.PART_PIXELS:
                await self._let_go()
        return taken

    async def _fullpage(self, taken: Sequence[bytes]) -> None:
        async with self._attempt(ArtifactKind.FULLPAGE):
            self._keep(ArtifactKind.FULLPAGE, *await asyncio.to_thread(pictures.joined, taken))

    async def _slices(self, taken: Iterable[bytes]) -> None:
        async with self._attempt(ArtifactKind.SLICES):
            cut = [await asyncio.to_thread(slices, each) for each in taken]
            self._keep(ArtifactKind.SLICES, *chain.from_iterable(cut))

    async def _reading(self, shown: Look) -> None:
        wanted = [kind for kind in (ArtifactKind.TEXT,) if self.options.wants(kind)]
        async with self._attempt(*wanted, _METADATA):
            self._meanwhile(self._read(await self.page.content(), shown))

    async def _read(self, source: str, shown: Look) -> None:
        async with self._attempt(_METADATA):
            self.draft.metadata = await asyncio.to_thread(reading.metadata, source, shown)
        if shown.text.strip() and self.options.wants(ArtifactKind.TEXT):
            async with self._attempt(ArtifactKind.TEXT):
                self._keep(ArtifactKind.TEXT, await asyncio.to_thread(reading.markdown, source, shown))

    async def _html(self, shown: Look) -> None:
        if self.options.wants(ArtifactKind.HTML):
            async with self._attempt(ArtifactKind.HTML):
                copy = await take(self.session, self.received)
                self._meanwhile(self._single_file(copy, shown.title))

    async def _single_file(self, copy: Copy, title: str) -> None:
        async with self._attempt(ArtifactKind.HTML):
            file = await asyncio.to_thread(one_file, copy, title, datetime.now(UTC))
            self._keep(ArtifactKind.HTML, file.content)
            self.draft.problems += file.problems

    async def _pdf(self, shown: Look) -> None:
        if self.options.wants(ArtifactKind.PDF):
            async with self._attempt(ArtifactKind.PDF):
                if shown.element_count > MANY_ELEMENTS:
                    await self._let_go()
                printed = await prints.pdf(self.page, shown, self.options.sheet)
                self._keep(ArtifactKind.PDF, printed.content, pages=len(printed.pages))

    async def _let_go(self) -> None:
        """Have the page's process give back what the last file took: a big page would need it twice for the next."""
        await self.session.send("HeapProfiler.collectGarbage")

    def _keep(self, kind: ArtifactKind, *contents: bytes, pages: int | None = None) -> None:
        self.draft.files += [CapturedFile(kind, _TYPES[kind], content, pages=pages) for content in contents]

    def _meanwhile(self, work: Coroutine[Any, Any, None]) -> None:
        """Have something done that does not take the browser, while the browser goes on."""
        self._beside.append(asyncio.create_task(work))

    @asynccontextmanager
    async def _attempt(self, *wanted: str) -> AsyncIterator[None]:
        """Say why there is nothing of what is ``wanted`` if the block fails, and go on with the rest.

        The time counts as that of the first.
        """
        what = " and ".join(wanted)
        problems = self.draft.problems
        try:
            with self.draft.timings.step(wanted[0]):
                async with asyncio.timeout(FILE_SECONDS):
                    yield
        except NotMade as error:
            problems.append(f"No {what}: {str(error).removesuffix('.')}.")
        except TimeoutError:
            problems.append(f"No {what}: it was not done within {FILE_SECONDS:.0f} seconds.")
        except asyncio.CancelledError:
            problems.append(f"No {what}: there was no time left for it.")
            raise
        except PlaywrightError as error:
            failures.raise_if_gone(error)
            await self._raise_if_gone()
            problems.append(f"No {what}: the browser could not make it.")
            log.info("No %s: %s", what, failures.gist(error))
        except Exception:
            problems.append(f"No {what}: it could not be made.")
            log.exception("No %s", what)

    async def _raise_if_gone(self) -> None:
        """Ask the page for a sign of life: what it was making fails before the end of its process is told."""
        try:
            async with asyncio.timeout(SIGN_OF_LIFE_SECONDS):
                await self.session.send("Runtime.evaluate", {"expression": "0"})
        except TimeoutError:
            log.info("A page is too busy to answer")
        except PlaywrightError as error:
            failures.raise_if_gone(error)
