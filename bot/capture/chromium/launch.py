"""Starting Chromium so that it reaches nothing but our proxy and, where the host allows it, stays in its sandbox."""

import asyncio
import logging
import os
import shlex
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser as Chromium
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Playwright

from bot.capture.chromium.folder import Folder
from bot.capture.options import Screen
from bot.errors import BrowserError

log = logging.getLogger(__name__)

Sandbox = Literal["auto", "on", "off"]

LAUNCH_SECONDS = 30
CLOSE_SECONDS = 5
_NOBODY = 65534
# A person who waits for an answer comes before a page that is drawn.
_NICENESS = 10
# However late the guard comes, one process has no more memory of its own, and so fills about 1.6 GiB. Chromium takes
# some of it for what it sets aside, so with much less a page could not have what the guard lets it have.
_MAX_DATA_KIB = 2 * 1024 * 1024

_SCREEN = ("DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "XDG_RUNTIME_DIR")

# headless-shell obeys one name of the WebRTC policy, full Chromium the other.
_ARGUMENTS = (
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-quic",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    "--deny-permission-prompts",
    "--disable-gpu",
    "--no-pings",
    "--block-new-web-contents",  # no popups in headless-shell; what keeps them out of full Chromium is below
)
# Playwright's own arguments that do harm here: a page may open as many popups as it likes, and flood the browser's
# own process (with history.pushState, say) until no other page gets its turn.
_NOT_WANTED = ("--disable-popup-blocking", "--disable-ipc-flooding-protection")

# A PDF is a download and not a viewer, in the full Chromium as in the headless one.
_PREFERENCES = '{"plugins": {"always_open_pdf_externally": true}}'


@dataclass(frozen=True, slots=True)
class Posture:
    """How much Chromium is locked in: its own sandbox, and an account that owns nothing."""

    has_sandbox: bool
    is_nobody: bool

    def __str__(self) -> str:
        sandbox = "in its sandbox" if self.has_sandbox else "WITHOUT its sandbox"
        return f"{sandbox}, as {'an unprivileged user' if self.is_nobody else 'the user of this process'}"


@dataclass(frozen=True, slots=True)
class Running:
    """A started Chromium with its process group and its folder."""

    chromium: Chromium
    posture: Posture
    folder: Folder

    def user_agent(self, screen: Screen) -> str:
        """The name of the same browser with such a screen; many sites turn away the one without."""
        version = self.chromium.version.split(".")[0]
        system, mobile = ("Linux; Android 10; K", "Mobile ") if screen.is_phone else ("X11; Linux x86_64", "")
        return (
            f"Mozilla/5.0 ({system}) AppleWebKit/537.36 (KHTML, like Gecko) "
            f"Chrome/{version}.0.0.0 {mobile}Safari/537.36"
        )

    async def close(self) -> None:
        """End the browser with all its processes, and remove what it wrote."""
        try:
            with suppress(PlaywrightError, TimeoutError):
                async with asyncio.timeout(CLOSE_SECONDS):
                    await self.chromium.close()
        finally:
            await asyncio.to_thread(self.folder.remove)


async def launch(
    playwright: Playwright, executable: Path, *, proxy_port: int, sandbox: Sandbox, is_headed: bool = False
) -> Running:
    """Start ``executable`` in the best posture that works here; raises ``BrowserError``."""
    problem = "it did not start"
    is_root = os.geteuid() == 0
    if obstacle := what_keeps_it_from_nobody(executable):
        log.warning("%s", obstacle)
    for posture in postures(sandbox, is_root=is_root):
        try:
            running = await _launch(
                playwright, executable, posture, proxy_port=proxy_port, is_headed=is_headed
            )
        except PlaywrightError as error:
            problem = _reason(error)
            log.info("Chromium does not start %s: %s", posture, problem)
            continue
        level = logging.INFO if posture.has_sandbox or sandbox == "off" else logging.WARNING
        log.log(level, "Chromium %s runs %s", running.chromium.version, posture)
        return running
    hint = " CHROMIUM_SANDBOX=auto also tries without." if sandbox == "on" else ""
    raise BrowserError(f"The browser {executable} can't be started: {problem}.{hint} Try: tagshot doctor")


def what_keeps_it_from_nobody(executable: Path) -> str:
    """What keeps the browser from running as an unprivileged user, and what to do; empty if nothing does."""
    closed = closed_folder(executable) if os.geteuid() == 0 else None
    if closed is None:
        return ""
    return (
        f"Unprivileged users can't open {closed}, so the browser in it can't run as one, nor in its sandbox. Type: "
        "PLAYWRIGHT_BROWSERS_PATH=/opt/browsers tagshot setup, and set that for tagshot run too."
    )


def closed_folder(executable: Path) -> Path | None:
    """The outermost folder on the way to ``executable`` that is closed to users who have no part in it."""
    return next((folder for folder in reversed(executable.parents) if not _is_open(folder)), None)


def _is_open(folder: Path) -> bool:
    return not folder.is_dir() or bool(folder.stat().st_mode & 0o001)


def postures(sandbox: Sandbox, *, is_root: bool) -> Iterator[Posture]:
    """The postures to try, the safest first. Chromium refuses its sandbox to root."""
    accounts = [True, False] if is_root and shutil.which("setpriv") else [False]
    if sandbox != "off":
        yield from (Posture(True, nobody) for nobody in accounts if nobody or not is_root)
    if sandbox != "on":
        yield from (Posture(False, nobody) for nobody in accounts)


async def _launch(
    playwright: Playwright, executable: Path, posture: Posture, *, proxy_port: int, is_headed: bool
) -> Running:
    folder = await asyncio.to_thread(_folder_for, executable, posture)
    try:
        chromium = await playwright.chromium.launch(
            executable_path=folder.path / "launch",
            # by this argument a process is known as the browser of this folder
            args=[*_ARGUMENTS, f"--crash-dumps-dir={folder.path / 'tmp'}"],
            ignore_default_args=_NOT_WANTED,
            chromium_sandbox=posture.has_sandbox,
            # no bypass: Playwright adds <-loopback> itself, and drops it when bypass names localhost
            proxy={"server": f"http://127.0.0.1:{proxy_port}"},
            downloads_path=folder.path / "downloads",
            env=_environment(folder.path, is_headed=is_headed),
            headless=not is_headed,
            handle_sigint=False,
            handle_sigterm=False,
            handle_sighup=False,
            timeout=LAUNCH_SECONDS * 1000,
        )
    except BaseException:
        await asyncio.to_thread(folder.remove)
        raise
    return Running(chromium, posture, folder)


def _folder_for(executable: Path, posture: Posture) -> Folder:
    """A folder for one browser: its launcher, and all that it may write to."""
    folder = Folder.make()
    path = folder.path
    preferences = path / "profile" / "Default" / "Preferences"
    preferences.parent.mkdir(parents=True)
    preferences.write_text(_PREFERENCES)
    for name in ("downloads", "home", "tmp"):
        (path / name).mkdir()
    if posture.is_nobody:
        for each in path.rglob("*"):
            os.chown(each, _NOBODY, _NOBODY)
    path.chmod(0o711)
    launcher = path / "launch"
    launcher.write_text(_launcher(executable, path, posture))
    launcher.chmod(0o700)
    return folder


def _launcher(executable: Path, folder: Path, posture: Posture) -> str:
    """A script that notes the browser's process and becomes it.

    Playwright has made a profile elsewhere by then, which outlives a browser that is killed; the browser gets one
    in its own folder instead.
    """
    command = shlex.quote(str(executable))
    if posture.is_nobody:
        command = f"setpriv --reuid={_NOBODY} --regid={_NOBODY} --clear-groups --no-new-privs {command}"
    return f"""#!/bin/sh
echo "$$" > {shlex.quote(str(folder / "pid"))}
for argument; do
  shift
  case "$argument" in --user-data-dir=*)
    rmdir "${{argument#*=}}"
    argument=--user-data-dir={shlex.quote(str(folder / "profile"))}
  esac
  set -- "$@" "$argument"
done
ulimit -d {_MAX_DATA_KIB}
exec nice -n {_NICENESS} {command} "$@"
"""


def _environment(folder: Path, *, is_headed: bool) -> dict[str, str | float | bool]:
    """What the browser may know of the environment: nothing of ours, but where the screen is if it is to use it."""
    screen = {name: os.environ[name] for name in _SCREEN if name in os.environ} if is_headed else {}
    return {
        **screen,
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": str(folder / "home"),
        "TMPDIR": str(folder / "tmp"),
        "LANG": "C.UTF-8",
    }


def _reason(error: PlaywrightError) -> str:
    """The line of Playwright's long message that says what Chromium said."""
    lines = [line.strip() for line in str(error).splitlines()]
    said = [line for line in lines if any(word in line for word in ("ERROR:", "FATAL:", "ENOENT", "EACCES"))]
    return (said or lines)[0].removesuffix(".")[:200]
