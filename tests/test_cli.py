"""The command line: JSON alone on standard output, sentences for mistakes, exit codes that say how it went."""

import asyncio
import hashlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from bot import __version__, cli
from bot.cli.root import COMMANDS, load, tagshot
from tests.fakes.site import SiteDouble

LONGEST_SECONDS = 120
SLOW_TO_LOAD = {
    *("aiohttp", "alembic", "apscheduler", "lxml", "PIL", "playwright.async_api", "prometheus_client"),
    *("pypdf", "telegram", "trafilatura"),
}


@dataclass(frozen=True, slots=True)
class Finished:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Shell:
    """Runs ``tagshot`` in an empty folder: as a process of its own, or ``here``, which takes a tenth of the time."""

    def __init__(self, folder: Path, site: SiteDouble) -> None:
        self.folder = folder
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "EGRESS_ALLOW": site.allow}

    async def tagshot(self, *arguments: str, stdin: str = "", **environment: str) -> Finished:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            *arguments,
            cwd=self.folder,
            env={**self.environment, **environment},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        async with asyncio.timeout(LONGEST_SECONDS):
            out, err = await process.communicate(stdin.encode())
        return Finished(process.returncode or 0, out.decode(), err.decode())

    async def here(self, *arguments: str, **environment: str) -> Finished:
        """The same in this process. Logging stays as it is, because that is the process's."""
        return await asyncio.to_thread(self._here, arguments, {**self.environment, **environment})

    def _here(self, arguments: Sequence[str], environment: Mapping[str, str]) -> Finished:
        out, err = io.StringIO(), io.StringIO()
        with (
            chdir(self.folder),
            patch.dict(os.environ, environment, clear=True),
            patch.object(sys, "argv", ["tagshot", *arguments]),
            patch("bot.cli.shell.set_up_logging"),
            redirect_stdout(out),
            redirect_stderr(err),
            pytest.raises(SystemExit) as end,
        ):
            cli.main()
        return Finished(int(end.value.code or 0), out.getvalue(), err.getvalue())


@pytest.fixture
def shell(tmp_path: Path, site: SiteDouble) -> Shell:
    return Shell(tmp_path, site)


def test_each_command_is_in_the_module_that_is_loaded_for_it() -> None:
    modules = {name: f"bot.cli.{command.module}" for name, command in COMMANDS.items()}
    for name in modules:
        load(name)
    assert {
        each.name: getattr(each.callback, "__module__", "") for each in tagshot.registered_commands
    } == modules


@pytest.mark.parametrize("command", ["tag", "status"])
def test_what_is_saved_is_told_without_loading_what_captures_and_speaks(command: str) -> None:
    code = f"import sys; from bot.cli.root import load; load({command!r}); print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - our own words
    assert "storage.database" in ran.stdout.split()
    assert SLOW_TO_LOAD.isdisjoint(ran.stdout.split())


async def test_every_command_is_listed_with_what_it_does(shell: Shell) -> None:
    listed = " ".join((await shell.here("--help", COLUMNS="1000")).out.split())
    for name, command in COMMANDS.items():
        assert f"│ {name} {command.sentence} │" in listed


async def test_the_version_is_printed(shell: Shell) -> None:
    asked = await shell.here("--version")
    assert (asked.code, asked.out) == (0, f"{__version__}\n")


async def test_a_mistyped_command_is_named_with_the_one_that_may_be_meant(shell: Shell) -> None:
    mistyped = await shell.here("serch", "x")
    assert mistyped.code == 2
    assert "Did you mean 'search'?" in mistyped.err


