"""Finding a browser that starts, and having what is missing installed. Driving the browser is next door."""

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import playwright

from bot.capture.setup.fonts import uncovered_scripts
from bot.capture.setup.host import Host, this_host
from bot.capture.setup.packages import (
    Say,
    browser_advice,
    download_browser,
    font_advice,
    install_browser_packages,
    install_font_packages,
)
from bot.errors import BrowserError
from bot.settings import Settings

START_SECONDS = 20
HEADLESS_SHELLS = ("chromium-headless-shell", "headless_shell", "chrome-headless-shell")
BROWSERS = ("google-chrome", "google-chrome-stable", "chromium", "chromium-browser")
APPLICATIONS = ("Google Chrome.app/Contents/MacOS/Google Chrome", "Chromium.app/Contents/MacOS/Chromium")


@dataclass(frozen=True, slots=True)
class FoundBrowser:
    """A browser that starts. ``source`` says in the person's words where it was found."""

    path: Path
    is_headless_shell: bool
    source: str
    version: str


def find_browser(chromium_path: Path | None, host: Host | None = None) -> FoundBrowser | None:
    """The first browser that starts, or None. Takes about 0.1 seconds, and installs nothing.

    Raises ``BrowserError`` when ``chromium_path`` is given and no browser starts there.
    """
    host = host or this_host()
    if chromium_path:
        return _named_browser(chromium_path, host)
    return next(installed_browsers(host), None)


def installed_browsers(host: Host | None = None) -> Iterator[FoundBrowser]:
    """Every browser that starts, the best for captures first."""
    host = host or this_host()
    for path, source in _candidates(host):
        if browser := _started(path, source, host):
            yield browser


def find_browser_with_window(chromium_path: Path | None, host: Host | None = None) -> FoundBrowser:
    """The first browser that can show itself on a screen. Raises ``BrowserError`` when there is none, or no screen."""
    host = host or this_host()
    if sys.platform != "darwin" and not {"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys():
        raise BrowserError("There is no screen here to show the browser on. Leave out --headed.")
    if chromium_path:
        browser: FoundBrowser | None = _named_browser(chromium_path, host)
    else:
        candidates = ((path, source) for path, source in _candidates(host) if "headless" not in path.name)
        started = (_started(path, source, host) for path, source in candidates)
        browser = next((each for each in started if each), None)
    if browser is None or browser.is_headless_shell:
        raise BrowserError(
            "The browser here has no window to show. Install Chrome or Chromium, or leave out --headed."
        )
    return browser


def set_up(settings: Settings, say: Say, host: Host | None = None) -> FoundBrowser:
    """Find a browser and fonts, install what is missing, and ``say`` in a few lines what happens.

    Raises ``BrowserError`` with the command to type when there is no browser and none could be installed.
    Missing fonts are only said, because pages in other scripts are captured well without them.
    """
    host = host or this_host()
    browser = find_browser(settings.chromium_path, host) or _install_browser(host, say)
    say(f"Browser: {browser.version} ({browser.source}: {browser.path})")
    if uncovered_scripts(host) and host.may_install_packages:
        install_font_packages(host, say)
    missing = uncovered_scripts(host)
    say(font_advice(missing, host) if missing else "Fonts: Chinese, Japanese, Korean and emoji are there")
    return browser


def _named_browser(path: Path, host: Host) -> FoundBrowser:
    """The browser that the setting names, which is never passed over in silence."""
    if not path.is_file():
        raise BrowserError(
            f"CHROMIUM_PATH names {path}, and there is no such file. Correct it or leave it empty."
        )
    browser = _started(path, "CHROMIUM_PATH", host)
    if not browser:
        raise BrowserError(
            f"CHROMIUM_PATH names {path}, and no browser starts there. Correct it or leave it empty."
        )
    return browser


def _candidates(host: Host) -> Iterator[tuple[Path, str]]:
    """Every place that may have a browser with what to call it, the best first."""
    yield from ((path, "Playwright's own") for path in _downloaded(host.browsers_folder))
    for name in (*HEADLESS_SHELLS, *BROWSERS):
        if found := host.which(name):
            yield Path(found), "of this system"
    yield from ((host.applications_folder / path, "of this system") for path in APPLICATIONS)


def _downloaded(folder: Path) -> Iterator[Path]:
    """What Playwright has downloaded, in the revision that this Playwright was made for."""
    registry = json.loads((Path(playwright.__file__).parent / "driver/package/browsers.json").read_text())
    revisions = {entry["name"]: entry["revision"] for entry in registry["browsers"]}
    for name in ("chromium-headless-shell", "chromium"):
        home = folder / f"{name.replace('-', '_')}-{revisions[name]}"
        if (home / "INSTALLATION_COMPLETE").exists():
            yield from home.glob("*/chrome-headless-shell")
            yield from home.glob("*/chrome")
            yield from home.glob("*/*.app/Contents/MacOS/*")


def _started(path: Path, source: str, host: Host) -> FoundBrowser | None:
    """The browser at ``path``, if it starts; one whose libraries are missing is as good as none."""
    path = _behind_wrapper(path)
    if not path.is_file():
        return None
    ran = host.run((str(path), "--version"), START_SECONDS)
    if not ran.is_ok:
        return None
    return FoundBrowser(path, "headless" in path.name, source, version=ran.output.strip())


def _behind_wrapper(path: Path) -> Path:
    """The binary behind Debian's shell script, which adds options and, when killed, leaves its browser running."""
    binary = path.parent.parent / "lib/chromium" / path.name
    return binary if path.parent.name == "bin" and binary.is_file() else path


def _install_browser(host: Host, say: Say) -> FoundBrowser:
    """Try one way after the other until a browser starts."""
    ways = [download_browser]
    if host.may_install_packages:
        ways.append(install_browser_packages)
    for install in ways:
        install(host, say)
        if browser := find_browser(None, host):
            return browser
    raise BrowserError(browser_advice(host))
