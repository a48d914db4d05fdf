"""The rule on addresses, held to the corpus of hostile ones and to what EGRESS_ALLOW may and may not open."""

import ipaddress
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.addresses import AddressRule, is_public
from bot.errors import RefusedAddress, SettingsError

CORPUS = [
    json.loads(line)
    for line in (Path(__file__).parent / "corpora" / "ssrf_corpus.jsonl").read_text("utf-8").splitlines()
]


def rows(*, stage: str) -> list[Any]:
    return [pytest.param(row, id=row["id"]) for row in CORPUS if row["stage"] == stage]


@pytest.mark.parametrize("row", rows(stage="intake"))
def test_a_hostile_address_is_refused_with_a_sentence(row: dict[str, Any]) -> None:
    assert row["expect"] == "blocked"
    with pytest.raises(RefusedAddress) as refusal:
        AddressRule().check_url(row["input"])
    assert str(refusal.value).endswith(".")


@pytest.mark.parametrize("row", rows(stage="connect"))
def test_an_address_that_only_its_lookup_can_tell_passes_the_first_look(row: dict[str, Any]) -> None:
    assert AddressRule().check_url(row["input"]).startswith(("http://", "https://"))


@pytest.mark.parametrize(
    ("url", "href"),
    [
        ("HTTPS://EXAMPLE.com:443/a b", "https://example.com/a%20b"),
        ("https://münchen.example.com/", "https://xn--mnchen-3ya.example.com/"),
        ("https://fa.wikipedia.org/wiki/می‌خواهم", "https://fa.wikipedia.org/wiki/%D9%85%DB%8C%E2%80%8C%D8%AE%D9%88%D8%A7%D9%87%D9%85"),
        ("https://mp.weixin.qq.com/s?__biz=MzA&mid=1#wechat_redirect", "https://mp.weixin.qq.com/s?__biz=MzA&mid=1#wechat_redirect"),
        ("http://example.com/文章?q=优化器", "http://example.com/%E6%96%87%E7%AB%A0?q=%E4%BC%98%E5%8C%96%E5%99%A8"),
        ("https://163.com/", "https://163.com/"),
        ("https://localhost.example.com/", "https://localhost.example.com/"),
        ("http://1.1.1.1:8000/", "http://1.1.1.1:8000/"),
    ],
)  # fmt: skip
def test_an_honest_address_comes_back_as_browsers_write_it(url: str, href: str) -> None:
    assert AddressRule().check_url(url) == href


@pytest.mark.parametrize(
    ("url", "part"),
    [
        ("ftp://example.com/a", "not ftp:"),
        ("http://10.1.2.3/", "10.1.2.3 is in a private"),
        ("http://printer.local/", "printer.local is a name inside"),
        ("http://example.com:25/", "Port 25 of example.com"),
        ("http://loc\u200bal.example.com/", "U+200B"),
        ("http://example.com\\@evil.com/", "backslash"),
        ("example.com", "http:// or https://"),
        ("http://example.com/" + "a" * 2048, "2,048"),
    ],
)
def test_the_sentence_says_what_is_wrong(url: str, part: str) -> None:
    with pytest.raises(RefusedAddress, match=re.escape(part)):
        AddressRule().check_url(url)


@pytest.mark.parametrize("url", ["https://anna:geheim@example.com/", "http://geheim@10.0.0.1/"])
def test_a_password_is_refused_and_never_repeated(url: str) -> None:
    with pytest.raises(RefusedAddress) as refusal:
        AddressRule().check_url(url)
    assert "geheim" not in str(refusal.value)
    assert "password" in str(refusal.value)


PRIVATE_V4 = ["127.0.0.0/8", "10.0.0.0/8", "192.168.0.0/16", "172.16.0.0/12", "169.254.0.0/16"]


