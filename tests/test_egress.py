"""What the egress proxy lets through, request by request and tunnel by tunnel."""

import asyncio
import socket
import struct
from base64 import b64encode
from collections.abc import AsyncIterator

import pytest

from bot.addresses import AddressRule
from bot.capture.egress.outbound import Outbound
from bot.capture.egress.passage import Obstacle, Passage
from bot.capture.egress.proxy import EgressProxy
from bot.capture.egress.upstream import Upstream
from bot.errors import SettingsError
from tests.fakes.network import SECONDS, Client, Network, Origin, listening, reaching, visiting


@pytest.fixture
async def origin() -> AsyncIterator[Origin]:
    origin = Origin()
    async with listening(origin.serve) as port:
        origin.port = port
        yield origin


@pytest.fixture
async def proxy(origin: Origin) -> AsyncIterator[EgressProxy]:
    async with EgressProxy(Outbound(AddressRule([f"127.0.0.1:{origin.port}"]))) as proxy:
        yield proxy


@pytest.fixture
async def passage(proxy: EgressProxy) -> Passage:
    return proxy.admit()


@pytest.fixture
async def client(proxy: EgressProxy, passage: Passage) -> AsyncIterator[Client]:
    async with visiting(proxy, passage) as client:
        yield client


def status(head: str) -> int:
    return int(head.split()[1])


async def test_nobody_gets_out_without_a_key(proxy: EgressProxy, origin: Origin) -> None:
    async with visiting(proxy, None) as client:
        client.send(f"GET http://127.0.0.1:{origin.port}/ HTTP/1.1", "Host: x")
        head = await client.head()
    assert status(head) == 407
    assert "proxy-authenticate: basic" in head.lower()
    assert origin.requests == []


async def test_a_key_ends_with_its_capture(
    proxy: EgressProxy, client: Client, passage: Passage, origin: Origin
) -> None:
    proxy.dismiss(passage)
    client.send(f"GET http://127.0.0.1:{origin.port}/ HTTP/1.1", "Host: x")
    assert status(await client.head()) == 407


async def test_a_request_is_carried_with_the_host_of_its_address(client: Client, origin: Origin) -> None:
    client.send(
        f"GET http://127.0.0.1:{origin.port}/a?b=c HTTP/1.1",
        "Host: intern.example.com",
        "Connection: keep-alive, X-Secret",
        "X-Secret: 1",
        "Proxy-Connection: keep-alive",
        "Accept-Language: zh",
    )
    assert status(await client.head()) == 200
    request = origin.requests[0].decode().lower()
    assert request.startswith("get /a?b=c http/1.1\r\n")
    assert f"host: 127.0.0.1:{origin.port}\r\n" in request
    assert "accept-language: zh" in request
    for private in ("intern.example.com", "proxy-", "x-secret", "keep-alive"):
        assert private not in request


async def test_every_request_of_a_kept_connection_is_decided_anew(
    client: Client, origin: Origin, passage: Passage
) -> None:
    client.send(f"GET http://127.0.0.1:{origin.port}/ HTTP/1.1", "Host: x")
    assert status(await client.head()) == 200
    assert await client.reader.readexactly(5) == b"hello"
    client.send("GET http://169.254.169.254/latest/meta-data/ HTTP/1.1", "Host: x")
    assert status(await client.head()) == 403
    trouble = passage.troubles["169.254.169.254", 80]
    assert trouble.obstacle is Obstacle.RULE
    assert "169.254.169.254" in trouble.sentence


