"""Whether a PDF holds the page: told from what is drawn, quickly, and only in doubt from what can be read."""

import pypdf
import pytest

from bot.addresses import AddressRule
from bot.capture.browser import Browser
from storage.kinds import ArtifactKind, Verdict
from tests.browsers import best
from tests.capturing import asking, pdf_text
from tests.fakes.site import SiteDouble


@pytest.mark.parametrize("page", ["/short", "/chinese"])
async def test_an_ordinary_pdf_need_not_be_read(monkeypatch: pytest.MonkeyPatch, page: str) -> None:
    def read(*_: object) -> str:
        raise AssertionError("reading a PDF takes a hundred times as long as counting what it draws")

    with monkeypatch.context() as slow:
        slow.setattr(pypdf.PageObject, "extract_text", read)
        async with SiteDouble() as site, Browser(best(), AddressRule([site.allow])) as browser:
            capture = await browser.capture(site.url(page), asking(ArtifactKind.PDF))
    assert (capture.verdict, capture.problems) == (Verdict.OK, ())
    assert len(pdf_text(capture)) > 100
