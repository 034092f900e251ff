"""The recipe for a new platform, followed: its code is taken from docs/shops/new-platform.md."""

import json
import re
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from app.domain.customers import Profile
from app.errors import Invalid
from app.shops.base import Delivery, Person, Platform
from app.shops.registry import PLATFORMS
from app.shops.signing import hmac_sha256
from tests.factories.shop_records import NOW, SHOP, check, events_of, only

_DOCS = Path(__file__).resolve().parents[3] / "docs" / "shops"
BODY = json.dumps(
    {"id": 7, "customer_id": 11, "total": "129.90", "currency": "BRL", "created_at": "2026-11-24T12:00:00Z",
     "cancelled_at": "2026-11-24T13:00:00Z"}
).encode()  # fmt: skip


@pytest.fixture(scope="module")
def kiosk() -> Iterator[Platform]:
    (block,) = re.findall(
        r"^ *```python\n(.*?)^ *```", (_DOCS / "new-platform.md").read_text(), re.DOTALL | re.MULTILINE
    )
    module = ModuleType("kiosk")
    sys.modules["kiosk"] = module
    exec(compile(textwrap.dedent(block), "new-platform.md", "exec"), module.__dict__)
    yield module.PLATFORM
    del sys.modules["kiosk"]


def test_its_code_verifies_and_labels(kiosk: Platform) -> None:
    """T24"""
    headers = {"x-kiosk-signature": hmac_sha256("secret", BODY).hex(), "x-kiosk-topic": "order.updated"}
    assert kiosk.verify(Delivery(headers, BODY), ["other", "secret"], NOW)
    assert not kiosk.verify(Delivery(headers, BODY + b" "), ["secret"], NOW)
    assert not kiosk.verify(Delivery({}, BODY), ["secret", ""], NOW)
    assert kiosk.label(Delivery(headers, BODY)) == kiosk.label(Delivery(headers, BODY))
    assert kiosk.label(Delivery(headers, BODY)) != kiosk.label(Delivery(headers, b"{}"))


def test_its_code_reads_an_order(kiosk: Platform) -> None:
    records = kiosk.read("order.updated", BODY, SHOP)
    check(records)
    told = events_of(records)
    assert set(told) == {"order.placed", "order.cancelled"}
    properties: Profile = told["order.placed"]["properties"]
    assert (properties["order_id"], properties["total"], properties["currency"]) == ("7", "129.9", "BRL")
    assert only(records, Person)[0].raw == {"external_ids": [{"source": "main-shop", "id": "11"}]}
    assert list(kiosk.read("product.updated", b"{}", SHOP)) == []
    for odd in (b"{}", b"[]", b"null", b'{"id": 7, "total": [], "created_at": 5}', b"<html>"):
        with pytest.raises(Invalid):
            kiosk.read("order.updated", odd, SHOP)


def test_every_platform_has_its_page_and_its_line_in_the_table() -> None:
    table = (_DOCS / "README.md").read_text()
    for name in PLATFORMS:
        assert (_DOCS / f"{name}.md").is_file(), name
        assert f"| [{name}]({name}.md) |" in table
    lines = re.findall(r"^\| \[(\w+)\]", table, re.MULTILINE)
    assert len(lines) == len(set(lines)) == 10


def test_every_setting_is_described_on_the_page_of_its_platform() -> None:
    for name, platform in PLATFORMS.items():
        page = (_DOCS / f"{name}.md").read_text()
        for setting in (*platform.options, *platform.credentials):
            assert setting.name in page, (name, setting.name)


def test_every_page_has_the_same_headings() -> None:
    for name, platform in PLATFORMS.items():
        title, *sections = re.findall(r"^#+ (.+)$", (_DOCS / f"{name}.md").read_text(), re.MULTILINE)
        known = ["Connecting a shop", *(["Options"] if platform.options else []), "What to know"]
        assert title == platform.title
        assert [one for one in sections if one in known] == known, name


def test_every_option_has_its_line_on_the_page_of_its_platform() -> None:
    for name, platform in PLATFORMS.items():
        described = re.findall(r"^\| `(\w+)` \|", (_DOCS / f"{name}.md").read_text(), re.MULTILINE)
        assert {setting.name for setting in platform.options} <= set(described), name
