"""Records as answers: what is personal is masked here, once for every route."""

from typing import Any
from uuid import UUID

from app.domain import masks
from app.domain.consents import Permission
from app.domain.customers import Customer
from app.domain.events import Fate, Outcome, StoredEvent
from app.domain.orders import Projection
from app.domain.permissions import Kept, Recorded
from app.domain.personal import join_personal, split_personal
from app.services.events import Ingested
from app.services.storefront import Context

_ADDRESS = ("role", "line1", "line2", "district", "city", "region", "postal_code", "country")
_OPEN_ADDRESS = ("role", "country")


def customer(record: Customer, *, sees_personal_data: bool, with_provenance: bool = False) -> dict[str, Any]:
    """The fields of `schemas.customers.Customer`."""
    profile = record.profile if sees_personal_data else masked(record.profile)
    return {
        "id": f"cus_{record.customer_id.hex}",
        "status": record.status.value,
        "version": record.version,
        "created_at": record.created_at,
        "updated_at": record.updated_at,
        "external_ids": profile.get("external_ids") or [],
        "emails": [_contact(entry) for entry in profile.get("emails") or ()],
        "phones": [_contact(entry) for entry in profile.get("phones") or ()],
        "anonymous_ids": profile.get("anonymous_ids") or [],
        "document": profile.get("document"),
        "first_name": profile.get("first_name"),
        "last_name": profile.get("last_name"),
        "birth_date": profile.get("birth_date"),
        "gender": profile.get("gender"),
        "language": profile.get("language"),
        "country": profile.get("country"),
        "addresses": [{name: entry.get(name) for name in _ADDRESS} for entry in profile.get("addresses") or ()],
        "demographics": profile.get("demographics") or {},
        "preferences": profile.get("preferences") or {},
        "preferred_channels": profile.get("preferred_channels") or [],
        "social": profile.get("social") or [],
        "tags": profile.get("tags") or [],
        "attributes": profile.get("attributes") or {},
        "registered_at": profile.get("registered_at"),
        "provenance": record.provenance if with_provenance else None,
    }


def event(record: StoredEvent, *, sees_personal_data: bool) -> dict[str, Any]:
    """The fields of `schemas.events.Event`."""
    properties = record.properties
    if not sees_personal_data:
        plain, personal = split_personal(properties, about=record.type.partition(".")[0])
        properties = join_personal(plain, {pointer: masks.mask_value(value) for pointer, value in personal.items()})
    return {
        "id": f"evt_{record.event_id.hex}",
        "type": record.type,
        "source": record.source,
        "message_id": record.message_id,
        "customer_id": f"cus_{record.customer_id.hex}",
        "occurred_at": record.occurred_at,
        "received_at": record.received_at,
        "clock_corrected": record.clamped,
        "backfill": record.backfill,
        "properties": properties,
    }


def receipt(outcome: Outcome) -> dict[str, Any]:
    """The fields of `schemas.events.EventReceipt`, for an event that was not refused."""
    assert outcome.event_id is not None
    assert outcome.customer_id is not None
    return {
        "id": f"evt_{outcome.event_id.hex}",
        "customer_id": f"cus_{outcome.customer_id.hex}",
        "status": outcome.fate.value,
    }


def ingestion(record: Ingested) -> dict[str, Any]:
    """The fields of `schemas.events.EventBatchResult`."""
    return {
        "ingestion_id": f"ing_{record.ingestion_id.hex}",
        "received": len(record.outcomes),
        "stored": record.count(Fate.STORED),
        "duplicates": record.count(Fate.DUPLICATE),
        "rejected": record.rejected,
    }


def context(record: Context) -> dict[str, Any]:
    """The fields of `schemas.storefront.StorefrontContext`."""
    fates = [outcome.fate for outcome in record.outcomes]
    segment = None
    if record.segment is not None:
        name, scores = record.segment
        segment = {"name": name, "code": scores.code, "r": scores.r, "f": scores.f, "m": scores.m}
    return {
        "customer_id": None if record.customer_id is None else f"cus_{record.customer_id.hex}",
        "segment": segment,
        "tier": record.tier,
        "profiling_opt_out": record.opted_out,
        "traits": record.traits,
        "consents": [
            {"purpose": purpose, "channel": channel.value, "allowed": found.allowed, "reason": found.reason.value}
            for purpose, channel, found in record.consents
        ],
        "events": {
            "received": len(fates),
            "stored": fates.count(Fate.STORED),
            "duplicates": fates.count(Fate.DUPLICATE),
            "rejected": [
                {"index": i, "code": o.error.code, "message": o.error.message, "pointer": o.error.pointer}
                for i, o in enumerate(record.outcomes)
                if o.error is not None
            ],
        },
    }


