"""Any shop: what a developer's messages mean, and that they mean the same as calls of our API."""

import json
import re
import textwrap
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.api.schemas.consents import ConsentCreate
from app.api.schemas.customers import CustomerCreate
from app.api.schemas.events import CustomerReference, EventCreate
from app.domain import normalize, signatures
from app.errors import Invalid
from app.shops import shapes
from app.shops.base import Decided, Delivery, Happened, Merged, Person, PrivacyAsked, Record
from app.shops.generic import PLATFORM
from tests.factories.shop_records import NOW, SHOP, check
from tests.factories.signed import forgeries, standard

KEY, NEXT = bytes(range(32)), bytes(range(32, 64))
CUSTOMER = {"external_id": {"source": "main-shop", "id": "8123"}}


def message(kind: Any, data: Any, **more: Any) -> bytes:
    return json.dumps({"type": kind, "timestamp": "2026-11-24T12:00:00Z", "data": data, **more}).encode()


def read(kind: Any, data: Any, **more: Any) -> list[Record]:
    return list(PLATFORM.read(str(kind), message(kind, data, **more), SHOP))


def test_a_signed_message_is_verified_with_any_of_the_secrets() -> None:
    """T24"""
    secret, following = signatures.secret_of(KEY), signatures.secret_of(NEXT)
    sound = standard(KEY, message("order.paid", {}), at=NOW)
    assert PLATFORM.verify(sound, [secret], NOW)
    assert PLATFORM.verify(sound, ["no secret at all", following, secret], NOW)
    assert PLATFORM.verify(sound, [secret.removeprefix("whsec_")], NOW)
    assert not PLATFORM.verify(sound, [following], NOW)
    assert not PLATFORM.verify(sound, [], NOW)
    assert not PLATFORM.verify(sound, [secret], NOW + timedelta(minutes=6))
    assert not PLATFORM.verify(sound, [secret], NOW - timedelta(minutes=6))
    for name, forged in forgeries(sound).items():
        assert not PLATFORM.verify(forged, [secret], NOW), name


def test_an_empty_secret_opens_to_nobody() -> None:
    """T24: an HMAC with an empty key can be made by anybody."""
    for empty in ("", "whsec_", "not base64!"):
        assert not PLATFORM.verify(standard(b"", b"{}", at=NOW), [empty], NOW)


def test_several_signatures_are_all_looked_at() -> None:
    """T24"""
    sound = standard(KEY, b"{}", at=NOW)
    both = {**sound.headers, "webhook-signature": f"v1,AAAA v1a,BBBB {sound.headers['webhook-signature']}"}
    assert PLATFORM.verify(Delivery(both, b"{}"), [signatures.secret_of(KEY)], NOW)


def test_a_message_is_known_by_its_id() -> None:
    """T24"""
    label = PLATFORM.label(standard(KEY, message("order.paid", {}), at=NOW, message_id="msg_7"))
    assert (label.topic, label.key) == ("order.paid", "msg_7")
    assert label.sent_at == datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
    assert PLATFORM.label(Delivery({}, b"nothing", "orders")).topic == "orders"


def test_a_customer_is_what_the_api_takes() -> None:
    data = {
        "id": 8123,
        "updated_at": "2026-11-24T11:00:00-03:00",
        "emails": [{"value": "maria@example.com", "role": "main", "verified": True}],
        "phones": [{"value": "+5511987654321"}],
        "document": {"type": "cpf", "value": "52998224725"},
        "first_name": "Maria",
        "last_name": None,
        "tags": ["wholesale"],
        "attributes": {"points": 12.5, "shoe": {"size": 37}},
        "registered_at": "2024-05-01T10:00:00-03:00",
        "password": "left out",
    }
    records = read("customer.updated", data)
    check(records)
    (person,) = records
    assert isinstance(person, Person)
    assert person.raw["external_ids"] == [{"source": "main-shop", "id": "8123"}]
    assert person.raw["emails"] == [{"value": "maria@example.com", "role": "main"}]
    assert person.raw["attributes"] == {"points": 12.5, "shoe": {"size": 37}}
    assert "password" not in person.raw
    assert "last_name" not in person.raw
    assert person.object_id == "customer:8123"
    assert person.version == datetime(2026, 11, 24, 14, 0, tzinfo=UTC)


