"""The browser is killed, idle or can't be started: what becomes of captures, and what is left of it afterwards."""

import asyncio
import operator
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.addresses import AddressRule
from bot.capture import making
from bot.capture.browser import Browser
from bot.capture.folder import sweep
from bot.capture.launch import Posture, closed_folder, postures
from bot.capture.result import Capture
from bot.errors import BrowserError
from storage.models import ArtifactKind, Verdict
from tests.browsers import best
from tests.capturing import asking, kinds
from tests.fakes.site import SiteDouble

SECONDS = 10
SCREEN = asking(ArtifactKind.SCREEN)


@pytest.fixture
async def browser(site: SiteDouble) -> AsyncIterator[Browser]:
    async with Browser(best(), AddressRule([site.allow]), timeout_seconds=5) as browser:
        yield browser


def processes(*words: str) -> list[int]:
    """The living processes whose command line has all these words."""
    found = []
    for folder in Path("/proc").iterdir():
        try:
            command = (
                (folder / "cmdline").read_bytes().decode(errors="replace") if folder.name.isdigit() else ""
            )
        except OSError:
            continue
        if command and all(word in command for word in words):
            found.append(int(folder.name))
    return found


def folder_of(browser: Browser) -> Path:
    assert browser._engine.running is not None
    return browser._engine.running.folder.path


def group_of(browser: Browser) -> int:
    return int((folder_of(browser) / "pid").read_text())


def in_group(group: int, *words: str) -> list[int]:
    return [each for each in processes("chrom", *words) if os.getpgid(each) == group]


async def until(claim: Callable[[], bool]) -> None:
    async with asyncio.timeout(SECONDS):
        while not claim():  # noqa: ASYNC110 - a process that ends sends no event
            await asyncio.sleep(0.02)


class TestKilled:
    """The browser or a page's process is killed in mid-capture."""

    async def capture_while(self, browser: Browser, site: SiteDouble, kill: Callable[[], None]) -> Capture:
        site.hold("/app.json")
        capture = asyncio.create_task(browser.capture(site.url("/app"), SCREEN))
        await site.asked("/app.json")
        kill()
        site.release("/app.json")
        return await capture

    async def test_a_killed_browser_is_replaced_and_the_capture_is_whole(
        self, browser: Browser, site: SiteDouble
    ) -> None:
        killed: list[int] = []

        def kill() -> None:
            killed.append(group_of(browser))
            os.kill(killed[0], signal.SIGKILL)

        capture = await self.capture_while(browser, site, kill)
        assert (capture.verdict, capture.title) == (Verdict.OK, "Filled in by a script")
        assert site.requests.count("/app") == 2
        assert group_of(browser) not in killed

    async def test_a_killed_page_is_tried_once_more_in_the_same_browser(
        self, browser: Browser, site: SiteDouble
    ) -> None:
        groups: list[int] = []

        def kill() -> None:
            groups.append(group_of(browser))
            for renderer in in_group(groups[0], "--type=renderer"):
                os.kill(renderer, signal.SIGKILL)

        capture = await self.capture_while(browser, site, kill)
        assert (capture.verdict, capture.title) == (Verdict.OK, "Filled in by a script")
        assert site.requests.count("/app") == 2
        assert groups == [group_of(browser)]

    @pytest.mark.parametrize("step", ["pictures.part", "prints.pdf"])
    @pytest.mark.parametrize("victim", ["--type=renderer", ""], ids=["page", "browser"])
    async def test_a_picture_or_a_pdf_under_way_does_not_wait_for_what_was_killed(
        self, browser: Browser, site: SiteDouble, monkeypatch: pytest.MonkeyPatch, step: str, victim: str
    ) -> None:
        make = operator.attrgetter(step)(making)
        killed: list[int] = []

        async def kill_and_make(*arguments: object) -> object:
            if not killed:
                killed.extend(in_group(group_of(browser), victim))
                for process in killed:
                    os.kill(process, signal.SIGKILL)
            return await make(*arguments)

        monkeypatch.setattr(f"bot.capture.making.{step}", kill_and_make)
        wanted = asking(ArtifactKind.FULLPAGE, ArtifactKind.PDF)
        capture = await browser.capture(site.url("/short"), wanted)
        assert killed
        assert (capture.verdict, capture.problems) == (Verdict.OK, ())
        assert kinds(capture) == wanted.kinds
        assert site.requests.count("/short") == 2

    async def test_a_page_that_kills_the_browser_each_time_fails_with_a_sentence(
        self, browser: Browser, site: SiteDouble
    ) -> None:
        site.hold("/app.json")
        capture = asyncio.create_task(browser.capture(site.url("/app"), SCREEN))
        for visit in (1, 2):
            await site.asked("/app.json", times=visit)
            os.killpg(group_of(browser), signal.SIGKILL)
        failed = await capture
        assert (failed.verdict, failed.files) == (Verdict.UNREACHABLE, ())
        assert "twice" in (failed.error or "")
        assert failed.failed_step


