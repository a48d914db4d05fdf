"""The two commands of the README: what make offers, and what the lock promises to them."""

import re
import subprocess
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import LONGEST

ROOT = Path(__file__).parent.parent
LOCK = (ROOT / "requirements.lock").read_text()


def test_help_is_the_default_and_names_every_command() -> None:
    said = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S607
    offered = re.findall(r"^make (\w+)", said, re.MULTILINE)
    phony = re.findall(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert ["help", *offered] == phony[0].split()


def test_continuous_integration_runs_the_test_command_of_the_readme() -> None:
    assert "make test" in (ROOT / ".ci/run").read_text().splitlines()[-1]


def test_everything_that_is_asked_for_is_locked_at_a_version_that_fits() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    asked = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    locked = {
        canonicalize_name(name): version
        for name, version in re.findall(r"^([\w.-]+)==([\w.]+)", LOCK, re.MULTILINE)
    }
    for requirement in map(Requirement, asked):
        assert requirement.specifier.contains(locked[canonicalize_name(requirement.name)]), str(requirement)


def test_every_locked_package_has_hashes_and_none_an_address() -> None:
    packages = re.split(r"\n(?=[\w.-]+==)", LOCK)
    assert len(packages) > 50
    assert all("--hash=sha256:" in package for package in packages)
    assert "://" not in LOCK


def test_what_is_said_to_take_longest_is_there() -> None:
    assert [name for name in LONGEST if not (ROOT / "tests" / f"{name}.py").is_file()] == []
