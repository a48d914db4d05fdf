"""Installing a browser and fonts, and the command to type where Tagshot may not install."""

import shlex
import sys
from collections.abc import Callable

from bot.capture.setup.host import Host, Ran

Say = Callable[[str], None]

DOWNLOAD_SECONDS = 600
# Playwright tries five times, so a download host that can't be reached costs less than a minute.
CONNECT_MILLISECONDS = 10_000
APT_SECONDS = 900
LOCK_SECONDS = 120
LOOK_SECONDS = 20

BROWSER_PACKAGES = ("chromium-headless-shell", "chromium")
FONT_PACKAGES = ("fonts-noto-cjk", "fonts-noto-color-emoji", "fonts-noto-core")
APT_INSTALL = ("apt-get", "install", "-y", "--no-install-recommends")
PLAYWRIGHT = (sys.executable, "-m", "playwright")

OTHER_BROWSER_COMMANDS = {
    "dnf": ("dnf", "install", "chromium-headless"),
    "pacman": ("pacman", "-S", "--needed", "chromium"),
    "zypper": ("zypper", "install", "chromium"),
}
OTHER_FONT_COMMANDS = {
    "dnf": ("dnf", "install", "google-noto-sans-cjk-fonts", "google-noto-color-emoji-fonts"),
    "pacman": ("pacman", "-S", "--needed", "noto-fonts-cjk", "noto-fonts-emoji"),
    "zypper": ("zypper", "install", "google-noto-sans-cjk-fonts", "google-noto-coloremoji-fonts"),
}


def download_browser(host: Host, say: Say) -> None:
    """Let Playwright download its headless shell into its own folder."""
    say("Downloading a browser (about 100 MB)…")
    limit = f"PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT={CONNECT_MILLISECONDS}"
    command = ("env", limit, *PLAYWRIGHT, "install", "--only-shell", "chromium")
    if not host.run(command, DOWNLOAD_SECONDS).is_ok:
        say("The download did not work; a firewall may be in the way.")


def install_browser_packages(host: Host, say: Say) -> None:
    """Install the distribution's browser with fonts. Where it has none, what Playwright's own needs to start."""
    _refresh(host)
    if browser := _known_browser_package(host):
        _install((browser, *FONT_PACKAGES), host, say)
    else:
        say("Installing the libraries that the browser needs…")
        _complain(host.run((*PLAYWRIGHT, "install-deps", "chromium-headless-shell"), APT_SECONDS), say)


def install_font_packages(host: Host, say: Say) -> None:
    """Install the fonts for the scripts and symbols that pages are commonly written in."""
    _refresh(host)
    _install(FONT_PACKAGES, host, say)


def browser_advice(host: Host) -> str:
    """Say that there is no browser, and the command to type for this system."""
    return f"There is no browser that starts. {_advice(_browser_command(host))}"


def font_advice(missing: tuple[str, ...], host: Host) -> str:
    """Say which scripts have no font, and the command to type for this system."""
    command = _first_known(OTHER_FONT_COMMANDS, host)
    if host.has("apt-get"):
        command = _as_root((*APT_INSTALL, *FONT_PACKAGES), host)
    return f"There is no font for {' and '.join(missing)}, so pages show boxes instead. {_advice(command)}"


def _advice(command: str | None) -> str:
    if command:
        return f"Type: {command}"
    return "Install Chromium or Chrome and Noto fonts; name the browser in CHROMIUM_PATH if it is not found."


def _browser_command(host: Host) -> str | None:
    """What to type for a browser; fonts come along where one command does both."""
    if host.system == "Darwin" or (host.has("apt-get") and not _known_browser_package(host)):
        return shlex.join((*PLAYWRIGHT, "install", "--with-deps", "--only-shell", "chromium"))
    if host.has("apt-get"):
        return _as_root((*APT_INSTALL, _known_browser_package(host) or "", *FONT_PACKAGES), host)
    return _first_known(OTHER_BROWSER_COMMANDS, host)


def _first_known(commands: dict[str, tuple[str, ...]], host: Host) -> str | None:
    """The command of the first package program that this system has."""
    return next((_as_root(command, host) for program, command in commands.items() if host.has(program)), None)


def _as_root(command: tuple[str, ...], host: Host) -> str:
    return shlex.join(command if host.is_root else ("sudo", *command))


def _known_browser_package(host: Host) -> str | None:
    """The browser's package by the name it has here; Ubuntu has none, only a snap."""
    known = (name for name in BROWSER_PACKAGES if host.run(("apt-cache", "show", name), LOOK_SECONDS).is_ok)
    return next(known, None)


def _refresh(host: Host) -> None:
    """Read the package lists anew. Failing is no matter: what is on the machine may do."""
    host.run(("apt-get", "update"), APT_SECONDS)


def _install(packages: tuple[str, ...], host: Host, say: Say) -> None:
    """Install packages without a question, waiting a little if another installation is under way."""
    say(f"Installing {', '.join(packages)}; this takes a minute or two…")
    waiting = ("-o", f"DPkg::Lock::Timeout={LOCK_SECONDS}")
    command = ("env", "DEBIAN_FRONTEND=noninteractive", *APT_INSTALL, *waiting, *packages)
    _complain(host.run(command, APT_SECONDS), say)


def _complain(ran: Ran, say: Say) -> None:
    if not ran.is_ok:
        say("That did not work:")
        say(ran.last_lines())
