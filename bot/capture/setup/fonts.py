"""Which scripts the installed fonts cover. Whether a browser really draws them is looked at in fontcheck."""

from dataclasses import dataclass

from bot.capture.setup.host import Host

FC_LIST_SECONDS = 20
CJK_NAME = "Chinese, Japanese and Korean"
EMOJI_NAME = "emoji"


@dataclass(frozen=True, slots=True)
class Script:
    """A kind of writing that pages need a font for.

    ``pattern`` is fontconfig's; ``files`` are names of font files, for systems without ``fc-list``.
    """

    name: str
    pattern: str
    files: tuple[str, ...]


SCRIPTS = (
    Script(
        CJK_NAME,
        ":charset=4f18",
        ("*CJK*", "*SourceHan*", "wqy*", "DroidSansFallback*"),
    ),
    # In colour, because DejaVu has many of the same characters in black and white.
    Script(EMOJI_NAME, ":charset=1f9e0:color=true", ("*Emoji*",)),
)


def uncovered_scripts(host: Host) -> tuple[str, ...]:
    """The names of the scripts that no installed font covers."""
    if host.system == "Darwin":
        return ()
    covers = _by_fontconfig if host.has("fc-list") else _by_file_names
    return tuple(script.name for script in SCRIPTS if not covers(script, host))


def _by_fontconfig(script: Script, host: Host) -> bool:
    return bool(host.run(("fc-list", script.pattern, "family"), FC_LIST_SECONDS).output.strip())


def _by_file_names(script: Script, host: Host) -> bool:
    return any(any(folder.rglob(pattern)) for folder in host.font_folders for pattern in script.files)
