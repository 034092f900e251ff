"""Whom this service calls: addresses in every disguise, URLs in every spelling."""

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.receivers import may_connect, target
from app.errors import Invalid

NOT_PUBLIC = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.8.8.8",
    "168.63.129.16", "169.254.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.192",
    "192.0.2.1", "192.31.196.1", "192.52.193.1", "192.88.99.1", "192.168.0.1", "192.175.48.1", "198.18.0.1",
    "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::127.0.0.1", "::8.8.8.8", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254",
    "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::8.8.8.8", "64:ff9b:1:ffff::7f00:1",
    "100::1", "100:0:0:1::1", "2001::1", "2001:0:4136:e378:8000:63bf:80ff:fffe", "2001:2::1", "2001:10::1",
    "2001:20::1", "2001:db8::1", "2002:7f00:1::", "2002:a00:1::1", "2002:808:808::1", "2620:4f:8000::1", "3fff::1",
    "5f00::1", "fc00::1", "fd00:ec2::254", "fd12:3456::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "ff0e::1",
    "2606:4700::5efe:10.0.0.1", "2606:4700::200:5efe:127.0.0.1", "4000::1", "1::1",
]  # fmt: skip
PUBLIC = [
    "1.1.1.1", "8.8.8.8", "93.184.216.34", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1", "192.0.1.1",
    "198.17.0.1", "223.255.255.255", "2606:4700::1111", "2a00:1450:4001:81b::200e", "::ffff:8.8.8.8",
    "64:ff9b::808:808", "2606:4700::5efe:8.8.8.8",
]  # fmt: skip


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_an_address_that_is_not_public_is_never_connected_to(address: str) -> None:
    """T22"""
    assert not may_connect(ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_may_be_connected_to(address: str) -> None:
    """T22"""
    assert may_connect(ip_address(address))


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "::1", "::ffff:127.0.0.1", "fd12::1", "64:ff9b::a00:1"])
def test_a_private_address_may_be_connected_to_where_that_is_allowed(address: str) -> None:
    assert may_connect(ip_address(address), private=True)


@pytest.mark.parametrize(
    "address",
    ["169.254.169.254", "fe80::1", "fd00:ec2::254", "::ffff:169.254.169.254", "0.0.0.0", "224.0.0.1", "168.63.129.16",
     "100.100.100.200", "64:ff9b::a9fe:a9fe", "::"],
)  # fmt: skip
def test_what_serves_credentials_and_crowds_is_refused_even_then(address: str) -> None:
    """T22"""
    assert not may_connect(ip_address(address), private=True)


@given(st.integers(0, 2**32 - 1))
def test_an_address_that_is_refused_is_refused_in_every_disguise(number: int) -> None:
    """T22"""
    plain = ip_address(number)
    bits = f"{number >> 16:x}:{number & 0xFFFF:x}"
    for written in (f"::ffff:{bits}", f"64:ff9b::{bits}"):
        assert may_connect(ip_address(written)) is may_connect(plain)
    assert not may_connect(ip_address(f"2002:{bits}::1"))
    assert may_connect(ip_address(f"2606:4700::5efe:{bits}")) is may_connect(plain)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/", "ftp://example.com/", "file:///etc/passwd", "gopher://example.com/", "//example.com/",
        "example.com", "https://", "https:///path", "https://example.com:8443/", "https://example.com:80/",
        "https://example.com:/", "https://example.com:99999/", "https://example.com:x/", "https://user@example.com/",
        "https://user:pass@example.com/", "https://example.com@evil.example/", "https://example.com/#fragment",
        "https://example.com\\@evil.example/", "https://example.com /", "https://exa mple.com/", "https://ex\tample.com/",
        "https://example.com/\r\nX: y", "https://example.com/a b", "https://example.com./", "https://.example.com/",
        "https://example..com/", "https://-example.com/", "https://exa_mple.com/", "https://localhost/",
        "https://metadata/", "https://0x7f.1/", "https://0x7f000001/", "https://2130706433/", "https://017700000001/",
        "https://0177.0.0.1/", "https://127.1/", "https://127.0.0.01/", "https://1.2.3/", "https://0/",
        "https://example.0x1/", "https://127.0.0.1/", "https://10.0.0.1/", "https://169.254.169.254/latest/meta-data/",
        "https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://[fe80::1%25eth0]/", "https://[64:ff9b::7f00:1]/",
        "https://[::1/", "https://[example.com]/", "https://①②⑦.0.0.1/", "https://127。0。0。1/", "https://１２７.0.0.1/",
        "https://ex%61mple.com/", "https://%31%32%37.0.0.1/", "https://256.256.256.256/", "https://xn--/",
        "https://example.com/" + "a" * 2048, "https://" + "a" * 64 + ".com/", "", " ", "javascript:alert(1)",
    ],
)  # fmt: skip
def test_a_url_that_may_mean_something_else_is_refused(url: str) -> None:
    """T22: other schemes and ports, users, fragments, spellings of addresses that only a resolver would read."""
    with pytest.raises(Invalid):
        target(url)


@pytest.mark.parametrize(
    ("url", "read"),
    [
        ("https://hooks.example.com/a?b=c", "https://hooks.example.com/a?b=c"),
        ("HTTPS://Hooks.Example.COM", "https://hooks.example.com/"),
        ("https://example.com:443/x", "https://example.com/x"),
        ("https://8.8.8.8/x", "https://8.8.8.8/x"),
        ("https://[2606:4700:0:0::1111]/x", "https://[2606:4700::1111]/x"),
        ("https://münchen.example/ä".replace("/ä", "/a"), "https://xn--mnchen-3ya.example/a"),
        ("https://loja.exemplo.com.br/ganchos%20novos", "https://loja.exemplo.com.br/ganchos%20novos"),
    ],
)
def test_a_url_is_read_once_and_kept_as_it_was_read(url: str, read: str) -> None:
    found = target(url)
    assert found.url == read
    assert target(found.url) == found


def test_where_private_receivers_are_allowed_http_and_other_ports_are_too() -> None:
    assert target("http://127.0.0.1:8080/x", private=True).port == 8080
    assert target("http://localhost/x", private=True).authority == "localhost"
    for url in ("http://169.254.169.254/", "ftp://127.0.0.1/", "http://user@127.0.0.1/", "http://0x7f.1/"):
        with pytest.raises(Invalid):
            target(url, private=True)
