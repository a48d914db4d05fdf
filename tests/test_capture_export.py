"""Captures into a folder: the record of each address, and files with names of our own."""

import hashlib
import json
from pathlib import Path

from bot.capture.export import CaptureRecord, capture_to_folder
from bot.file_types import Record
from bot.settings import Settings
from tests.fakes.site import SiteDouble


async def export(site: SiteDouble, folder: Path, *paths: str) -> list[CaptureRecord]:
    settings = Settings(_env_file=None, egress_allow=(site.allow,), capture_timeout_seconds=30)
    urls = [site.url(path) if path.startswith("/") else path for path in paths]
    return [record async for record in capture_to_folder(settings, urls, folder)]


def artifacts(record: CaptureRecord) -> list[Record]:
    """All files of a record, also where there are several of a kind."""
    return [each for file in record["artifacts"].values() for each in file.get("parts", [file])]


async def test_each_address_has_a_record_in_its_place(site: SiteDouble, tmp_path: Path) -> None:
    short, missing, refused, junk = await export(
        site, tmp_path / "new", "/short", "/status/404", "http://10.0.0.1/", "junk"
    )
    assert (short["status"], short["verdict"], short["http_status"]) == ("done", "ok", 200)
    assert (short["title"], short["final_url"], short["error"]) == (
        "A short note on momentum",
        site.url("/short"),
        None,
    )
    assert list(short["artifacts"]) == ["screen", "fullpage", "slices", "pdf", "html", "text"]
    for artifact in artifacts(short):
        content = Path(artifact["path"]).read_bytes()
        assert artifact["size_bytes"] == len(content) > 0
        assert artifact["sha256"] == hashlib.sha256(content).hexdigest()
    assert [short["artifacts"][kind].get("pages") for kind in ("pdf", "screen")] == [1, None]
    assert short["timings_ms"]["total"] > 0
    assert (missing["status"], missing["verdict"], list(missing["artifacts"])) == (
        "failed",
        "not-found",
        ["screen"],
    )
    assert [(each["status"], each["verdict"], each["artifacts"]) for each in (refused, junk)] == [
        ("failed", "refused", {})
    ] * 2
    assert json.loads(json.dumps(short)) == short


async def test_files_have_safe_names_that_are_never_used_twice(site: SiteDouble, tmp_path: Path) -> None:
    hostile = "/file.zip?name=../../x"
    records = [
        *await export(site, tmp_path, "/file.zip", hostile),
        *await export(site, tmp_path, "/file.zip"),
    ]
    paths = [Path(artifact["path"]) for record in records for artifact in artifacts(record)]
    assert len(set(paths)) == 3
    assert all(path.parent == tmp_path and path.suffix == ".zip" for path in paths)
    assert all(set(path.stem) <= set("abcdefghijklmnopqrstuvwxyz0123456789-") for path in paths)
    assert sorted(tmp_path.iterdir()) == sorted(paths)
