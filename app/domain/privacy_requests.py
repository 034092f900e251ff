"""Requests of data subjects (LGPD 18, GDPR 12 to 22)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class RequestKind(StrEnum):
    """`shop_erasure`: a shop has left its platform, which asks that all that came from there be erased."""

    ACCESS = "access"
    ERASURE = "erasure"
    SHOP_ERASURE = "shop_erasure"


@dataclass(frozen=True, slots=True)
class PrivacyRequest:
    """One request as it was received; `customer_id` is whom it led to then, `reference` the platform's own number."""

    privacy_request_id: UUID
    kind: RequestKind
    source_id: UUID
    source: str
    customer_id: UUID | None
    reference: str | None
    order_ids: tuple[str, ...]
    received_at: datetime
    deadline: datetime
    state: str = "received"
