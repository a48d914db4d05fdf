"""What a capture leaves open to a page, and what is left of it afterwards. Ways past the proxy: test_page_vectors."""

import asyncio
import os
import socket
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from urllib.parse import urlencode

import pytest

from bot.addresses import AddressRule
from bot.capture.browser import Browser
from bot.capture.egress.outbound import Outbound
from bot.capture.egress.proxy import EgressProxy
from bot.capture.result import Capture
from storage.kinds import ArtifactKind, Verdict
from tests.browsers import KINDS, Kind, best, of_kind
from tests.capturing import asking, captures_of
from tests.fakes.site import SiteDouble
from tests.fakes.vectors import canaries, hostile_site

TEXT = asking(ArtifactKind.TEXT)


@pytest.fixture
def open_folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for temporary files that the browser's unprivileged user can open, as ``tmp_path`` is not."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        monkeypatch.setenv("TMPDIR", name)
        monkeypatch.setattr("tempfile.tempdir", name)
        yield Path(name)


@pytest.fixture
async def hostile() -> AsyncIterator[str]:
    async with canaries() as birds, hostile_site(birds) as authority:
        yield authority


def text(capture: Capture) -> str:
    return next(file.content for file in capture.files if file.kind is ArtifactKind.TEXT).decode()


@pytest.mark.parametrize("kind", KINDS)
async def test_a_page_that_asks_for_everything_is_captured_and_leaves_nothing(
    kind: Kind, open_folder: Path, hostile: str
) -> None:
    async with Browser(of_kind(kind), AddressRule([hostile]), timeout_seconds=20) as browser:
        urls = [f"http://{hostile}/{path}" for path in ("nuisances", "attachment")]
        capture, file = (await captures_of(browser, urls, TEXT)).values()
        assert browser._engine.running
        downloads = list((browser._engine.running.folder.path / "downloads").iterdir())
    assert (capture.verdict, file.verdict) == (Verdict.OK, Verdict.FILE)
    assert "Read to the end." in text(capture)
    assert downloads == []
    assert list(open_folder.iterdir()) == []


async def test_nothing_of_a_capture_is_there_in_the_next_or_in_one_beside(hostile: str) -> None:
    async with Browser(best(), AddressRule([hostile]), timeout_seconds=20) as browser:
        first = await browser.capture(f"http://{hostile}/memory", TEXT)
        beside = await asyncio.gather(*(browser.capture(f"http://{hostile}/memory", TEXT) for _ in range(2)))
    for capture in (first, *beside):
        assert 'Found: ["",0,0,0,0,"",0,false]' in text(capture).replace("\\", "")


async def test_a_name_that_moves_to_this_machine_is_refused(
    hostile: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = hostile.rpartition(":")[2]
    monkeypatch.setattr("bot.addresses.PORTS", frozenset({int(port)}))
    answers = {"pub.example.com": ["127.0.0.1"], "name.example.com.": ["127.0.0.1"]}
    looked_up: list[str] = []

    async def resolve(name: str, _: int) -> Sequence[str]:
        looked_up.append(name)
        is_first = name == "moves.example.com." and looked_up.count(name) == 1
        return ["192.0.2.1"] if is_first else answers.get(name, ["127.0.0.1"])

    rule = AddressRule([f"pub.example.com:{port}"])
    browser = Browser(best(), rule, timeout_seconds=20)
    browser._proxy = EgressProxy(Outbound(rule, resolve=resolve))
    async with browser:
        for name in ("name.example.com", "moves.example.com", "moves.example.com"):
            there = f"http://{name}:{port}/echo?type=text/html&body=secret"
            query = urlencode({"url": there})
            capture = await browser.capture(f"http://pub.example.com:{port}/to/302?{query}", TEXT)
            assert capture.verdict is Verdict.REFUSED
            assert "EGRESS_ALLOW can open it" in (capture.error or "")


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="sockets are listed in /proc")
async def test_the_browser_is_connected_to_nothing_but_the_proxy(site: SiteDouble) -> None:
    async with Browser(best(), AddressRule([site.allow]), timeout_seconds=30) as browser:
        site.hold("/app.json")
        capture = asyncio.create_task(browser.capture(site.url("/app"), TEXT))
        await site.asked("/app.json")
        assert browser._engine.running
        process = browser._engine.running.folder.group()
        peers = await asyncio.to_thread(_peers, process)
        site.release("/app.json")
        assert (await capture).verdict is Verdict.OK
    assert peers == {("127.0.0.1", browser._proxy.port)}


def _peers(group: int) -> set[tuple[str, int]]:
    """The other ends of all TCP connections of a process group."""
    sockets = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if os.getpgid(int(folder.name)) == group:
                sockets |= {link.readlink().name for link in (folder / "fd").iterdir()}
        except OSError:
            continue
    table = [
        line.split() for name in ("tcp", "tcp6") for line in Path("/proc/net", name).read_text().splitlines()
    ]
    ends = [fields[2].split(":") for fields in table if f"socket:[{fields[9]}]" in sockets]
    return {(_address(host), int(port, 16)) for host, port in ends if int(port, 16)}


def _address(little_endian: str) -> str:
    return socket.inet_ntoa(bytes.fromhex(little_endian)[::-1]) if len(little_endian) == 8 else little_endian
