"""A hostile page in real Chromium tries to reach a host on loopback: without our rule it does, with it nothing does."""

import asyncio
import os
import re
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.addresses import AddressRule
from bot.capture.browser import Browser
from bot.capture.result import Capture
from bot.capture.setup.provision import find_browser
from storage.models import ArtifactKind, Verdict
from tests.fakes.network import Origin, listening
from tests.fakes.site import SiteDouble

# What reaches an unprotected host: each is a different part of the browser.
WAYS = {
    "img", "redirected", "iframe", "srcdoc", "data", "style", "prefetch", "preload", "script", "poster", "background",
    "fetch", "beacon", "events", "socket", "worker", "socket-in-worker", "xhr", "popup",
}  # fmt: skip


@pytest.fixture
async def canary() -> AsyncIterator[Origin]:
    """A host that no page may reach."""
    canary = Origin()
    async with listening(canary.serve) as port:
        canary.port = port
        yield canary


def ways(canary: Origin) -> set[str]:
    """The ways by which the canary was reached."""
    lines = [request.split(b" ")[1].decode() for request in canary.requests]
    return {re.sub(r"^(http://[^/]+)?/", "", line) for line in lines}


async def captured(site: SiteDouble, canary: Origin, *allow: str) -> Capture:
    found = find_browser(None)
    assert found is not None
    async with Browser(found.path, AddressRule([site.allow, *allow]), timeout_seconds=30) as browser:
        return await browser.capture(site.url(f"/vectors?canary=127.0.0.1:{canary.port}"))


async def test_a_page_reaches_what_is_allowed_in_every_way(site: SiteDouble, canary: Origin) -> None:
    await captured(site, canary, f"127.0.0.1:{canary.port}")
    assert ways(canary) == WAYS


async def test_a_page_reaches_nothing_that_is_not_allowed(site: SiteDouble, canary: Origin) -> None:
    capture = await captured(site, canary)
    assert canary.requests == []
    assert (capture.verdict, capture.title) == (Verdict.OK, "WebRTC is undefined")
    text = next(file.content for file in capture.files if file.kind is ArtifactKind.TEXT)
    assert b"root:" not in text


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="sockets are listed in /proc")
async def test_the_browser_is_connected_to_nothing_but_the_proxy(site: SiteDouble, canary: Origin) -> None:
    found = find_browser(None)
    assert found is not None
    async with Browser(found.path, AddressRule([site.allow]), timeout_seconds=30) as browser:
        site.hold("/app.json")
        capture = asyncio.create_task(browser.capture(site.url("/app")))
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
