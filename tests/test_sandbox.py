"""Chromium's own sandbox: used where the host allows it, missed and said where it does not, never without need."""

import os
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from bot.addresses import AddressRule
from bot.capture.browser import Browser
from bot.capture.chromium.launch import Posture, closed_folder, postures
from bot.capture.setup.namespaces import sandbox_advice
from bot.doctor import examine
from bot.errors import BrowserError
from bot.findings import State
from bot.settings import Settings
from storage.kinds import Verdict
from tests.browsers import KINDS, Kind, best, of_kind
from tests.conftest import OWNER, running
from tests.fakes.site import SiteDouble
from tests.fakes.telegram.double import BotApiDouble
from tests.fakes.telegram.messages import Message

pytestmark = pytest.mark.skipif(not Path("/proc").is_dir(), reason="postures are looked up in /proc")

NOBODY = 65534


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that the browser's unprivileged user can read, as ``tmp_path`` is not."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
def without_namespaces(open_folder: Path) -> Path:
    """The browser as it is on a host that allows no sandbox: it only starts when told to do without."""
    browser = open_folder / "chromium-headless-shell"
    browser.write_text(f"""#!/bin/sh
case "$*" in *--no-sandbox*|*--version*) exec {best()} "$@";; esac
echo "FATAL: No usable sandbox!" >&2
exit 1
""")
    browser.chmod(0o755)
    return browser


def is_confined(browser: Browser) -> bool:
    """Whether the pages' processes are filtered by the kernel, as only the sandbox does it."""
    status = [_status(browser, folder) for folder in Path("/proc").glob("[0-9]*")]
    seccomp = {line for each in status for line in each if line.startswith("Seccomp:")}
    assert seccomp, "there is no page"
    return seccomp == {"Seccomp:\t2"}


def _status(browser: Browser, process: Path) -> list[str]:
    """What the kernel says of a process, if it is one of a page."""
    assert browser._engine.running
    try:
        is_ours = os.getpgid(int(process.name)) == browser._engine.running.folder.group()
        if is_ours and b"--type=renderer" in (process / "cmdline").read_bytes():
            return (process / "status").read_text().splitlines()
    except OSError:
        pass
    return []


@pytest.mark.parametrize("kind", KINDS)
async def test_pages_are_in_the_sandbox_if_that_can_be_and_never_of_root(
    kind: Kind, site: SiteDouble
) -> None:
    async with Browser(of_kind(kind), AddressRule([site.allow])) as browser:
        assert (await browser.capture(site.url("/short"))).verdict is Verdict.OK
        running = browser._engine.running
        assert running
        page = await running.chromium.new_page()  # so that there is a page's process to look at
        assert is_confined(browser) == running.posture.has_sandbox
        await page.close()
        assert browser.unconfined.is_set() != running.posture.has_sandbox
        assert Path(f"/proc/{running.folder.group()}").stat().st_uid != 0


async def test_where_the_host_allows_no_sandbox_it_goes_without_and_says_so(
    without_namespaces: Path, site: SiteDouble, caplog: pytest.LogCaptureFixture
) -> None:
    async with Browser(without_namespaces, AddressRule([site.allow])) as browser:
        capture = await browser.capture(site.url("/short"))
        running = browser._engine.running
        assert running
        assert Path(f"/proc/{running.folder.group()}").stat().st_uid != 0
        refused = await browser.capture("http://127.0.0.1:9/")
    assert (capture.verdict, refused.verdict) == (Verdict.OK, Verdict.REFUSED)
    assert browser.unconfined.is_set()
    warnings = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert len(warnings) == 1
    assert "WITHOUT its sandbox" in warnings[0]


async def test_on_refuses_where_the_host_allows_no_sandbox(without_namespaces: Path) -> None:
    async with Browser(without_namespaces, AddressRule(), sandbox="on") as browser:
        with pytest.raises(BrowserError, match=r"No usable sandbox!.*CHROMIUM_SANDBOX=auto"):
            await browser.capture("http://example.com/")


async def test_off_never_tries(site: SiteDouble, caplog: pytest.LogCaptureFixture) -> None:
    async with Browser(best(), AddressRule([site.allow]), sandbox="off") as browser:
        assert (await browser.capture(site.url("/short"))).verdict is Verdict.OK
        running = browser._engine.running
        assert running
        page = await running.chromium.new_page()
        assert not is_confined(browser)
        await page.close()
        assert Path(f"/proc/{running.folder.group()}").stat().st_uid != 0
    assert not browser.unconfined.is_set(), "that is what was asked for"
    assert [record for record in caplog.records if record.levelname == "WARNING"] == []


async def test_the_owner_and_the_doctor_say_that_there_is_no_sandbox(
    without_namespaces: Path, settings: Settings, site: SiteDouble, telegram: BotApiDouble
) -> None:
    settings = settings.model_copy(update={"chromium_path": without_namespaces})
    ada = telegram.user(OWNER)
    async with running(settings):
        for page in ("/short", "/app"):
            sent = ada.say(site.url(page))
            await telegram.until(partial(_is_kept, sent, telegram), 30)
        await ada.sees("without its sandbox")
    assert sum("sandbox" in message.text for message in ada.chat.messages) == 1
    finding = next(each for each in await examine(settings) if each.name == "browser")
    assert finding.state is State.WARNING
    assert "WITHOUT its sandbox" in finding.sentence
    assert "user namespaces" in finding.advice or "sysctl" in finding.advice


def _is_kept(sent: Message, telegram: BotApiDouble) -> bool:
    return sent.reactions.get(telegram.bot.id) == "👍"


@pytest.mark.parametrize(
    ("file", "content", "advice"),
    [
        ("proc/sys/kernel/unprivileged_userns_clone", "0\n", "sysctl -w kernel.unprivileged_userns_clone=1"),
        (
            "proc/sys/kernel/apparmor_restrict_unprivileged_userns",
            "1\n",
            "sysctl -w kernel.apparmor_restrict_",
        ),
        ("proc/sys/user/max_user_namespaces", "0\n", "sysctl -w user.max_user_namespaces="),
        (".dockerenv", "", "container"),
        ("nothing", "", "Allow user namespaces"),
    ],
)
def test_what_to_do_is_said_by_what_the_host_forbids(
    tmp_path: Path, file: str, content: str, advice: str
) -> None:
    (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / file).write_text(content)
    assert advice in sandbox_advice(tmp_path)


def test_the_sandbox_is_tried_first_and_root_is_never_a_browsers_user_if_that_can_be() -> None:
    assert list(postures("auto", is_root=False)) == [Posture(True, False), Posture(False, False)]
    assert next(postures("auto", is_root=True)) == Posture(True, True)
    assert list(postures("on", is_root=False)) == [Posture(True, False)]
    assert all(posture.has_sandbox for posture in postures("on", is_root=True))
    assert not any(posture.has_sandbox for posture in postures("off", is_root=True))


def test_a_folder_that_keeps_unprivileged_users_from_the_browser_is_found(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "browsers").mkdir(parents=True)
    tmp_path.chmod(0o755)
    home.chmod(0o700)
    found = closed_folder(home / "browsers" / "chrome")
    assert found is not None
    assert home.is_relative_to(found)
    assert closed_folder(Path("/usr/bin/env")) is None