async def test_a_window_that_can_not_be_closed_ends_its_browser_and_not_the_captures(
    browser: Browser, site: SiteDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(_: object) -> None:
        await asyncio.Event().wait()

    with monkeypatch.context() as patch:
        patch.setattr("bot.capture.browser.CLOSE_SECONDS", 0.1)
        patch.setattr("playwright.async_api.BrowserContext.close", never)
        capture = await browser.capture(site.url("/short"), SCREEN)
        stuck = folder_of(browser)
    assert capture.verdict is Verdict.OK
    assert (await browser.capture(site.url("/short"), SCREEN)).verdict is Verdict.OK
    assert folder_of(browser) != stuck


async def test_a_browser_is_started_when_needed_and_leaves_nothing(site: SiteDouble) -> None:
    async with Browser(best(), AddressRule([site.allow]), timeout_seconds=10) as browser:
        assert browser._engine.running is None
        assert (await browser.capture(site.url("/short"), SCREEN)).verdict is Verdict.OK
        folder, group = folder_of(browser), group_of(browser)
        assert folder.is_dir()
        assert in_group(group)
    assert not folder.exists()
    assert in_group(group) == []


async def test_a_file_that_is_no_browser_is_an_error_with_a_sentence(
    site: SiteDouble, tmp_path: Path
) -> None:
    async with Browser(tmp_path / "chromium", AddressRule()) as browser:
        with pytest.raises(BrowserError, match="can't be started"):
            await browser.capture("http://example.com/")


_VICTIM = """
import asyncio, sys
from pathlib import Path
from bot.addresses import AddressRule
from bot.capture.browser import Browser
from bot.capture.folder import sweep

async def main():
    async with Browser(Path(sys.argv[1]), AddressRule([sys.argv[2]])) as browser:
        await browser.capture(sys.argv[3])

asyncio.run(main())
"""


async def test_a_killed_bot_leaves_no_browser_behind(site: SiteDouble, tmp_path: Path) -> None:
    arguments = [sys.executable, "-c", _VICTIM, str(best()), site.allow, site.url("/hang")]
    victim = await asyncio.create_subprocess_exec(*arguments, env={**os.environ, "TMPDIR": str(tmp_path)})
    try:
        await site.asked("/hang")
        assert processes(str(tmp_path))
    finally:
        victim.kill()
        await victim.wait()
    await until(lambda: processes(str(tmp_path)) == [])


def test_the_sandbox_is_tried_first_and_root_is_never_a_browsers_user_if_that_can_be() -> None:
    assert list(postures("auto", is_root=False)) == [Posture(True, False), Posture(False, False)]
    assert next(postures("auto", is_root=True)) == Posture(True, True)
    assert list(postures("on", is_root=False)) == [Posture(True, False)]
    assert all(posture.has_sandbox for posture in postures("on", is_root=True))
    assert not any(posture.has_sandbox for posture in postures("off", is_root=True))


class TestLeftOvers:
    """What a bot that was killed leaves in the folder for temporary files."""

    @pytest.fixture(autouse=True)
    def _elsewhere(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    async def test_the_folders_of_killed_bots_are_removed_at_the_start(
        self, site: SiteDouble, tmp_path: Path
    ) -> None:
        arguments = [sys.executable, "-c", _VICTIM, str(best()), site.allow, site.url("/hang")]
        environment = {**os.environ, "TMPDIR": str(tmp_path)}
        victim = await asyncio.create_subprocess_exec(*arguments, env=environment)
        await site.asked("/hang")
        [folder] = tmp_path.glob("tagshot-browser-*")
        async with Browser(best(), AddressRule()):
            assert folder.is_dir(), "a living bot's folder is not ours to remove"
            assert processes(str(folder))
        victim.kill()
        await victim.wait()
        async with Browser(best(), AddressRule()):
            assert not folder.exists()
        await until(lambda: processes(str(folder)) == [])

    def test_the_browser_in_another_folder_that_has_the_same_number_lives(self, tmp_path: Path) -> None:
        other = tmp_path / "tagshot-browser-dead"
        other.mkdir()
        with subprocess.Popen(["/bin/sleep", "60"], start_new_session=True) as sleeper:
            (other / "pid").write_text(str(sleeper.pid))
            sweep()
            is_alive = sleeper.poll() is None
            sleeper.kill()
        assert is_alive
        assert not other.exists()

    def test_a_file_or_a_link_of_that_name_is_left_alone(self, tmp_path: Path) -> None:
        target = tmp_path / "mine"
        target.mkdir()
        (tmp_path / "tagshot-browser-link").symlink_to(target)
        (tmp_path / "tagshot-browser-file").touch()
        sweep()
        assert {path.name for path in tmp_path.iterdir()} == {
            "mine", "tagshot-browser-link", "tagshot-browser-file",
        }  # fmt: skip


class TestIdle:
    """A browser that nobody needs is closed."""

    async def test_an_idle_browser_is_closed_and_started_again_when_needed(self, site: SiteDouble) -> None:
        rule = AddressRule([site.allow])
        async with Browser(best(), rule, timeout_seconds=10, idle_seconds=0) as browser:
            for _ in range(2):
                assert (await browser.capture(site.url("/short"), SCREEN)).verdict is Verdict.OK
                await until(lambda: browser._engine.running is None)

    async def test_a_browser_at_work_is_not_idle(self, site: SiteDouble) -> None:
        rule = AddressRule([site.allow])
        async with Browser(best(), rule, timeout_seconds=10, idle_seconds=0) as browser:
            site.hold("/app.json")
            working = asyncio.create_task(browser.capture(site.url("/app"), SCREEN))
            await site.asked("/app.json")
            assert (await browser.capture(site.url("/short"), SCREEN)).verdict is Verdict.OK
            site.release("/app.json")
            assert (await working).verdict is Verdict.OK
            assert site.requests.count("/app") == 1


def test_a_folder_that_keeps_unprivileged_users_from_the_browser_is_found(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "browsers").mkdir(parents=True)
    tmp_path.chmod(0o755)
    home.chmod(0o700)
    found = closed_folder(home / "browsers" / "chrome")
    assert found is not None
    assert home.is_relative_to(found)
    assert closed_folder(Path("/usr/bin/env")) is None
