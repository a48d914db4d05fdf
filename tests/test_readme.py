"""The README says what there is: every command, every setting, every target, and no more."""

import re
from pathlib import Path

import pytest

from bot.cli import tagshot
from bot.conversation.commands import COMMANDS
from bot.conversation.query_fields import FIELDS
from bot.settings import Settings
from storage.query import State

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
# Each with its headings on commands, on finding and on settings.
ALL = {
    "README.md": ("Commands", "Finding", "Settings"),
    "README.zh-CN.md": ("命令", "查找", "设置"),
}
# Said to @BotFather.
FOREIGN = {"setinline"}

in_each_language = pytest.mark.parametrize("name", ALL)


def section(name: str, number: int) -> str:
    """The text under a heading."""
    text = (ROOT / name).read_text()
    return text.partition(f"\n## {ALL[name][number]}\n")[2].partition("\n## ")[0]


@in_each_language
def test_it_names_every_command_of_the_chat(name: str) -> None:
    named = set(re.findall(r"`/([a-z_]+)", section(name, 0))) - FOREIGN
    assert named == {command.name for command in COMMANDS}


@in_each_language
def test_it_names_every_command_of_the_command_line(name: str) -> None:
    shown = {each.name for each in tagshot.registered_commands}
    assert set(re.findall(r"`tagshot ([a-z]+)", section(name, 0))) == shown


@in_each_language
def test_it_names_every_field_and_state_of_the_queries(name: str) -> None:
    text = section(name, 1)
    assert set(re.findall(r"`([a-z]+):", text)) == set(FIELDS)
    assert set(re.findall(r"`is:([a-z]+)`", text)) == set(State)


@in_each_language
def test_it_names_every_setting(name: str) -> None:
    table = "\n".join(line for line in section(name, 2).split("\n") if line.startswith("|"))
    names = set(re.findall(r"`([A-Z_]{5,})`", table))
    assert names == {name.upper() for name in Settings.model_fields}


@in_each_language
def test_its_pictures_and_files_are_there(name: str) -> None:
    targets = re.findall(r"\]\((?!https?:)([^)]+)\)", (ROOT / name).read_text())
    assert targets
    assert all((ROOT / target).exists() for target in targets)


def test_its_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"(?:^|`)make ([a-z]+)", README, re.MULTILINE))
    assert {"run", "test"} <= targets
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in targets)
