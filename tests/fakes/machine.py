"""A made-up machine for provisioning: programs are files in a folder, commands are answered and remembered."""

import sys
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from bot.capture.setup.host import Host, Ran, run

OK = Ran(0, "Chromium 156.0\n")
FAILED = Ran(100, "Reading package lists…\nE: Unable to locate package\n")


class Machine:
    """A made-up machine in a folder: programs are files in ``usr/bin``, commands are answered and remembered."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.commands: list[str] = []
        self.effects: dict[str, Callable[[], Ran]] = {}
        self.broken: set[Path] = set()
        (root / "usr/bin").mkdir(parents=True)

    def put(self, place: str) -> Path:
        path = self.root / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        return path

    def put_download(self, name: str = "chromium-headless-shell") -> Path:
        """A browser as this Playwright downloads it; the folder's name is asked from Playwright itself."""
        folder = self.root / "browsers" / playwright_folder(name)
        (folder / "chrome-linux64").mkdir(parents=True)
        (folder / "INSTALLATION_COMPLETE").touch()
        binary = folder / "chrome-linux64" / ("chrome" if name == "chromium" else "chrome-headless-shell")
        binary.touch()
        return binary

    def which(self, name: str) -> str | None:
        path = self.root / "usr/bin" / name
        return str(path) if path.is_file() else None

    def run(self, command: Sequence[str], limit_seconds: float) -> Ran:
        assert limit_seconds > 0
        line = " ".join(command)
        self.commands.append(line)
        if command[-1] == "--version":
            return Ran(127, "libnss3.so: cannot open") if Path(command[0]) in self.broken else OK
        return next((answer() for part, answer in self.effects.items() if part in line), FAILED)

    def host(self, *, is_root: bool = False, system: str = "Linux") -> Host:
        return Host(
            run=self.run,
            which=self.which,
            system=system,
            is_root=is_root,
            browsers_folder=self.root / "browsers",
            font_folders=(self.root / "usr/share/fonts",),
            applications_folder=self.root / "Applications",
        )


@cache
def playwright_folder(name: str) -> str:
    option = "--only-shell" if name == "chromium-headless-shell" else "--no-shell"
    asked = run((sys.executable, "-m", "playwright", "install", "--dry-run", option, "chromium"), 30)
    assert asked.is_ok, asked.output
    line = next(line for line in asked.output.splitlines() if "Install location" in line)
    return Path(line.split()[-1]).name


def apt(machine: Machine, places: dict[str, str]) -> Callable[[], Ran]:
    """An ``apt-get install`` that puts the files of the packages that were asked for."""

    def install() -> Ran:
        asked = machine.commands[-1].split()
        for package in set(asked) & set(places):
            machine.put(places[package])
        return OK

    return install


FILES = {
    "chromium-headless-shell": "usr/bin/chromium-headless-shell",
    "chromium": "usr/bin/chromium",
    "fonts-noto-cjk": "usr/share/fonts/NotoSansCJK-Regular.ttc",
    "fonts-noto-color-emoji": "usr/share/fonts/NotoColorEmoji.ttf",
}
