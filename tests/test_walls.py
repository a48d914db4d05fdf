"""Small pages in a real browser: what is there instead of a page is told, and what only talks of it is kept.

The pages are in ``fakes/walls/``. A file's name begins with the verdict; its second line has the status and
the addresses. All texts are our own.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import web
from playwright.async_api import async_playwright

from bot.addresses import AddressRule
from bot.capture.browser import Browser
from bot.capture.seen import Seen
from bot.capture.settling.settle import Rest
from bot.capture.setup.provision import find_browser
from bot.capture.traffic import Traffic
from bot.capture.verdict import judge
from bot.settings import Settings
from storage.kinds import ArtifactKind, Verdict
from tests.capturing import asking, captures_of, kinds, serving

_NOTE = re.compile(r"<!-- status: (\d+) \| asked: (\S+) \| url: (\S+) -->")
_VERDICTS = sorted((verdict.value for verdict in Verdict), key=len, reverse=True)


@dataclass(frozen=True, slots=True)
class WallPage:
    """One page of the collection."""

    path: Path
    status: int
    asked_url: str
    url: str

    @classmethod
    def read(cls, path: Path) -> "WallPage":
        note = _NOTE.fullmatch(path.read_text(encoding="utf-8").splitlines()[1])
        assert note, f"{path.name} has no note in its second line"
        return cls(path, int(note[1]), note[2], note[3])

    @property
    def verdict(self) -> Verdict:
        return Verdict(next(word for word in _VERDICTS if self.path.name.startswith(f"{word}-")))


PAGES = {
    path.stem: WallPage.read(path)
    for path in sorted((Path(__file__).parent / "fakes" / "walls").glob("*.html"))
}
WALLS = [name for name, page in PAGES.items() if page.verdict is not Verdict.OK]
HONEST = [name for name, page in PAGES.items() if page.verdict is Verdict.OK]


async def _seen() -> dict[str, Seen]:
    """Every page, looked at by one browser in one tab."""
    found = find_browser(Settings(_env_file=None).chromium_path)
    assert found, "no browser was found"
    seen = {}
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=found.path, timeout=30_000)
        tab = await chromium.new_page(viewport={"width": 1280, "height": 960})
        rest = await Rest.begin(tab, await tab.context.new_cdp_session(tab), Traffic(tab))
        for name, page in PAGES.items():
            await tab.set_content(page.path.read_text(encoding="utf-8"), timeout=5_000)
            shown = await rest.look()
            seen[name] = Seen(
                asked_url=page.asked_url,
                url=page.url,
                status=page.status,
                title=shown.title,
                text=shown.text,
                menu=shown.menu,
                has_picture=shown.has_picture,
                has_password_field=shown.has_password_field,
                has_robot_check=shown.has_robot_check,
                has_robot_box=shown.has_robot_box,
                has_code=shown.has_code,
                is_for_payers=shown.is_for_payers,
            )
        await chromium.close()
    return seen


@pytest.fixture(scope="module")
def pages() -> Mapping[str, Seen]:
    return asyncio.run(_seen())


def test_there_are_as_many_honest_pages_as_walls_need() -> None:
    assert min(len(WALLS), len(HONEST)) >= 60
    for names in (WALLS, HONEST):
        chinese = [name for name in names if 'lang="zh"' in PAGES[name].path.read_text(encoding="utf-8")]
        assert len(chinese) >= 15


@pytest.mark.parametrize("name", WALLS)
def test_a_wall_is_told_with_a_sentence_that_names_the_host(name: str, pages: Mapping[str, Seen]) -> None:
    judgement = judge(pages[name])
    assert judgement.verdict is PAGES[name].verdict, judgement.sentence
    assert pages[name].host in (judgement.sentence or "")
    assert (judgement.sentence or "").endswith(".")


@pytest.mark.parametrize("name", HONEST)
def test_a_page_that_only_talks_of_walls_is_kept(name: str, pages: Mapping[str, Seen]) -> None:
    judgement = judge(pages[name])
    assert (judgement.verdict, judgement.sentence) == (Verdict.OK, None)


@asynccontextmanager
async def served() -> AsyncIterator[str]:
    """The pages on loopback, each with its status; gives the host and port."""

    async def answer(request: web.Request) -> web.Response:
        page = PAGES[request.match_info["name"]]
        return web.Response(body=page.path.read_bytes(), content_type="text/html", status=page.status)

    async def to_login(_: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": "/login/login-required-redirect?next=/members"})

    async with serving(
        web.get("/members", to_login), web.get("/page/{name}", answer), web.get("/login/{name}", answer)
    ) as host:
        yield host


async def test_a_captured_wall_is_evidence_and_a_captured_page_about_walls_is_a_page() -> None:
    paths = {
        "/page/bot-wall-cloudflare-moment": Verdict.BOT_WALL,
        "/page/bot-wall-wechat-environment": Verdict.BOT_WALL,
        "/members": Verdict.LOGIN_REQUIRED,
        "/page/paywall-news": Verdict.PAYWALL,
        "/page/bot-wall-google-consent": Verdict.BOT_WALL,
        "/page/blank-javascript": Verdict.BLANK,
        "/page/not-found-soft-heading": Verdict.NOT_FOUND,
        "/page/ok-wechat-deleted-talk": Verdict.OK,
    }
    settings = Settings(_env_file=None, capture_timeout_seconds=30)
    async with served() as site, Browser.from_settings(settings, AddressRule([site])) as browser:
        urls = {f"http://{site}{path}": verdict for path, verdict in paths.items()}
        captures = await captures_of(browser, urls, asking(ArtifactKind.SCREEN, ArtifactKind.TEXT))
    assert {url: capture.verdict for url, capture in captures.items()} == urls
    for capture in captures.values():
        assert (kinds(capture) == {ArtifactKind.SCREEN}) is not capture.verdict.is_done
        assert (capture.error is None) is capture.verdict.is_done