async def test_a_page_is_saved_captured_and_found(shell: Shell, site: SiteDouble) -> None:
    saved = await shell.tagshot(
        "save", f"看看 {site.url('/chinese')} #optimizer #深度学习", "--wait", "--json"
    )
    assert (saved.code, saved.json["refused"]) == (0, [])
    [link] = saved.json["links"]
    assert link["tags"] == ["optimizer", "深度学习"]
    assert link["snapshot"]["status"] == "done"
    pdf = link["snapshot"]["artifacts"]["pdf"]
    content = Path(pdf["path"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == pdf["sha256"]
    assert len(content) == pdf["size_bytes"]

    found = await shell.here("tag", "#OPTIMIZER", "--json")
    assert [each["url"] for each in found.json] == [site.url("/chinese")]
    assert link["title"] in (await shell.here("tag", "optimizer", "深度学习")).out
    tags = await shell.here("tags", "--json")
    assert {each["name"]: each["links"] for each in tags.json} == {"optimizer": 1, "深度学习": 1}


async def test_saving_without_waiting_only_queues(shell: Shell, site: SiteDouble) -> None:
    saved = await shell.here("save", site.url("/short"), "--json")
    assert saved.json["links"][0]["snapshot"]["status"] == "queued"
    assert site.requests == []


async def test_what_is_refused_is_named_and_the_rest_is_saved(shell: Shell, site: SiteDouble) -> None:
    saved = await shell.here(
        "save", f"http://192.168.1.1/a https://u:secret@e.com/ {site.url('/short')}", "--json"
    )
    assert saved.code == 1
    assert len(saved.json["links"]) == 1
    assert [each["url"] for each in saved.json["refused"]] == ["http://192.168.1.1/a", "https://e.com/"]
    assert "secret" not in saved.out + saved.err


async def test_a_page_that_is_not_there_fails_with_a_sentence(shell: Shell, site: SiteDouble) -> None:
    saved = await shell.here("save", site.url("/status/404"), "--wait")
    assert saved.code == 1
    assert "127.0.0.1" in saved.out


async def test_an_unknown_tag_is_said(shell: Shell) -> None:
    for language, said in (("C.UTF-8", "There is no tag #nothing"), ("zh_CN.UTF-8", "还没有标签 #nothing")):
        found = await shell.here("tag", "nothing", LANG=language)
        assert found.code != 0
        assert said in found.err


async def test_the_status_is_told_in_the_language_of_the_terminal(shell: Shell) -> None:
    await shell.here("tags")
    assert "队列：等待 0" in (await shell.here("status", LANG="zh_CN.UTF-8")).out
    assert "Queue: 0 waiting" in (await shell.here("status", LANG="C.UTF-8")).out


async def test_a_link_is_found_and_deleted(shell: Shell, site: SiteDouble) -> None:
    await shell.here("save", f"{site.url('/short')} #optimizer worth it")
    assert [link["tags"] for link in (await shell.here("search", "worth", "it", "--json")).json] == [
        ["optimizer"]
    ]
    removed = await shell.here("rm", site.url("/short"), "--json")
    assert removed.json["url"] == site.url("/short")


async def test_pages_are_captured_into_a_folder(shell: Shell, site: SiteDouble) -> None:
    urls = f"{site.url('/short')}\n{site.url('/status/404')}\n"
    captured = await shell.tagshot("capture", "-", "-o", "out", "--json", stdin=urls)
    assert captured.code == 1
    done, failed = sorted(
        (json.loads(line) for line in captured.out.splitlines()), key=lambda each: each["status"]
    )
    assert done["status"] == "done"
    assert done["verdict"] == "ok"
    assert done["http_status"] == 200
    assert {"screen", "fullpage", "pdf", "text"} <= set(done["artifacts"])
    for file in done["artifacts"].values():
        content = (shell.folder / file["path"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == file["sha256"]
    assert (failed["status"], failed["verdict"], failed["http_status"]) == ("failed", "not-found", 404)
    assert failed["error"]
    assert done["timings_ms"]["total"] > 0


async def test_a_wrong_setting_is_a_sentence_that_names_it(shell: Shell) -> None:
    wrong = await shell.here("tags", CAPTURE_WORKERS="many")
    assert wrong.code == 1
    assert "CAPTURE_WORKERS" in wrong.err
    assert "Traceback" not in wrong.err


async def test_migrate_says_what_it_did_and_can_be_repeated(shell: Shell) -> None:
    for _ in range(2):
        assert (await shell.here("migrate")).code == 0
    assert (shell.folder / "data" / "tagshot.db").is_file()


async def test_without_a_token_and_a_terminal_the_sample_is_played(shell: Shell) -> None:
    for _ in range(2):
        played = await shell.tagshot("run")
        assert played.code == 0, played.err
        assert "/tag optimizer" in played.out
        paths = dict(
            line.split(": ", 1) for line in played.out.splitlines() if line.startswith(("pdf:", "screen:"))
        )
        assert Path(paths["pdf"]).read_bytes().startswith(b"%PDF")
        assert Path(paths["screen"]).read_bytes().startswith(b"\xff\xd8")


async def test_the_sample_fails_when_there_is_no_browser(shell: Shell) -> None:
    played = await shell.tagshot("chat", CHROMIUM_PATH="/nowhere/chromium")
    assert played.code == 1
    assert "CHROMIUM_PATH" in played.err


async def test_what_goes_wrong_and_what_is_done_is_said_in_the_language_of_the_terminal(shell: Shell) -> None:
    chinese = {"LC_ALL": "zh_CN.UTF-8"}
    refused = await shell.here("restore", "nowhere", **chinese)
    assert (refused.code, "那里没有备份" in refused.err) == (1, True)
    assert "There is no backup there." in (await shell.here("restore", "nowhere")).err
    wrong = await shell.here("tags", CAPTURE_WORKERS="0", HEALTH_ADDRESS="x", **chinese)
    assert "无法使用" in wrong.err
    assert (await shell.here("migrate", **chinese)).out == "数据库的结构是最新的。\n"
    assert (await shell.here("migrate")).out == "The database is at the newest schema.\n"
