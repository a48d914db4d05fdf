"""Finding and installing a browser: the order on made-up machines, and the real thing on this one."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.capture.setup.host import Ran, run
from bot.capture.setup.provision import FoundBrowser, find_browser, set_up
from bot.errors import BrowserError
from bot.settings import Settings
from tests.fakes.machine import FAILED, FILES, OK, Machine, apt


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.fixture
def settings() -> Settings:
    return Settings(chromium_path=None)


def found(machine: Machine, chromium_path: Path | None = None, system: str = "Linux") -> FoundBrowser:
    browser = find_browser(chromium_path, machine.host(system=system))
    assert browser
    return browser


def test_the_setting_comes_before_every_other_browser(machine: Machine) -> None:
    machine.put_download()
    mine = machine.put("opt/mine/chrome")
    browser = found(machine, mine)
    assert (browser.path, browser.source, browser.is_headless_shell) == (mine, "CHROMIUM_PATH", False)


def test_a_setting_that_names_no_file_is_said(machine: Machine) -> None:
    machine.put_download()
    with pytest.raises(
        BrowserError, match=r"CHROMIUM_PATH names /nowhere/chrome, and there is no such file\."
    ):
        find_browser(Path("/nowhere/chrome"), machine.host())


def test_a_setting_that_names_no_browser_is_said(machine: Machine) -> None:
    broken = machine.put("opt/broken/chrome")
    machine.broken.add(broken)
    with pytest.raises(BrowserError, match=r"no browser starts there\."):
        find_browser(broken, machine.host())


def test_playwrights_own_comes_before_the_systems(machine: Machine) -> None:
    machine.put("usr/bin/chromium-headless-shell")
    download = machine.put_download()
    browser = found(machine)
    assert (browser.path, browser.source, browser.is_headless_shell) == (download, "Playwright's own", True)


def test_playwrights_full_browser_is_found_too(machine: Machine) -> None:
    download = machine.put_download("chromium")
    assert found(machine).path == download
    assert not found(machine).is_headless_shell


def test_an_unfinished_download_is_passed_over(machine: Machine) -> None:
    download = machine.put_download()
    (download.parent.parent / "INSTALLATION_COMPLETE").unlink()
    assert find_browser(None, machine.host()) is None


def test_a_browser_without_its_libraries_is_passed_over(machine: Machine) -> None:
    machine.broken.add(machine.put_download())
    system = machine.put("usr/bin/google-chrome")
    assert found(machine).path == system


def test_a_headless_shell_comes_before_a_whole_browser(machine: Machine) -> None:
    machine.put("usr/bin/google-chrome")
    shell = machine.put("usr/bin/chromium-headless-shell")
    assert found(machine).path == shell


@pytest.mark.parametrize("name", ["chromium", "chromium-headless-shell"])
def test_debians_wrapper_is_replaced_by_the_binary_behind_it(machine: Machine, name: str) -> None:
    wrapper, binary = machine.put(f"usr/bin/{name}"), machine.put(f"usr/lib/chromium/{name}")
    assert found(machine).path == binary
    assert found(machine, wrapper).path == binary


def test_chrome_is_found_among_the_applications_of_a_mac(machine: Machine) -> None:
    chrome = machine.put("Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
    assert found(machine, system="Darwin").path == chrome


def test_nothing_is_installed_where_everything_is_there(machine: Machine, settings: Settings) -> None:
    machine.put_download()
    machine.put("usr/bin/apt-get")
    machine.put("usr/share/fonts/noto/NotoSansCJK-Regular.ttc")
    machine.put("usr/share/fonts/noto/NotoColorEmoji.ttf")
    lines: list[str] = []
    set_up(settings, lines.append, machine.host(is_root=True))
    assert [line.split(":")[0] for line in lines] == ["Browser", "Fonts"]
    assert not [command for command in machine.commands if "apt-get" in command]


def test_a_missing_browser_is_downloaded_first(machine: Machine, settings: Settings) -> None:
    machine.put("usr/bin/apt-get")

    def download() -> Ran:
        machine.put_download()
        return OK

    machine.effects["playwright install --only-shell chromium"] = download
    browser = set_up(settings, lambda _: None, machine.host())
    assert browser.source == "Playwright's own"
    assert not [command for command in machine.commands if "apt-get" in command]


def test_behind_a_firewall_debians_packages_are_installed_with_fonts(
    machine: Machine, settings: Settings
) -> None:
    machine.put("usr/bin/apt-get")
    machine.effects = {
        "apt-cache show chromium-headless-shell": lambda: OK,
        "apt-get install": apt(machine, FILES),
    }
    lines: list[str] = []
    browser = set_up(settings, lines.append, machine.host(is_root=True))
    assert browser.path.name == "chromium-headless-shell"
    assert "Fonts: Chinese, Japanese, Korean and emoji are there" in lines
    updates = [line for line in machine.commands if line == "apt-get update"]
    installs = [line for line in machine.commands if "apt-get install" in line]
    assert (len(updates), len(installs)) == (1, 1)


def test_where_there_is_no_headless_shell_chromium_is_installed(machine: Machine, settings: Settings) -> None:
    machine.put("usr/bin/apt-get")
    machine.effects = {"apt-cache show chromium-headless-shell": lambda: FAILED}
    machine.effects |= {"apt-cache show chromium": lambda: OK, "apt-get install": apt(machine, FILES)}
    assert set_up(settings, lambda _: None, machine.host(is_root=True)).path.name == "chromium"


def test_on_ubuntu_the_libraries_of_the_download_are_installed(machine: Machine, settings: Settings) -> None:
    machine.put("usr/bin/apt-get")

    def download() -> Ran:
        machine.broken.add(machine.put_download())
        return OK

    def libraries() -> Ran:
        machine.broken.clear()
        return OK

    machine.effects = {
        "install-deps chromium-headless-shell": libraries,
        "install --only-shell chromium": download,
    }
    machine.effects["apt-get install"] = apt(machine, FILES)
    assert set_up(settings, lambda _: None, machine.host(is_root=True)).source == "Playwright's own"


def test_only_fonts_are_installed_where_only_fonts_are_missing(machine: Machine, settings: Settings) -> None:
    machine.put_download()
    machine.put("usr/bin/apt-get")
    machine.effects["apt-get install"] = apt(machine, FILES)
    set_up(settings, lambda _: None, machine.host(is_root=True))
    [install] = [line for line in machine.commands if "apt-get install" in line]
    assert "fonts-noto-cjk" in install
    assert "chromium" not in install


def test_missing_fonts_are_said_with_the_command_and_stop_nothing(
    machine: Machine, settings: Settings
) -> None:
    machine.put_download()
    machine.put("usr/bin/apt-get")
    machine.put("usr/share/fonts/NotoColorEmoji.ttf")
    lines: list[str] = []
    set_up(settings, lines.append, machine.host())
    assert lines[-1] == (
        "There is no font for Chinese, Japanese and Korean, so pages show boxes instead. Type: sudo apt-get install -y "
        "--no-install-recommends fonts-noto-cjk fonts-noto-color-emoji fonts-noto-core"
    )


@pytest.mark.parametrize(
    ("program", "answers", "command"),
    [
        (
            "apt-get",
            {"apt-cache show": lambda: OK},
            "Type: sudo apt-get install -y --no-install-recommends chromium-headless",
        ),
        ("apt-get", {}, "-m playwright install --with-deps --only-shell chromium"),
        ("dnf", {}, "Type: sudo dnf install chromium-headless"),
        ("pacman", {}, "Type: sudo pacman -S --needed chromium"),
        ("true", {}, "Install Chromium or Chrome"),
    ],
)
def test_what_can_not_be_installed_is_one_sentence_with_the_command(
    machine: Machine, settings: Settings, program: str, answers: dict[str, Callable[[], Ran]], command: str
) -> None:
    machine.put(f"usr/bin/{program}")
    machine.effects = answers
    with pytest.raises(BrowserError) as caught:
        set_up(settings, lambda _: None, machine.host())
    assert command in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_failed_installation_shows_the_end_of_its_output(machine: Machine, settings: Settings) -> None:
    machine.put("usr/bin/apt-get")
    machine.effects["apt-cache show"] = lambda: OK
    lines: list[str] = []
    with pytest.raises(BrowserError, match="Type: apt-get install"):
        set_up(settings, lines.append, machine.host(is_root=True))
    assert "E: Unable to locate package" in lines[-1]


def test_the_browser_of_this_machine_is_found_and_starts(settings: Settings) -> None:
    lines: list[str] = []
    browser = set_up(settings, lines.append)
    assert any(character.isdigit() for character in browser.version)
    assert browser == find_browser(None)
    assert "Fonts: Chinese, Japanese, Korean and emoji are there" in lines


def test_a_command_is_ended_with_its_children_at_the_limit(tmp_path: Path) -> None:
    script = f"sleep 60 & echo $! > {tmp_path / 'pid'}; wait"
    ran = run(("sh", "-c", script), 0.3)
    assert (ran.exit_code, "stopped after" in ran.output) == (124, True)
    child = int((tmp_path / "pid").read_text())
    assert not Path(f"/proc/{child}/exe").exists()


def test_a_command_that_is_not_there_is_a_failure_and_no_exception() -> None:
    assert run(("/nowhere/browser", "--version"), 1) == Ran(
        127, "/nowhere/browser can't be started: No such file or directory"
    )
