"""The container and the systemd unit: what they promise is in their files. They can't be built and started here."""

import re
import shutil
import subprocess
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.cli import tagshot
from bot.settings import Settings

ROOT = Path(__file__).parent.parent
DOCKERFILE = (ROOT / "Dockerfile").read_text()
UNIT = ROOT / "tagshot.service"


@pytest.fixture
def service() -> dict[str, Any]:
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    found: dict[str, Any] = services["tagshot"]
    return found


def steps() -> list[tuple[str, str]]:
    """The instructions of the Dockerfile, with their words on one line."""
    lines = re.sub(r"\\\n\s*", "", re.sub(r"(?m)^#.*\n", "", DOCKERFILE)).splitlines()
    return [(name, words) for line in lines if line for name, _, words in [line.partition(" ")]]


def test_the_image_takes_only_what_it_needs_so_that_no_secret_gets_in() -> None:
    copied = [word for name, words in steps() if name in {"COPY", "ADD"} for word in words.split()[:-1]]
    assert {each for each in copied if not each.startswith("--from")} == {
        *("pyproject.toml", "requirements.lock", "README.md", "LICENSE", "bot", "storage"),
        "/opt/tagshot",
    }
    for name in ("pyproject.toml", "requirements.lock", "README.md", "LICENSE", "bot", "storage"):
        assert (ROOT / name).exists()
    assert not [words for name, words in steps() if name in {"ENV", "ARG"} and "TOKEN" in words]


def test_in_the_container_nothing_runs_as_root_and_an_init_takes_in_orphans() -> None:
    after_user = [name for name, _ in steps()][[name for name, _ in steps()].index("USER") :]
    assert ("USER", "tagshot") in steps()
    assert "RUN" not in after_user
    assert ("ENTRYPOINT", '["tini", "--", "tagshot"]') in steps()
    assert ("CMD", '["run"]') in steps()
    assert "run" in {each.name for each in tagshot.registered_commands}


def test_the_container_is_limited_keeps_its_data_and_has_time_to_stop(service: dict[str, Any]) -> None:
    assert service["mem_limit"]
    assert service["pids_limit"] > 100
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert service["volumes"] == ["data:/data"]
    assert service["stop_grace_period"] == "15s"
    assert "seccomp:seccomp_profile.json" in (ROOT / "compose.yaml").read_text()
    assert "privileged" not in service


def test_a_folder_for_backups_is_offered_outside_of_the_container_for_its_user() -> None:
    compose = (ROOT / "compose.yaml").read_text()
    [user] = re.findall(r"useradd --uid (\d+)", DOCKERFILE)
    [folder] = re.findall(rf"chown {user} (/\S+)", compose)
    offered = re.sub(rf"# (- {folder})", r"\1", compose)
    [_, volume] = yaml.safe_load(offered)["services"]["tagshot"]["volumes"]
    assert volume == f"{folder}:/backups"
    assert "BACKUP_URL=/backups" in compose
    assert "BACKUP_URL" in {name.upper() for name in Settings.model_fields}


def test_its_health_is_asked_for_where_it_is_served(service: dict[str, Any]) -> None:
    [check] = [words for name, words in steps() if name == "HEALTHCHECK"]
    environment = service["environment"]
    assert f"http://{environment['HEALTH_ADDRESS']}/healthz" in check
    [given] = [words for name, words in steps() if name == "ENV"]
    assert all(f"{name}={value}" in given for name, value in environment.items())
    assert {name.lower() for name in environment} <= Settings.model_fields.keys()


def test_the_unit_keeps_the_data_private_and_is_limited() -> None:
    unit = ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(UNIT)
    service = unit["Service"]
    assert service["User"] == "tagshot"
    assert (service["StateDirectoryMode"], service["UMask"]) == ("0700", "0077")
    assert {"MemoryMax", "TasksMax", "NoNewPrivileges", "Restart"} <= service.keys()
    assert service["RestartPreventExitStatus"] == "3"
    assert int(service["TimeoutStopSec"]) > 10
    assert "RestrictNamespaces" not in service
    name, _, place = service["Environment"].partition("=")
    assert name.lower() in Settings.model_fields
    assert place == f"/var/lib/{service['StateDirectory']}"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd here")
def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    copy = tmp_path / "tagshot.service"
    copy.write_text(UNIT.read_text().replace("/opt/tagshot/.venv/bin/tagshot", "/bin/true"))
    verify = [shutil.which("systemd-analyze") or "", "verify", "--man=no", str(copy)]
    ran = subprocess.run(verify, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    assert (ran.returncode, ran.stderr) == (0, "")
