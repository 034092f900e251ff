"""What an adapter gives must be what our own API takes: `check` says so for each of its records."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from app.api.schemas.consents import ConsentCreate
from app.api.schemas.customers import CustomerCreate
from app.api.schemas.events import CustomerReference, EventCreate
from app.domain import consents, customers, events, normalize
from app.domain.consents import Channel, ConsentEvent, Decision, EventType, IndicationMethod, LegalBasis
from app.domain.personal import is_personal_text
from app.errors import Invalid
from app.shops.base import MESSAGE_ID, Decided, Fetch, Happened, Merged, Person, PrivacyAsked, Record, RefundsOf, Shop

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
SHOP = Shop(source="main-shop", now=NOW, country="BR", currency="BRL", legal_basis="lgpd.7.I")


def check(records: Iterable[Record], shop: Shop = SHOP) -> None:
    """Every record is accepted as it stands: by the API's schema, by the domain's rules, and by the database."""
    for record in records:
        match record:
            case Person():
                _person(record, shop)
            case Happened():
                _happened(record, shop)
            case Decided():
                _decided(record, shop)
            case RefundsOf():
                assert _is_id(record.order_id)
                assert all(map(_is_id, record.refund_ids))
                assert record.version.tzinfo is not None
            case Merged():
                assert _is_id(record.kept)
                assert _is_id(record.gone)
                assert record.kept != record.gone
            case PrivacyAsked():
                assert record.customer.keys() <= {"external_id", "email", "phone", "document"}
                assert all(isinstance(value, str) and value for value in record.customer.values())
                assert record.customer or record.kind == "shop_erasure"
                assert all(map(_is_id, record.order_ids))
            case Fetch():
                assert record.kind
                assert _is_id(record.object_id)
                assert not is_personal_text(record.object_id), "it lies open in a job"
                assert not is_personal_text(record.hint)


def check_shapes(records: Iterable[Record], shop: Shop = SHOP) -> None:
    """As `check`, for what a hostile shop has sent: a record may be refused, but as one that is not valid."""
    for record in records:
        try:
            check([record], shop)
        except (Invalid, ValidationError):
            pass


def only(records: Iterable[Record], kind: type[Any]) -> list[Any]:
    """The records of one kind, in their order."""
    return [record for record in records if isinstance(record, kind)]


def events_of(records: Iterable[Record]) -> dict[str, dict[str, Any]]:
    """The raw event of each type; for tests of orders of which each step happens once."""
    found = [record.raw for record in only(records, Happened)]
    assert len({raw["type"] for raw in found}) == len(found)
    return {raw["type"]: raw for raw in found}


class NobodyRecognised(Invalid):
    """What `services/customers.py` says of such a record: it is left out, and noted."""


def _person(person: Person, shop: Shop) -> None:
    _storable(person.raw)
    model = CustomerCreate.model_validate(person.raw)
    told = _record(model.model_dump(exclude_none=True), shop)
    # What is blocked (noreply@…) recognises nobody: such a record would be refused as a whole.
    if not told.identifiers:
        raise NobodyRecognised("nobody can be recognised by this")
    assert person.version is None or person.version.tzinfo is not None
    assert person.version is None or person.object_id, "a version is one of an object"


def _record(raw: dict[str, Any], shop: Shop) -> customers.Record:
    """Addresses, numbers and documents are passed on as sent: one that is not valid is left out of what is kept."""
    try:
        return customers.record(raw, pointer="", today=shop.now.date(), country=shop.country)
    except Invalid as error:
        wrong = {one.pointer.split("/")[1] for one in error.errors}
        if not wrong <= {"emails", "phones", "document"}:
            raise
        return _record({name: value for name, value in raw.items() if name not in wrong}, shop)


def _happened(event: Happened, shop: Shop) -> None:
    _storable(event.raw)
    model = EventCreate.model_validate(event.raw)
    _reference(event.raw["customer"], shop)
    assert model.source == shop.source
    assert model.message_id.startswith(MESSAGE_ID)
    normalize.message_id(model.message_id, pointer="/message_id")
    assert events.has_schema(model.type)
    events.check_properties(
        model.type,
        model.properties,
        pointer="/properties",
        message_id=model.message_id,
        occurred_at=model.occurred_at,
        received_at=shop.now,
        currency=shop.currency,
    )


def _decided(decided: Decided, shop: Shop) -> None:
    _storable(decided.raw)
    model = ConsentCreate.model_validate(decided.raw)
    _reference(decided.raw["customer"], shop)
    assert model.source == shop.source
    assert model.message_id is not None
    assert model.message_id.startswith(MESSAGE_ID)
    normalize.message_id(model.message_id, pointer="/message_id")
    consents.validate(
        ConsentEvent(
            id=UUID(int=1),
            decision=Decision(model.decision),
            occurred_at=model.occurred_at or shop.now,
            received_at=shop.now,
            legal_basis=LegalBasis(model.legal_basis) if model.legal_basis else None,
            event_type=EventType(model.event_type),
            indication_method=IndicationMethod(model.indication_method),
        )
    )
    if model.address is not None and Channel(model.channel) is Channel.EMAIL:
        normalize.email(model.address, pointer="/address")


def _reference(raw: Mapping[str, Any], shop: Shop) -> None:
    """Exactly one identifier, and one that leads to somebody."""
    CustomerReference.model_validate(raw)
    ((name, value),) = raw.items()
    assert customers.identifier(name, value, pointer=f"/customer/{name}", country=shop.country) is not None


def _storable(raw: Mapping[str, Any]) -> None:
    """Plain JSON (times apart, which have a column) without what PostgreSQL cannot store."""
    text = json.dumps({k: v for k, v in raw.items() if not isinstance(v, datetime)}, ensure_ascii=False)
    text.encode()
    assert "\\u0000" not in text.replace("\\\\", "")


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 255
