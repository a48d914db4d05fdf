"""A page that asks, prints and holds on to whoever looks at it, where nobody is there to answer."""

from collections.abc import AsyncIterator, Mapping

import pytest
import pytest_asyncio
from aiohttp import web

from bot.addresses import AddressRule
from bot.capture.browser import CLOSE_SECONDS, Browser
from bot.capture.result import Capture
from storage.kinds import ArtifactKind, Verdict
from tests.browsers import best
from tests.capturing import asking, captures_of, content, pdf_text, picture_of, serving, text_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

SAYS = """<title>{call}</title><p id=said>It has not gone on.<script>
    said.textContent = `It went on with ${{{call}}}.`;</script>"""
STAYS = """<title>Stay</title><p>Stay with me, says this page.<script>
    for (const name of ["beforeunload", "unload", "pagehide"]) addEventListener(name, (event) => {
      event.preventDefault();
      event.returnValue = "Stay";
      if (name === "pagehide") for (;;);
    });</script>"""
# A print style that hides all; one that hides all but an empty box; a script that empties the page that is printed.
HIDES = "<title>Hidden</title>{how}<h1>Hidden</h1><p>A copy on paper must hold these words all the same.</p>"
ANSWERS = {
    "alert('Look!')": "It went on with undefined.",
    "confirm('Really?')": "It went on with false.",
    "prompt('Name?')": "It went on with null.",
    "print()": "It went on with undefined.",
}
PAGES = {
    **{str(number): SAYS.format(call=call) for number, call in enumerate(ANSWERS)},
    "again": """<title>Again</title><p>It asks for ever.<script>
        setInterval(() => { alert("Again"); print(); }, 20)</script>""",
    "stays": STAYS,
    "unprintable": HIDES.format(how="<style>@media print { body > * { display: none !important } }</style>"),
    "invisible": HIDES.format(how="<style>@media print { html { visibility: hidden } }</style>"),
    "emptied": HIDES.format(how="<script>onbeforeprint = () => document.body.replaceChildren()</script>"),
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def captures() -> AsyncIterator[Mapping[str, Capture]]:
    async def page(request: web.Request) -> web.Response:
        return web.Response(text=PAGES[request.match_info["name"]], content_type="text/html")

    async with (
        serving(web.get("/{name}", page)) as host,
        Browser(best(), AddressRule([host]), timeout_seconds=20) as browser,
    ):
        wanted = asking(ArtifactKind.FULLPAGE, ArtifactKind.PDF, ArtifactKind.TEXT)
        made = await captures_of(browser, [f"http://{host}/{name}" for name in PAGES], wanted)
        yield {name: made[f"http://{host}/{name}"] for name in PAGES}
        assert browser._engine.running
        assert browser._engine.running.chromium.contexts == [], "no page has kept its window open"


@pytest.mark.parametrize(("number", "words"), list(enumerate(ANSWERS.values())), ids=list(ANSWERS))
async def test_a_question_is_answered_at_once_and_the_page_goes_on(
    captures: Mapping[str, Capture], number: int, words: str
) -> None:
    capture = captures[str(number)]
    assert (capture.verdict, capture.problems) == (Verdict.OK, ())
    assert text_of(capture) == words


@pytest.mark.parametrize(
    ("name", "words"), [("again", "It asks for ever."), ("stays", "Stay with me, says this page.")]
)
async def test_a_page_that_asks_for_ever_or_does_not_let_go_is_kept_and_closed(
    captures: Mapping[str, Capture], name: str, words: str
) -> None:
    capture = captures[name]
    assert (capture.verdict, capture.problems) == (Verdict.OK, ())
    assert text_of(capture) == words
    assert words in pdf_text(capture)
    assert capture.timings_ms["close"] < 1000 * CLOSE_SECONDS


@pytest.mark.parametrize("name", ["unprintable", "invisible"])
async def test_a_page_that_hides_itself_from_printers_is_printed_as_it_is_shown(
    captures: Mapping[str, Capture], name: str
) -> None:
    capture = captures[name]
    assert (capture.verdict, capture.problems) == (Verdict.OK, ())
    assert "must hold these words all the same" in pdf_text(capture)


async def test_a_pdf_that_can_only_be_blank_is_not_kept_as_if_it_were_the_page(
    captures: Mapping[str, Capture],
) -> None:
    capture = captures["emptied"]
    assert capture.verdict is Verdict.PARTIAL
    assert capture.problems == ("No pdf: the page hides everything when it is printed.",)
    assert ArtifactKind.PDF not in {file.kind for file in capture.files}
    assert content(capture, ArtifactKind.TEXT)
    assert picture_of(capture, ArtifactKind.FULLPAGE).convert("L").getextrema() != (255, 255)
