"""Tables only, one file per noun. Importing this package registers every table on `Base.metadata`."""

from app.db.models import (
    api_keys,
    audiences,
    consents,
    customers,
    data_keys,
    events,
    idempotency,
    orders,
    outbox,
    predictions,
    segments,
    shops,
    tenants,
    work,
)  # fmt: skip
from app.db.models.base import Base

__all__ = [
    "Base", "api_keys", "audiences", "consents", "customers", "data_keys", "events", "idempotency", "orders", "outbox",
    "predictions", "segments", "shops", "tenants", "work",
]  # fmt: skip