def test_an_event_is_what_the_api_takes() -> None:
    data = {
        "message_id": "shop:evt-1",
        "customer": {"external_id": 8123},
        "occurred_at": "2026-11-24T11:00:00-03:00",
        "properties": {"order_id": "1001", "total": "129.90", "items": [{"sku": "A1", "quantity": 2}]},
    }
    records = read("order.paid", data)
    check(records)
    (event,) = records
    assert isinstance(event, Happened)
    assert event.raw == {**data, "type": "order.paid", "source": "main-shop", "customer": CUSTOMER,
                         "occurred_at": datetime.fromisoformat("2026-11-24T11:00:00-03:00")}  # fmt: skip


def test_an_event_without_id_and_time_has_those_of_its_message() -> None:
    (event,), (again,), (other,) = (
        read("cart.abandoned", {"customer": CUSTOMER, "properties": {"total": total}}) for total in ("1", "1", "2")
    )
    assert isinstance(event, Happened)
    assert isinstance(other, Happened)
    assert event == again
    assert event.raw["message_id"] != other.raw["message_id"]
    assert event.raw["occurred_at"] == datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
    check([event])


def test_the_tenants_own_events_are_free_and_what_is_about_nobody_is_nothing() -> None:
    (event,) = read("loyalty.tier_reached", {"customer": CUSTOMER, "properties": {"tier": "gold", "points": 3.5}})
    assert isinstance(event, Happened)
    EventCreate.model_validate(event.raw)
    assert event.raw["properties"] == {"tier": "gold", "points": 3.5}
    assert read("product.updated", {"id": 1}) == []


def test_nesting_and_numbers_beyond_the_apis_measure_are_invalid() -> None:
    """T25, T26"""
    deep: Any = "x"
    for _ in range(32):
        deep = {"a": deep}
    for properties in (deep, {"a": 2**63}, {"a": "\x00"}, {"a\x00": 1}, {str(n): n for n in range(201)}):
        with pytest.raises(Invalid):
            read("order.paid", {"customer": CUSTOMER, "properties": properties})
    read("own.event", {"customer": CUSTOMER, "properties": deep["a"]})


@pytest.mark.parametrize("verb", ["given", "withdrawn", "refused", "requested"])
def test_a_consent_is_what_the_api_takes(verb: str) -> None:
    data = {"customer": CUSTOMER, "channel": "email", "evidence": {"ip": "203.0.113.7", "page": "left out"}}
    records = read(f"consent.{verb}", data)
    check(records)
    (decided,) = records
    assert isinstance(decided, Decided)
    raw = decided.raw
    assert (raw["decision"], raw["purpose"], raw["indication_method"]) == (verb, "marketing", "shop_webhook")
    assert raw.get("legal_basis") == ("lgpd.7.I" if verb in ("given", "requested") else None)
    assert raw["evidence"] == {"ip": "203.0.113.7"}
    (recorded,) = read("consent.recorded", {**data, "decision": verb})
    assert isinstance(recorded, Decided)
    assert recorded.raw == {**raw, "message_id": recorded.raw["message_id"]}


def test_privacy_and_merges_are_read() -> None:
    erased = read("customer.redacted", {"customer": {"external_id": "8123"}, "order_ids": [1001, "1002"]})
    assert erased == [PrivacyAsked("erasure", {"external_id": "8123"}, ("1001", "1002"))]
    access = read("privacy.requested", {"kind": "access", "customer": {"email": "m@example.com"}, "reference": 7})
    assert access == [PrivacyAsked("access", {"email": "m@example.com"}, (), "7")]
    assert read("customer.merged", {"kept": 1, "gone": "2"}) == [Merged("1", "2")]
    check([*erased, *access])


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (None, {}),
        ("Order Paid", {}),
        ("order.paid", []),
        ("order.paid", {"customer": {}}),
        ("order.paid", {"customer": {"email": "a@example.com", "phone": "+34612345678"}}),
        ("order.paid", {"customer": {"id": "cus_1"}}),
        ("order.paid", {"customer": CUSTOMER, "occurred_at": "2026-11-24 12:00"}),
        ("order.paid", {"customer": CUSTOMER, "properties": []}),
        ("customer.created", {"first_name": "Maria"}),
        ("customer.created", {"emails": "maria@example.com"}),
        ("customer.created", {"emails": [{"value": "maria@example.com", "role": "Main address"}]}),
        ("customer.created", {"id": 1, "document": {"type": "passport", "value": "1"}}),
        ("customer.created", {"id": True}),
        ("consent.given", {"customer": CUSTOMER}),
        ("consent.maybe", {"customer": CUSTOMER, "channel": "email"}),
        ("consent.recorded", {"customer": CUSTOMER, "channel": "email"}),
        ("privacy.requested", {"kind": "shop_erasure", "customer": {"email": "a@example.com"}}),
        ("customer.redacted", {"customer": {"email": " "}}),
        ("customer.merged", {"kept": 1, "gone": 1}),
    ],
)
def test_what_contradicts_its_type_is_invalid_and_says_where(kind: Any, data: Any) -> None:
    """T26"""
    with pytest.raises(Invalid) as refused:
        read(kind, data)
    assert all(error.pointer.startswith("/") for error in refused.value.errors)
    assert "example.com" not in str(refused.value)


