"""What a capture leaves open to a page, and what is left of it afterwards. Ways past the proxy: test_page_vectors."""

import asyncio
import os
import socket
from pathlib import Path

import pytest

from bot.addresses import AddressRule
from bot.capture.browser import Browser
from storage.models import Verdict
from tests.browsers import best
from tests.fakes.site import SiteDouble


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="sockets are listed in /proc")
async def test_the_browser_is_connected_to_nothing_but_the_proxy(site: SiteDouble) -> None:
    async with Browser(best(), AddressRule([site.allow]), timeout_seconds=30) as browser:
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
