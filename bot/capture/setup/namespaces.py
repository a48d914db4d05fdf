"""Why this host allows Chromium no sandbox, which is made of user namespaces, and what to type so that it does."""

from pathlib import Path

ROOT = Path("/")
# A switch of the kernel, what it says when it keeps Chromium from its sandbox, and what it has to say instead.
_SWITCHES = (
    ("kernel.unprivileged_userns_clone", "0", "1"),  # Debian's
    ("kernel.apparmor_restrict_unprivileged_userns", "1", "0"),  # Ubuntu's, since 23.10
    ("user.max_user_namespaces", "0", "10000"),
)
_MARKS_OF_CONTAINERS = (".dockerenv", "run/.containerenv")


def sandbox_advice(root: Path = ROOT) -> str:
    """What to do so that the browser can have its sandbox."""
    for name, is_closed, is_open in _SWITCHES:
        if _value(root / "proc/sys" / name.replace(".", "/")) == is_closed:
            return f"This kernel forbids what the sandbox is made of. Type: sudo sysctl -w {name}={is_open}"
    if any((root / mark).exists() for mark in _MARKS_OF_CONTAINERS):
        return (
            "Start the container with a seccomp profile that lets it make user namespaces "
            "(docker run --security-opt seccomp=chrome.json)."
        )
    return "Allow user namespaces for unprivileged users on this host."


def _value(switch: Path) -> str:
    try:
        return switch.read_text().strip()
    except OSError:
        return ""