def order(record: Projection, *, source: str) -> dict[str, Any]:
    """The fields of `schemas.events.Order`."""
    told, amounts = record.order, record.order.amounts
    return {
        "source": source,
        "order_id": told.order_id,
        "customer_id": record.customer_id,
        "status": told.status.value,
        "currency": amounts.currency if amounts else None,
        "total": amounts.total if amounts else None,
        "discount": amounts.discount if amounts else None,
        "tax": amounts.tax if amounts else None,
        "shipping": amounts.shipping if amounts else None,
        "refunded": told.refunded,
        "net": record.net,
        "reporting_net": record.reporting_net,
        "placed_at": told.placed_at,
        "cancelled_at": told.cancelled_at,
        "items": list(told.items or ()),
        "refunds": [
            {"refund_id": refund.refund_id, "amount": refund.amount, "refunded_at": refund.at}
            for refund in sorted(told.refunds.values(), key=lambda refund: (refund.at, refund.refund_id))
        ],
    }


def consent(record: Kept) -> dict[str, Any]:
    """The fields of `schemas.consents.Consent`."""
    current = record.current
    return {
        "purpose": record.purpose,
        "channel": record.channel,
        "state": current.state,
        "since": current.since,
        "legal_basis": current.legal_basis,
        "valid_until": current.valid_until,
        "imported": current.imported,
        "legitimate_interest": current.interest,
        "consent_id": current.event_id,
    }


def permission(customer_id: UUID | None, found: Permission) -> dict[str, Any]:
    """The fields of `schemas.consents.ContactPermission`, as JSON: a check answers for a thousand."""
    return {
        "customer_id": None if customer_id is None else f"cus_{customer_id.hex}",
        "allowed": found.allowed,
        "reason": found.reason.value,
        "since": found.since,
    }


def decision(record: Recorded, *, sees_personal_data: bool) -> dict[str, Any]:
    """The fields of `schemas.consents.ConsentDecision`."""
    evidence, provenance = record.evidence, record.provenance
    if not sees_personal_data:
        evidence, provenance = masks.mask_value(evidence), masks.mask_value(provenance)
    return {
        "id": record.consent_event_id,
        "purpose": record.purpose,
        "channel": record.channel,
        "decision": record.decision,
        "legal_basis": record.legal_basis,
        "event_type": record.event_type,
        "indication_method": record.indication_method,
        "actor": record.actor,
        "source": record.source,
        "message_id": record.message_id,
        "jurisdiction": record.jurisdiction,
        "occurred_at": record.occurred_at,
        "received_at": record.received_at,
        "clock_corrected": record.clamped,
        "claimed_at": record.claimed_at,
        "valid_until": record.valid_until,
        "state_before": record.state_before,
        "state_after": record.state,
        "has_evidence": record.has_evidence,
        "evidence": evidence,
        "provenance": provenance,
    }


def masked(profile: dict[str, Any]) -> dict[str, Any]:
    """A profile for eyes without `pii:read`: open fields as they are, the rest recognisable but not readable."""
    shown = dict(profile)
    for name, mask in _MASKS.items():
        if (value := profile.get(name)) is not None:
            shown[name] = mask(value)
    return shown


def _contact(entry: dict[str, Any]) -> dict[str, Any]:
    return {"value": entry["value"], "role": entry.get("role")}


def _each(mask: Any) -> Any:
    return lambda entries: [{**entry, "value": mask(entry["value"])} for entry in entries]


def _address(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: value if name in _OPEN_ADDRESS else masks.mask_text(value) for name, value in entry.items()}


_MASKS: dict[str, Any] = {
    "first_name": masks.mask_name,
    "last_name": masks.mask_name,
    "birth_date": masks.mask_birth_date,
    "gender": masks.mask_text,
    "document": lambda entry: {**entry, "value": masks.mask_document(entry["value"])},
    "emails": _each(masks.mask_email),
    "phones": _each(masks.mask_phone),
    "addresses": lambda entries: [_address(entry) for entry in entries],
    "social": lambda entries: [{**entry, "handle": masks.mask_text(entry["handle"])} for entry in entries],
    "demographics": masks.mask_value,
    "preferences": masks.mask_value,
    "attributes": masks.mask_value,
}
