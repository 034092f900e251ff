"""What every schema shares: strict input, complete output, prefixed ids, money as decimal strings."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

from app.domain.orders import amount_text

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
_LATEST = datetime(2201, 1, 1, tzinfo=UTC)
_EXAMPLE = "019a9f6e1c2b7d3e8f4a5b6c7d8e9f01"


class Input(BaseModel):
    """A request body: a field that is not known is refused."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class Output(BaseModel):
    """An answer: every field is always there, so that generated clients need not guess."""

    model_config = ConfigDict(from_attributes=True)


def without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """The same for what is left out rather than null."""
    branches = [branch for branch in schema.get("anyOf", ()) if branch != {"type": "null"}]
    if len(branches) != 1:
        return schema
    return {**branches[0], **{key: value for key, value in schema.items() if key != "anyOf"}}


def never_null(*names: str) -> Callable[[dict[str, Any]], None]:
    """For fields that may be left out, and are nothing without a value."""

    def extend(schema: dict[str, Any]) -> None:
        for name in names:
            schema["properties"][name] = without_null(schema["properties"][name])

    return extend


def with_example(**only: Any) -> Callable[[dict[str, Any]], None]:
    """What a `OneOf` says of itself, in words that generated clients pass over: of a `oneOf` they make many classes."""

    def extend(schema: dict[str, Any]) -> None:
        schema["properties"] = {name: without_null(inner) for name, inner in schema["properties"].items()}
        schema["minProperties"] = schema["maxProperties"] = 1
        schema["examples"] = [only]

    return extend


class OneOf(Input):
    """A request that has exactly one of its fields; null is none of its values. `only` reads it."""

    def only(self) -> tuple[str, Any] | None:
        """The name and the value of the one field that is there; None where there is none, or several."""
        if len(self.model_fields_set) != 1:
            return None
        (name,) = self.model_fields_set
        value = getattr(self, name)
        return None if value is None else (name, value)


def _prefixed(prefix: str, noun: str) -> Any:
    def read(value: Any) -> UUID:
        if isinstance(value, UUID):
            return value
        if isinstance(value, str) and len(value) == len(prefix) + 33 and value.startswith(prefix + "_"):
            tail = value[len(prefix) + 1 :]
            if tail.isascii() and tail.isalnum() and tail == tail.lower():
                try:
                    return UUID(hex=tail)
                except ValueError:
                    pass
        raise PydanticCustomError("invalid_id", f"The id of {noun} looks like {prefix}_ and 32 hexadecimal digits")

    write: Callable[[UUID], str] = lambda value: f"{prefix}_{value.hex}"  # noqa: E731
    schema = {
        "type": "string",
        "pattern": f"^{prefix}_[0-9a-f]{{32}}$",
        "description": f"The id of {noun}.",
        "examples": [f"{prefix}_{_EXAMPLE}"],
    }
    # In JSON only: `model_dump()` of a request gives services the UUID.
    return Annotated[UUID, BeforeValidator(read), PlainSerializer(write, when_used="json"), WithJsonSchema(schema)]


CustomerId = _prefixed("cus", "a customer")
EventId = _prefixed("evt", "an event")
ConsentId = _prefixed("con", "a consent decision")
NoticeId = _prefixed("ntc", "a notice")
IngestionId = _prefixed("ing", "an ingestion")
SourceId = _prefixed("src", "a source")
ApiKeyId = _prefixed("key", "an API key")
WebhookEndpointId = _prefixed("whe", "a webhook endpoint")
WebhookDeliveryId = _prefixed("dlv", "a delivery")
MessageId = _prefixed("msg", "a message")
TenantId = _prefixed("ten", "a tenant")
JobId = _prefixed("job", "a job")
InboundMessageId = _prefixed("inb", "a shop's message")
AudienceId = _prefixed("aud", "an audience")
SnapshotId = _prefixed("snp", "a snapshot")
PrivacyRequestId = _prefixed("prq", "a privacy request")


_MONEY_SCHEMA = {
    "type": "string",
    "pattern": r"^-?[0-9]{1,34}(\.[0-9]{1,4})?$",
    "description": "An exact decimal amount, as a string.",
    "examples": ["129.90"],
}
Amount = Annotated[Decimal, PlainSerializer(amount_text, return_type=str), WithJsonSchema(_MONEY_SCHEMA)]
"""Money as it is answered."""

Currency = Annotated[
    str, Field(min_length=3, max_length=3, description="ISO 4217 code of the currency.", examples=["BRL"])
]


def _with_offset(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise PydanticCustomError("offset_missing", "A time needs an offset from UTC, such as Z or -03:00")
    # Compared as moments: 1900-01-01T00:00+14:00 would come back from the database as a day of 1899.
    if not _EARLIEST <= value < _LATEST:
        raise PydanticCustomError("year_out_of_range", "A time lies between the years 1900 and 2200")
    return value


def _only_text(value: Any) -> Any:
    if not isinstance(value, str | datetime) or (isinstance(value, str) and "-" not in value[:5]):
        raise PydanticCustomError("rfc3339", "A time is a string as in RFC 3339, such as 2026-11-01T12:00:00-03:00")
    return value


Moment = Annotated[datetime, BeforeValidator(_only_text), AfterValidator(_with_offset)]
"""A point in time with its offset (RFC 3339)."""


def _only_a_day(value: Any) -> Any:
    if not isinstance(value, date) and not (
        isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value)
    ):
        raise PydanticCustomError("full_date", "A day is a string such as 2026-11-01")
    return value


Day = Annotated[date, BeforeValidator(_only_a_day)]
"""A calendar day, as a request gives it."""

Text = Annotated[str, Field(strict=True, max_length=1000)]
Flag = Annotated[bool, Field(strict=True)]


def _as_whole(value: Any) -> Any:
    """JSON has one kind of number: 5.0 is a whole one."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


WHOLE = BeforeValidator(_as_whole)
"""After the bounds of an `int` in `Annotated`: before them, they would be no part of the schema."""


class Money(Output):
    """An amount with its currency."""

    amount: Amount = Field(description="The exact amount.", examples=["512.30"])
    currency: Currency