@given(st.sampled_from(PRIVATE_V4).flatmap(lambda network: st.ip_addresses(v=4, network=network)), st.data())
def test_a_private_address_is_refused_however_it_is_spelt(
    address: ipaddress.IPv4Address, data: st.DataObject
) -> None:
    number, octets = int(address), str(address).split(".")
    spelt = data.draw(
        st.sampled_from(
            [
                str(number), hex(number), f"0{number:o}", f"{octets[0]}.{number & 0xFFFFFF}",
                ".".join(f"0{int(octet):o}" for octet in octets), ".".join(hex(int(octet)) for octet in octets),
                f"{address}.", f"[::ffff:{address}]", f"[::{address}]", f"[64:ff9b::{address}]",
            ]
        )
    )  # fmt: skip
    with pytest.raises(RefusedAddress):
        AddressRule().check_url(f"http://{spelt}/")


@given(st.ip_addresses(v=6))
def test_outside_global_unicast_no_ipv6_address_is_public(address: ipaddress.IPv6Address) -> None:
    assert not is_public(address) or address in ipaddress.ip_network("2000::/3")


@pytest.mark.parametrize(
    ("entry", "opened"),
    [
        ("wiki.corp", ["http://wiki.corp/", "http://wiki.corp:3000/", "https://WIKI.corp./x"]),
        ("wiki", ["http://wiki/"]),
        ("wiki.corp:3000", ["http://wiki.corp:3000/"]),
        ("intern.münchen.de:81", ["http://intern.xn--mnchen-3ya.de:81/"]),
        ("10.1.2.3", ["http://10.1.2.3/", "http://10.1.2.3:9000/"]),
        ("127.0.0.1:9000", ["http://127.0.0.1:9000/", "http://127.1:9000/"]),
        ("10.1.0.0/16", ["http://10.1.255.255/", "http://10.1.0.1:9000/"]),
        ("::1", ["http://[::1]/"]),
        ("[::1]:9000", ["http://[::1]:9000/"]),
        ("fd00::/8", ["http://[fd12::1]/"]),
    ],
)
def test_what_egress_allow_names_is_open(entry: str, opened: list[str]) -> None:
    for url in opened:
        assert AddressRule([entry]).check_url(url)


@pytest.mark.parametrize(
    ("entry", "closed"),
    [
        (
            "wiki.corp",
            ["http://www.wiki.corp/", "http://corp/", "http://other.corp/", "http://example.com:3000/"],
        ),
        ("wiki.corp:3000", ["http://wiki.corp/", "http://wiki.corp:3001/"]),
        ("10.1.2.3", ["http://10.1.2.4/", "http://[::ffff:10.1.2.3]/"]),
        ("127.0.0.1:9000", ["http://127.0.0.1/", "http://127.0.0.2:9000/", "http://localhost:9000/"]),
        ("10.1.0.0/16", ["http://10.2.0.1/", "http://wiki.corp/"]),
        ("::1", ["http://127.0.0.1/", "http://[::2]/"]),
    ],
)
def test_what_egress_allow_does_not_name_stays_closed(entry: str, closed: list[str]) -> None:
    for url in closed:
        with pytest.raises(RefusedAddress):
            AddressRule([entry]).check_url(url)


def test_a_named_host_is_open_at_any_address_and_a_named_address_under_any_name() -> None:
    private, other = ipaddress.ip_address("10.1.2.3"), ipaddress.ip_address("10.1.2.4")
    AddressRule(["wiki.corp:81"]).check_address(private, "wiki.corp", 81)
    AddressRule(["10.1.2.3"]).check_address(private, "wiki.example.com", 443)
    with pytest.raises(RefusedAddress, match=r"wiki\.example\.com leads to 10\.1\.2\.4"):
        AddressRule(["10.1.2.3"]).check_address(other, "wiki.example.com", 443)
    with pytest.raises(RefusedAddress):
        AddressRule(["wiki.corp:81"]).check_address(private, "wiki.corp", 80)


@pytest.mark.parametrize(
    "entry", ["", "http://a.com", "10.0.0.1/8", "a b", "host:0", "host:99999", "a/b", "user@host"]
)
def test_an_entry_that_names_nothing_is_an_error_of_the_setting(entry: str) -> None:
    with pytest.raises(SettingsError, match="EGRESS_ALLOW"):
        AddressRule([entry])
