"""Whom this service may call: the addresses, ports and URLs of other people's servers. No look-up is made here.

`ipaddress.is_global` is not enough: it is true of multicast, and of addresses that carry a private one inside.
"""

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Final
from urllib.parse import urlsplit

import idna

from app.errors import Invalid

Address = IPv4Address | IPv6Address
HTTPS_PORT: Final = 443
_LONGEST_URL: Final = 2048
# IANA's registry of special addresses (RFC 6890 and its successors), multicast, and what clouds serve their own
# machines at: the rest of that (169.254.169.254, 100.100.100.200, 192.0.0.192) lies in these networks anyway.
_NOT_PUBLIC_4: Final = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24",
        "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
    )
)  # fmt: skip
# Of IPv6 only this is in public use; within it: IETF protocols with Teredo, documentation, 6to4, AS112.
_PUBLIC_6: Final = IPv6Network("2000::/3")
_NOT_PUBLIC_6: Final = tuple(
    IPv6Network(network)
    for network in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
)  # fmt: skip
# What a developer's or a test's receiver has; never link-local, where clouds keep their credentials.
_PRIVATE: Final = tuple(
    ipaddress.ip_network(network)
    for network in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7")
)  # fmt: skip
_METADATA_6: Final = IPv6Address("fd00:ec2::254")
_NAT64: Final = IPv6Network("64:ff9b::/96")
_COMPATIBLE: Final = IPv6Network("::/96")
_ISATAP: Final = frozenset({0x00005EFE, 0x02005EFE})
_LABEL: Final = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")
_DOTTED: Final = re.compile(r"(?:(?:0|[1-9][0-9]{0,2})\.){3}(?:0|[1-9][0-9]{0,2})")
_URL: Final = re.compile(r"[!-~]+")
_NOT_IN_URL: Final = frozenset('"<>\\^`{|}#')


@dataclass(frozen=True, slots=True)
class Target:
    """A URL taken apart once, so that nobody downstream reads it differently. `host` is a name in ASCII or an address
    without brackets; `target` is path and query."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """As it stands in a Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.authority}{self.target}"


_DEFAULT_PORTS: Final = {"https": HTTPS_PORT, "http": 80}


def may_connect(address: Address, *, private: bool = False) -> bool:
    """Whether it is a public address, as are all that it carries inside. `private`: or one of a private network."""
    if isinstance(address, IPv6Address) and (address.scope_id or address == _METADATA_6):
        return False
    if private and any(address.version == network.version and address in network for network in _PRIVATE):
        return True
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _NOT_PUBLIC_4)
    inside = list(_carried(address))
    if not all(may_connect(one, private=private) for one in inside):
        return False
    if address.ipv4_mapped is not None or address in _NAT64:
        return True  # it is nothing but another way to write the one inside
    return address in _PUBLIC_6 and not any(address in network for network in _NOT_PUBLIC_6)


def _carried(address: IPv6Address) -> Iterator[IPv4Address]:
    """The IPv4 addresses to which something on the way would send on: mapped and compatible ones, NAT64 (RFC 6052),
    6to4, Teredo's server and client, ISATAP (RFC 5214)."""
    if address.ipv4_mapped is not None:
        yield address.ipv4_mapped
    if address in _COMPATIBLE or address in _NAT64 or int(address) >> 32 & 0xFFFFFFFF in _ISATAP:
        yield IPv4Address(int(address) & 0xFFFFFFFF)
    if address.sixtofour is not None:
        yield address.sixtofour
    if address.teredo is not None:
        yield from address.teredo


def target(text: str, *, private: bool = False, pointer: str = "") -> Target:
    """A URL that may be called, taken apart. Invalid where it may not: another scheme or port than https and 443,
    userinfo, a fragment, a host that is no name and no plain address, an address that is not public.

    `private`: plain http, any port, and hosts of a private network too. Whether a name leads to a public address is
    known only when it is called.
    """
    text = text.strip()
    if not text.isascii():
        text = _with_ascii_host(text, pointer)
    if len(text) > _LONGEST_URL or not _URL.fullmatch(text) or _NOT_IN_URL & set(text):
        raise _invalid(pointer, "Write it in printable ASCII without a fragment, at most 2,048 characters.")
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise _invalid(pointer, "Write it as https://host/path.") from None
    if parts.scheme not in (("https", "http") if private else ("https",)):
        raise _invalid(pointer, "Only https is called.")
    if not host or "@" in parts.netloc or "%" in parts.netloc or parts.netloc.endswith(":"):
        raise _invalid(pointer, "Name the host alone: no user, no password, no zone.")
    chosen = port if port is not None else _DEFAULT_PORTS[parts.scheme]
    if not private and chosen != HTTPS_PORT:
        raise _invalid(pointer, "Only port 443 is called.")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, _host(host, "[" in parts.netloc, private, pointer), chosen, path)


def _with_ascii_host(text: str, pointer: str) -> str:
    """The same with its host as IDNA 2008 writes it (after UTS 46): what a reader of Unicode might take for an
    address, or for a dot, is looked at as what it stands for."""
    scheme, separator, rest = text.partition("://")
    host, slash, path = rest.partition("/")
    name, colon, port = host.partition(":")
    try:
        return f"{scheme}{separator}{idna.encode(name, uts46=True).decode()}{colon}{port}{slash}{path}"
    except idna.IDNAError:
        raise _invalid(pointer, "The name of the host is none.") from None


def _host(host: str, bracketed: bool, private: bool, pointer: str) -> str:
    literal: Address | None = None
    try:
        if bracketed:
            literal = IPv6Address(host)
        elif _DOTTED.fullmatch(host):
            literal = IPv4Address(host)
    except ValueError:
        raise _invalid(pointer, "The address of the host is none.") from None
    if literal is not None:
        if not may_connect(literal, private=private):
            raise Invalid.at(pointer, "private_address", "Only public addresses are called.")
        return str(literal)
    labels = host.split(".")
    # 0x7f.1, 2130706433 and 017700000001 are names to us and addresses to a resolver (WHATWG URL, "ends in a number").
    if _NUMBER.fullmatch(labels[-1]) or len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise _invalid(pointer, "Write the host as a name, or as four numbers.")
    if len(labels) == 1 and not private:
        raise Invalid.at(pointer, "private_address", "Only hosts with a public name are called.")
    return host


def _invalid(pointer: str, message: str) -> Invalid:
    return Invalid.at(pointer, "invalid_url", message)