@pytest.mark.parametrize(
    ("request_line", "headers", "answer"),
    [
        ("CONNECT example.com HTTP/1.1", [], 400),
        ("CONNECT 0x7f.1:443 HTTP/1.1", [], 400),
        ("CONNECT user@example.com:443 HTTP/1.1", [], 400),
        ("CONNECT example.com:99999 HTTP/1.1", [], 400),
        ("CONNECT 127.0.0.1:443 HTTP/1.1", [], 403),
        ("CONNECT [::1]:443 HTTP/1.1", [], 403),
        ("CONNECT example.com:25 HTTP/1.1", [], 403),
        ("CONNECT localhost:443 HTTP/1.1", [], 403),
        ("GET / HTTP/1.1", [], 400),
        ("GET https://example.com/ HTTP/1.1", [], 400),
        ("GET ftp://example.com/ HTTP/1.1", [], 400),
        ("GET http://a@example.com/ HTTP/1.1", [], 400),
        ("GET http://2130706433/ HTTP/1.1", [], 400),
        ("GET http://printer.local/ HTTP/1.1", [], 403),
        ("POST http://example.com/ HTTP/1.1", ["Transfer-Encoding: chunked", "Content-Length: 3"], 400),
        ("GET http://example.com/ HTTP/1.1", [f"X-Bomb: {'a' * 70_000}"], 431),
    ],
)
async def test_what_is_not_plainly_allowed_is_turned_away(
    client: Client, request_line: str, headers: list[str], answer: int
) -> None:
    client.send(request_line, "Host: example.com", *headers)
    assert status(await client.head()) == answer


async def test_a_body_is_carried_both_ways() -> None:
    body = bytes(range(200)) * 1000

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode())
        writer.write(await reader.readexactly(len(body)))
        await writer.drain()
        writer.close()

    async with reaching(echo) as (client, port, _):
        length = f"Content-Length: {len(body)}"
        client.send(f"POST http://127.0.0.1:{port}/ HTTP/1.1", length, "Host: x", body=body)
        assert status(await client.head()) == 200
        async with asyncio.timeout(SECONDS):
            assert await client.reader.readexactly(len(body)) == body


async def test_a_hosts_question_for_a_key_never_reaches_the_browser(client: Client, origin: Origin) -> None:
    origin.answer = b"HTTP/1.1 407 Key\r\nProxy-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n\r\n"
    client.send(f"GET http://127.0.0.1:{origin.port}/ HTTP/1.1", "Host: x")
    assert status(await client.head()) == 502


