"""What provisioning asks of the machine it runs on: programs, places, and the right to install."""

import os
import platform
import shutil
import signal
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

GRACE_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended; ``output`` has both its streams."""

    exit_code: int
    output: str

    @property
    def is_ok(self) -> bool:
        """Whether the command did what it was asked."""
        return self.exit_code == 0

    def last_lines(self, count: int = 5) -> str:
        """The end of the output, where commands say what went wrong."""
        lines = [line for line in self.output.splitlines() if line.strip()]
        return "\n".join(f"  {line}" for line in lines[-count:])


@dataclass(frozen=True, slots=True)
class Host:
    """A machine. ``run`` takes a command and its limit in seconds, and never raises.

    ``browsers_folder`` is where Playwright keeps its browsers, ``applications_folder`` where macOS keeps programs.
    """

    run: Callable[[Sequence[str], float], Ran]
    which: Callable[[str], str | None]
    system: str
    is_root: bool
    browsers_folder: Path
    font_folders: tuple[Path, ...]
    applications_folder: Path = Path("/Applications")

    def has(self, program: str) -> bool:
        """Whether a program of that name can be called."""
        return self.which(program) is not None

    @property
    def may_install_packages(self) -> bool:
        """Whether Debian's packages can be installed without asking anybody."""
        return self.is_root and self.has("apt-get")


def this_host() -> Host:
    """The machine that Tagshot runs on."""
    return Host(
        run=run,
        which=shutil.which,
        system=platform.system(),
        is_root=os.geteuid() == 0,
        browsers_folder=_browsers_folder(),
        font_folders=(
            Path("/usr/share/fonts"),
            Path("/usr/local/share/fonts"),
            Path.home() / ".local/share/fonts",
        ),
    )


def run(command: Sequence[str], limit_seconds: float) -> Ran:
    """Run a command quietly to its end, with nothing to read; its children end with it at the limit."""
    try:
        process = subprocess.Popen(  # noqa: S603 - the commands are constants of provisioning
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
    except OSError as error:
        return Ran(127, f"{command[0]} can't be started: {error.strerror}")
    try:
        output, _ = process.communicate(timeout=limit_seconds)
    except subprocess.TimeoutExpired:
        return Ran(124, f"{_end(process)}\nstopped after {limit_seconds:.0f} seconds")
    except BaseException:
        _end(process)
        raise
    return Ran(process.returncode, output)


def _end(process: subprocess.Popen[str]) -> str:
    """End a command with its children, politely at first because half-installed packages are a nuisance."""
    os.killpg(process.pid, signal.SIGTERM)
    try:
        return process.communicate(timeout=GRACE_SECONDS)[0]
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        return process.communicate()[0]


def _browsers_folder() -> Path:
    """Where Playwright keeps its browsers; the variables are Playwright's and the desktop's, no settings of ours."""
    if named := os.environ.get("PLAYWRIGHT_BROWSERS_PATH"):
        return Path(named).absolute()
    if platform.system() == "Darwin":
        return Path.home() / "Library/Caches/ms-playwright"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ms-playwright"
