"""Which addresses are dialled for a name: all of the corpus, without a socket to anywhere but loopback."""

import asyncio
import ipaddress
from typing import Any

import ada_url
import pytest

from bot.addresses import AddressRule, canonical_host
from bot.capture.egress.outbound import Outbound, is_own_address
from bot.capture.egress.passage import Unreachable
from bot.capture.egress.relay import Stream
from bot.errors import RefusedAddress
from tests.fakes.network import Network, Origin, listening
from tests.test_addresses import rows


async def connect(network: Network, url: str) -> None:
    parsed = ada_url.URL(AddressRule().check_url(url))
    port = int(parsed.port or {"http:": 80, "https:": 443}[parsed.protocol])
    await network.outbound().connect(canonical_host(parsed.hostname), port)


@pytest.mark.parametrize("row", rows(stage="connect"))
async def test_only_checked_public_addresses_are_dialled(row: dict[str, Any]) -> None:
    network = Network(row.get("dns", {}), row.get("local_iface", ()))
    with pytest.raises((RefusedAddress, Unreachable)):
        await connect(network, row["input"])
    assert bool(network.dialled) == (row["expect"] == "allowed")
    assert network.lookups <= row.get("max_lookups", 1)
    assert network.dialled[:1] == [row["must_dial"]] if "must_dial" in row else True
    assert not set(network.dialled) & set(row.get("must_not_dial", ()))
    if row.get("second_connection") == "blocked":
        with pytest.raises(RefusedAddress):
            await connect(network, row["input"])
        assert "127.0.0.1" not in network.dialled


async def test_a_name_without_addresses_is_said_to_be_unknown() -> None:
    with pytest.raises(Unreachable, match=r"There is no host named nx\.example\.com\."):
        await connect(Network({"nx.example.com": [[]]}), "http://nx.example.com/")


async def test_a_connection_that_ended_elsewhere_is_refused() -> None:
    async with listening(Origin().serve) as port:

        async def astray(_: str, __: int) -> Stream:
            return await asyncio.open_connection("127.0.0.1", port)

        outbound = Outbound(AddressRule(), resolve=Network({"a.com": [["1.1.1.1"]]}).resolve, dial=astray)
        with pytest.raises(RefusedAddress, match="another address"):
            await outbound.connect("a.com", 80)


def test_this_machine_is_told_from_others() -> None:
    assert is_own_address(ipaddress.ip_address("127.0.0.1"))
    assert not is_own_address(ipaddress.ip_address("93.184.216.34"))