@pytest.mark.parametrize("answer", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Le"])
async def test_an_unreadable_answer_is_noted(
    client: Client, origin: Origin, passage: Passage, answer: bytes
) -> None:
    origin.answer = answer
    client.send(f"GET http://127.0.0.1:{origin.port}/ HTTP/1.1", "Host: x")
    assert status(await client.head()) == 502
    assert passage.troubles["127.0.0.1", origin.port].obstacle is Obstacle.BROKEN


async def test_a_closed_port_is_noted_as_a_refusal() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        async with EgressProxy(Outbound(AddressRule([f"127.0.0.1:{port}"]))) as proxy:
            passage = proxy.admit()
            async with visiting(proxy, passage) as client:
                client.send(f"CONNECT 127.0.0.1:{port} HTTP/1.1", "Host: x")
                assert status(await client.head()) == 502
        assert passage.troubles["127.0.0.1", port].obstacle is Obstacle.REFUSED


async def test_a_tunnel_carries_bytes_both_ways_and_counts_them(
    client: Client, origin: Origin, passage: Passage
) -> None:
    client.send(f"CONNECT 127.0.0.1:{origin.port} HTTP/1.1", "Host: x")
    assert status(await client.head()) == 200
    client.writer.write(b"anything at all\r\n\r\n")
    assert (await client.rest()).endswith(b"hello")
    assert origin.requests == [b"anything at all\r\n\r\n"]
    assert passage.received_bytes == len(origin.answer)


async def test_a_tunnel_ends_with_its_capture() -> None:
    ended = asyncio.Event()

    async def wait(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        ended.set()
        writer.close()

    async with reaching(wait) as (client, port, dismiss):
        client.send(f"CONNECT 127.0.0.1:{port} HTTP/1.1", "Host: x")
        assert status(await client.head()) == 200
        dismiss()
        async with asyncio.timeout(SECONDS):
            await ended.wait()


async def test_a_tunnel_that_breaks_off_is_no_mistake_of_ours(caplog: pytest.LogCaptureFixture) -> None:
    ended = asyncio.Event()

    async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(1)
        linger = struct.pack("ii", 1, 0)  # closing now is a reset
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        writer.transport.abort()
        ended.set()

    async with reaching(reset) as (client, port, _):
        client.send(f"CONNECT 127.0.0.1:{port} HTTP/1.1", "Host: x")
        assert status(await client.head()) == 200
        client.writer.write(b"x")
        async with asyncio.timeout(SECONDS):
            await ended.wait()
        assert await client.rest() == b""
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


async def test_a_capture_gets_no_more_bytes_than_it_may(
    client: Client, origin: Origin, passage: Passage
) -> None:
    passage.max_bytes = 100_000
    origin.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n" + bytes(9_999_999)
    client.send(f"GET http://127.0.0.1:{origin.port}/ HTTP/1.1", "Host: x")
    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        await asyncio.wait_for(client.reader.readexactly(9_999_999), SECONDS)
    assert passage.is_exhausted
    assert passage.received_bytes < 400_000


async def test_an_exhausted_capture_gets_nothing_more(
    proxy: EgressProxy, client: Client, origin: Origin, passage: Passage
) -> None:
    passage.max_requests = 0
    client.send(f"GET http://127.0.0.1:{origin.port}/ HTTP/1.1", "Host: x")
    assert status(await client.head()) == 429
    assert passage.troubles["127.0.0.1", origin.port].obstacle is Obstacle.LIMIT
    assert origin.requests == []


@pytest.mark.parametrize(
    ("allow", "opened", "closed"),
    [
        ("127.0.0.1:{port}", ["127.0.0.1:{port}"], ["127.0.0.1:{other}", "127.0.0.2:{port}", "[::1]:{port}"]),
        ("127.0.0.1:{port}", ["127.0.0.1:{port}"], ["localhost:{port}", "same.example.com:{port}"]),
        (
            "same.lan:{port}",
            ["same.lan:{port}"],
            ["127.0.0.1:{port}", "same.lan:{other}", "sub.same.lan:{port}"],
        ),
        (
            "127.0.0.0/31",
            ["127.0.0.1:{port}"],
            ["127.0.0.2:{port}", "10.0.0.1:{port}", "[::ffff:7f00:1]:{port}"],
        ),
    ],
)
async def test_what_is_opened_is_that_and_no_more(
    origin: Origin, allow: str, opened: list[str], closed: list[str]
) -> None:
    async def resolve(_: str, __: int) -> list[str]:
        return ["127.0.0.1"]

    ports = {"port": origin.port, "other": origin.port - 1}
    outbound = Outbound(AddressRule([allow.format(**ports)]), resolve=resolve)
    async with EgressProxy(outbound) as proxy:
        for places, answer in ((opened, 200), (closed, 403)):
            for place in places:
                async with visiting(proxy, proxy.admit()) as client:
                    client.send(f"GET http://{place.format(**ports)}/ HTTP/1.1", "Host: x")
                    assert status(await client.head()) == answer, place
    assert len(origin.requests) == len(opened)


async def test_an_upstream_proxy_gets_what_our_rule_lets_through(origin: Origin) -> None:
    origin.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
    upstream = Upstream.parse(f"http://anna:p%40ss@127.0.0.1:{origin.port}")
    resolve = Network({"a.com": [["1.1.1.1"]] * 2, "b.com": [["10.0.0.1"]], "only-there.com": [[]]}).resolve
    async with EgressProxy(Outbound(AddressRule(), resolve=resolve, upstream=upstream)) as proxy:
        answers = []
        for line in (
            "GET http://a.com/x HTTP/1.1", "CONNECT a.com:443 HTTP/1.1",
            "GET http://b.com/ HTTP/1.1", "GET http://only-there.com/ HTTP/1.1",
        ):  # fmt: skip
            async with visiting(proxy, proxy.admit()) as client:
                client.send(line, "Host: x")
                answers.append(status(await client.head()))
    assert answers == [200, 200, 403, 200]
    key = b64encode(b"anna:p@ss")
    assert [request.split(b"\r\n")[0] for request in origin.requests] == [
        b"GET http://a.com/x HTTP/1.1", b"CONNECT a.com:443 HTTP/1.1", b"GET http://only-there.com/ HTTP/1.1",
    ]  # fmt: skip
    assert all(b"Proxy-Authorization: Basic " + key in request for request in origin.requests)


@pytest.mark.parametrize("url", ["socks5://a:1", "a:80", "https://geheim@a:80", ""])
def test_an_upstream_that_is_no_http_proxy_is_an_error_of_the_setting(url: str) -> None:
    with pytest.raises(SettingsError, match="EGRESS_PROXY") as error:
        Upstream.parse(url)
    assert "geheim" not in str(error.value)
