"""The README says what there is: every command, every setting, every target, and no more."""

import re
from pathlib import Path

from bot.cli import tagshot
from bot.conversation.commands import COMMANDS
from bot.settings import Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()


def section(title: str) -> str:
    """The text under a heading."""
    return README.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def test_it_names_every_command_of_the_chat() -> None:
    assert set(re.findall(r"`/([a-z]+)", section("Commands"))) == {command.name for command in COMMANDS}


def test_it_names_every_command_of_the_command_line() -> None:
    shown = {each.name or getattr(each.callback, "__name__", "") for each in tagshot.registered_commands}
    assert set(re.findall(r"`tagshot ([a-z]+)", section("Commands"))) == shown


def test_it_names_every_setting() -> None:
    names = set(re.findall(r"`([A-Z_]{5,})`", section("Settings").partition("\n\nPages")[0]))
    assert names == {name.upper() for name in Settings.model_fields}


def test_its_pictures_and_files_are_there() -> None:
    targets = re.findall(r"\]\((?!https?:)([^)]+)\)", README)
    assert targets
    assert all((ROOT / target).exists() for target in targets)


def test_its_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"(?:^|`)make ([a-z]+)", README, re.MULTILINE))
    assert {"run", "test"} <= targets
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in targets)
