"""A link that is a file: the file itself is the snapshot, and a PDF is shown and read besides."""

from dataclasses import dataclass, replace

from playwright.async_api import Download, Response

from bot.capture.draft import Draft, NotMade
from bot.capture.egress.passage import Passage
from bot.capture.files import originals
from bot.capture.files.paper import reader
from bot.capture.options import Options
from bot.capture.result import CapturedFile
from bot.capture.seen import host_of
from bot.capture.verdict import Judgement
from storage.kinds import ArtifactKind, Verdict
from storage.metadata import Metadata


@dataclass(frozen=True, slots=True)
class Keeping:
    """Keeps what a host sends as a download and writes it into ``draft``."""

    passage: Passage
    draft: Draft
    options: Options

    async def keep(self, download: Download, response: Response | None) -> None:
        """Wait for the file, keep it and judge."""
        self.draft.http_status = response.status if response else None
        self.draft.final_url = download.url
        try:
            with self.draft.timings.step("download"):
                file = await originals.downloaded(
                    download,
                    originals.content_type_of(response),
                    self.passage,
                    size_bytes=originals.size_of(response),
                )
        except originals.TooLarge as error:
            self._failed(Verdict.TOO_LARGE, str(error))
        except NotMade as error:
            self._failed(Verdict.UNREACHABLE, f"{host_of(self.draft.url)}: {error}")
        else:
            self.draft.files.append(file)
            self.draft.metadata = Metadata(title=file.name)
            if file.kind is ArtifactKind.PDF:
                await self._read(file)
            self.draft.judgement = Judgement(Verdict.FILE)

    def _failed(self, verdict: Verdict, sentence: str) -> None:
        self.draft.failed_step = "download"
        self.draft.judgement = Judgement(verdict, sentence)

    async def _read(self, file: CapturedFile) -> None:
        """What a PDF shows and says; it is kept also when that can't be told."""
        with self.draft.timings.step("paper"):
            paper = await reader.read(file.content)
        counted = replace(file, pages=paper.page_count or None)
        self.draft.files[self.draft.files.index(file)] = counted
        if paper.problem:
            self.draft.problems.append(paper.problem)
        if paper.picture and self.options.wants(ArtifactKind.SCREEN):
            self.draft.files.append(CapturedFile(ArtifactKind.SCREEN, "image/jpeg", paper.picture))
        if paper.text and self.options.wants(ArtifactKind.TEXT):
            text = paper.text.encode("utf-8", "replace")
            self.draft.files.append(CapturedFile(ArtifactKind.TEXT, "text/markdown; charset=utf-8", text))
        self.draft.metadata = Metadata(
            title=paper.title or file.name, author=paper.author, language=paper.language
        )
