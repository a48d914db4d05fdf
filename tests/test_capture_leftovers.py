"""What a bot that was killed leaves behind: no browser that runs, and folders that the next start removes."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.addresses import AddressRule
from bot.capture.browser import Browser
from bot.capture.chromium.folder import sweep
from tests.browsers import best, processes, until
from tests.fakes.site import SiteDouble

_VICTIM = """
import asyncio, sys
from pathlib import Path
from bot.addresses import AddressRule
from bot.capture.browser import Browser
from bot.capture.chromium.folder import sweep

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
        assert (folder / "profile" / "Default").is_dir()
        assert not list(tmp_path.glob("*profile*")), "all that a browser writes is in its folder"
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
