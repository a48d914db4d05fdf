"""The root of ``tagshot``: its commands by name. The module of one is loaded when it is called, since all take long.

``tagshot --help`` needs no more than what stands here.
"""

import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Annotated, Any, TypeVar

import typer
from typer.core import TyperGroup
from typer.main import get_command_from_info

from bot import __version__

Function = TypeVar("Function", bound=Callable[..., None])


@dataclass(frozen=True, slots=True)
class Command:
    """The module of this room that has a command, and what the command does."""

    module: str
    sentence: str


COMMANDS = {
    "run": Command("running", "Run the bot; without a token, open the local chat."),
    "chat": Command(
        "running",
        "Talk to the bot in this terminal; if the input is no terminal, play a short sample conversation.",
    ),
    "save": Command("saved", "Save links with their tags."),
    "tag": Command("saved", "List the links with a tag, or with several."),
    "search": Command("saved", "List the links whose pages, titles and notes have some words, best first."),
    "rename": Command("saved", "Give a tag another name."),
    "rm": Command("saved", "Delete a link with all its snapshots."),
    "tags": Command("saved", "List all tags."),
    "capture": Command("capturing", "Capture pages into a folder, without database and bot."),
    "migrate": Command(
        "caring",
        "Bring the database to the newest schema, unless a bot is running; ``tagshot run`` does this by "
        "itself.",
    ),
    "setup": Command("caring", "Find or install what is needed besides Python: a browser and fonts."),
    "status": Command("caring", "Say how the bot is doing: queue, failures, disk, browser, last backup."),
    "doctor": Command("checking", "Check everything that Tagshot needs, and say what to do."),
    "backup": Command("keeping", "Back everything up, also while the bot runs; only what is new is copied."),
    "restore": Command(
        "keeping",
        "Bring a backup back, into an empty DATA_DIR only; everything is checked while it is copied.",
    ),
    "verify": Command(
        "keeping", "Read the database and every stored file, and say what is damaged, missing or of no use."
    ),
}
"""All commands, in the order in which they are listed."""


class Root(TyperGroup):
    """The commands, of which only the one that is called is more than a name and a sentence."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that is called, loaded."""
        load(args[0])
        registered = (each for each in reversed(tagshot.registered_commands) if each.name == args[0])
        if called := next(registered, None):
            self.commands[args[0]] = get_command_from_info(
                called,
                pretty_exceptions_short=tagshot.pretty_exceptions_short,
                rich_markup_mode=tagshot.rich_markup_mode,
            )
        return super().resolve_command(ctx, args)


tagshot = typer.Typer(
    cls=Root,
    help="Keep web pages: share a link with #tags, get its picture and PDF back, also when the page is gone.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def command(name: str) -> Callable[[Function], Function]:
    """Makes a function the command of this name."""
    return tagshot.command(name, help=COMMANDS[name].sentence)


def load(name: str) -> None:
    """Load the module that has a command, if there is such a command."""
    known = COMMANDS.get(name)
    if known and f"{__package__}.{known.module}" not in sys.modules:
        with _for_good():
            import_module(f"{__package__}.{known.module}")


@contextmanager
def _for_good() -> Iterator[None]:
    """What is loaded stays: to look through it for garbage, meanwhile and later, takes a fifth of the time."""
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        if was_collecting:
            gc.enable()


def _not_loaded() -> None:
    """Stands for each command until its module is loaded."""
    raise NotImplementedError


for _name in COMMANDS:
    command(_name)(_not_loaded)


def _print_version(is_asked: bool) -> None:
    if is_asked:
        print(__version__)
        raise typer.Exit


@tagshot.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option("--version", help="Print the version and exit.", is_eager=True, callback=_print_version),
    ] = False,
) -> None:
    pass