def test_the_code_and_the_message_of_its_page_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    page = (Path(__file__).resolve().parents[3] / "docs" / "shops" / "generic.md").read_text()
    code, example = re.search(r"```python\n(.*?)```", page, re.DOTALL), re.search(r"```json\n(.*?)```", page, re.DOTALL)
    assert code is not None
    assert example is not None
    sent: list[urllib.request.Request] = []

    def urlopen(request: urllib.request.Request, timeout: float) -> Any:
        sent.append(request)
        return SimpleNamespace(status=200)

    monkeypatch.setattr(urllib.request, "urlopen", urlopen)
    monkeypatch.setenv("SOURCE", "src_019a9f6e1c2b7d3e8f4a5b6c7d8e9f01")  # the page has it sent to
    names: dict[str, Any] = {}
    exec(textwrap.dedent(code[1]), names)
    assert names["send"]("https://host.example", signatures.secret_of(KEY), json.loads(example[1])) == 200
    body = sent[-1].data
    assert isinstance(body, bytes)
    delivery = Delivery({name.lower(): value for name, value in sent[-1].header_items()}, body)
    assert PLATFORM.verify(delivery, [signatures.secret_of(KEY)], datetime.now(UTC))
    records = PLATFORM.read("order.placed", body, SHOP)
    check(records)
    (event,) = records
    assert isinstance(event, Happened)
    assert event.raw["customer"] == CUSTOMER


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=12,
)
_NAMES = sorted({*CustomerCreate.model_fields, *EventCreate.model_fields, *ConsentCreate.model_fields})
_PARTS = _JSON | st.sampled_from(
    [
        [{"value": "a@example.com"}], [{"source": "x", "id": "1"}], {"external_id": "1"}, {"email": "a@example.com"},
        "email", "given", "2026-11-24T12:00:00Z", "lgpd.7.I", {"type": "cpf", "value": "1"}, ["email"], "marketing",
        [{"role": "main", "line1": "x"}], {"sizes": {"shoes": "37"}}, {"categories": ["shoes"]}, "BR", "checkbox",
    ]
)  # fmt: skip
_DATA = st.dictionaries(st.sampled_from([*_NAMES, "id", "updated_at", "kind", "kept", "gone"]), _PARTS, max_size=8)
_TYPES = st.sampled_from(["customer.created", "order.paid", "consent.given", "consent.recorded", "privacy.requested",
                          "customer.merged", "cart.updated"])  # fmt: skip


@given(_TYPES, _DATA)
@settings(max_examples=1500, deadline=None)
def test_what_is_let_through_has_the_shape_that_the_api_takes(kind: str, data: Any) -> None:
    """T26: nothing but Invalid, and no record that a service would stumble over."""
    try:
        records = PLATFORM.read(kind, message(kind, data), SHOP)
    except Invalid:
        return
    for record in records:
        match record:
            case Person():
                CustomerCreate.model_validate(record.raw)
            case Happened():
                EventCreate.model_validate(record.raw)
                CustomerReference.model_validate(record.raw["customer"])
            case Decided():
                ConsentCreate.model_validate(record.raw)


def test_the_shapes_name_every_field_of_the_api() -> None:
    every = {name: object() for name in CustomerCreate.model_fields}
    for name in CustomerCreate.model_fields:
        with pytest.raises(Invalid):
            shapes.CUSTOMER({name: every[name]}, "")
    consent = set(ConsentCreate.model_fields) - {"source"}
    for name in consent:
        with pytest.raises(Invalid):
            shapes.CONSENT({"customer": {}, "channel": "email", name: object()}, "")
    assert set(normalize.DOCUMENT_TYPES) == {"cpf", "cnpj", "dni", "nie", "nif", "nif_pt", "cuit", "rfc", "rut"}
