"""What every shop platform's adapter takes and gives. `docs/shops/new-platform.md` is the recipe for a new one.

An adapter is a module with a `PLATFORM`: functions that verify a message, tell it from others, and read it; and, where
the platform has an API, functions that say what to ask and what an answer means. Whoever calls them does the I/O.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final, Literal

from app.errors import Invalid


@dataclass(frozen=True, slots=True)
class Delivery:
    """One request of a shop as it came. Header names are in lower case; `topic` is the end of the URL's path, and
    `token` its query parameter of this name, for shops that cannot sign."""

    headers: Mapping[str, str]
    body: bytes
    topic: str | None = None
    token: str | None = None


@dataclass(frozen=True, slots=True)
class Label:
    """What tells one message from another. `key` is the platform's own key of the message, by which a repetition is
    known; None where it has none, and every delivery counts. `sent_at`: when the shop says it happened."""

    topic: str
    key: str | None = None
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What a shop must be answered to believe that its message has arrived."""

    status: int = 200
    body: bytes = b""
    media_type: str | None = None


@dataclass(frozen=True, slots=True)
class Shop:
    """A connected shop as its adapter sees it. `source` is its slug; `options` and `credentials` (secret) are what its
    owner has set; `country` and `currency` are the tenant's, for what the shop leaves unsaid; `legal_basis` is what a
    marketing consent of this shop rests on; `now` is when the message arrived."""

    source: str
    now: datetime
    options: Mapping[str, Any] = field(default_factory=dict)
    credentials: Mapping[str, str] = field(default_factory=dict, repr=False)
    country: str | None = None
    currency: str = "EUR"
    legal_basis: str = "gdpr.6.1.a"


# --- What a message or an object of a shop means, in the order in which it is to be done ------------------------------


@dataclass(frozen=True, slots=True)
class Person:
    """A customer: `raw` is what `POST /v1/customers` takes; a field that the shop did not send is not in it. An older
    `version` of the same object never overwrites a newer one."""

    raw: dict[str, Any]
    object_id: str | None = None
    version: datetime | None = None


@dataclass(frozen=True, slots=True)
class Happened:
    """An event: `raw` is what `POST /v1/events` takes. `revises` is the message_id of the event that this one brings
    up to date: where that one is new too, it says the same, and this one is not stored."""

    raw: dict[str, Any]
    revises: str | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision about consent: `raw` is what `POST /v1/consents` takes. `only_ends`: the shop says "not subscribed"
    and cannot tell who left from who never came; it counts only where the yes that stands is from this shop."""

    raw: dict[str, Any]
    only_ends: bool = False


@dataclass(frozen=True, slots=True)
class RefundsOf:
    """All refunds that an order has, by `version`: others that are known of it were taken back since."""

    order_id: str
    refund_ids: frozenset[str]
    version: datetime


@dataclass(frozen=True, slots=True)
class Merged:
    """The shop has joined two of its customers: the external id `gone` leads to whom `kept` leads to."""

    kept: str
    gone: str


@dataclass(frozen=True, slots=True)
class PrivacyAsked:
    """A data subject's request that reached the shop's platform. `customer` has what the platform tells of her:
    any of external_id, email, phone, document (as text)."""

    kind: Literal["access", "erasure", "shop_erasure"]
    customer: Mapping[str, str]
    order_ids: tuple[str, ...] = ()
    reference: str | None = None
    due_days: int = 30


@dataclass(frozen=True, slots=True)
class Fetch:
    """An object that the message only names: it is to be asked of the shop. `hint` is what the message knew beside
    its id, and is not personal."""

    kind: str
    object_id: str
    hint: str = ""


Record = Person | Happened | Decided | RefundsOf | Merged | PrivacyAsked | Fetch


# --- Asking the shop --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ask:
    """One HTTP request to a platform's API."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    method: Literal["GET", "POST"] = "GET"
    body: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, with a status of 200 to 299. Header names are in lower case."""

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 200


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list. `cursor` leads to the next page, None: this was the last. `then` is sent once the records
    are stored: what tells the shop that they need not come again."""

    records: Sequence[Record]
    cursor: str | None = None
    then: Sequence[Ask] = ()


@dataclass(frozen=True, slots=True)
class Api:
    """How a platform's objects are asked for.

    `fetch` gives the requests for one object, `fetched` what their answers mean (None: there is no such object any
    more). `page(kind, since, cursor, shop)` asks for the objects of a kind changed since then (None: all of them),
    `listed` reads the answer; `lists` names the kinds in the order in which a history is to be taken over.
    `poll_seconds`: how often lists are looked through for what webhooks have lost; None where the platform repeats
    them. `refresh` and `refreshed` renew credentials that end by themselves. `per_second` is what the platform bears.
    """

    fetch: Callable[[Fetch, Shop], Sequence[Ask]]
    fetched: Callable[[Fetch, Sequence[Answer | None], Shop], Sequence[Record]]
    lists: tuple[str, ...] = ()
    page: Callable[[str, datetime | None, str | None, Shop], Ask] | None = None
    listed: Callable[[str, Answer, Shop], Listing] | None = None
    poll_seconds: int | None = None
    polled: tuple[str, ...] | None = None  # which lists; None: `lists`
    refresh: Callable[[Shop], Ask] | None = None
    refreshed: Callable[[Answer, Shop], Mapping[str, str]] | None = None
    per_second: float = 2.0
    empty_is_404: bool = False  # whether a list of nothing is answered as if there were no such list


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that a shop's owner may or must say."""

    name: str
    description: str
    required: bool = False
    pattern: str = r"[\x21-\x7e]{1,2048}"


@dataclass(frozen=True, slots=True)
class Platform:
    """One shop platform. `read` gives nothing for a topic that means nothing to us: the message is kept all the same.
    Invalid for a body that is not what its topic says."""

    name: str
    title: str
    verify: Callable[[Delivery, Sequence[str], datetime], bool]
    label: Callable[[Delivery], Label]
    read: Callable[[str, bytes, Shop], Sequence[Record]]
    is_ping: Callable[[Delivery], bool] = lambda delivery: False
    reply: Reply = Reply()
    api: Api | None = None
    options: tuple[Setting, ...] = ()
    credentials: tuple[Setting, ...] = ()


# --- What several platforms need --------------------------------------------------------------------------------------

MESSAGE_ID: Final = "shop:"
"""What the message ids of adapters begin with, so that they never meet those that a developer has given."""


API_URL: Final = Setting(
    "api_url", "Another base of the API, for a proxy or a test shop.", pattern=r"https?://[\x21-\x7e]{1,200}"
)


def api_url(shop: Shop, default: str) -> str:
    """The base of the platform's API, without a slash at its end."""
    return str(shop.options.get("api_url") or default).rstrip("/")


def parse(body: bytes) -> Any:
    """JSON with exact amounts: numbers with a fraction are Decimals. Invalid where it is none."""
    try:
        return json.loads(body, parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, ArithmeticError, RecursionError):  # 1e9999999999999999999 is no Decimal
        raise Invalid.at("", "invalid_json", "The body is not JSON.") from None


def parse_object(body: bytes) -> dict[str, Any]:
    """A JSON object; Invalid where it is something else."""
    value = parse(body)
    if not isinstance(value, dict):
        raise Invalid.at("", "invalid_type", "The body is not a JSON object.")
    return value


def hmac_sha256(secret: str | bytes, data: bytes) -> bytes:
    return hmac.digest(secret.encode() if isinstance(secret, str) else secret, data, "sha256")


def is_one_of(given: str | None, wanted: Sequence[str]) -> bool:
    """Whether a signature or a token is one of those it may be, compared in constant time."""
    if not given:
        return False
    told = given.strip().encode()
    return any(hmac.compare_digest(told, one.encode()) for one in wanted if one)


def sha256_hex(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def mapping(value: Any) -> dict[str, Any]:
    """A JSON object; an empty one where it is something else."""
    return value if isinstance(value, dict) else {}


def mappings(value: Any) -> list[dict[str, Any]]:
    """The JSON objects in a list; none where it is something else."""
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def rows(value: Any) -> list[dict[str, Any]]:
    """The objects of an answer that is a list; Invalid where it is something else."""
    if not isinstance(value, list):
        raise Invalid.at("", "invalid_type", "The answer is not a JSON array.")
    return mappings(value)


def each(
    found: Sequence[Mapping[str, Any]], read: Callable[[Mapping[str, Any], Shop], Sequence[Record]], shop: Shop
) -> list[Record]:
    """The records of a page of a list. An object that cannot be read is passed over: it must not hold up the others."""
    records: list[Record] = []
    for one in found:
        try:
            records += read(one, shop)
        except Invalid:
            continue
    return records


def number_id(value: Any) -> str | None:
    """An id that is a number of at most 20 digits, as most platforms have; None for anything else, also for a zero."""
    found = text(value)
    return found if found is not None and _NUMBER.fullmatch(found) else None


def required_id(told: Mapping[str, Any], name: str = "id") -> str:
    """The id that is a number, of an object; Invalid where it has none: then it is no object."""
    found = number_id(told.get(name))
    if found is None:
        raise Invalid.at(f"/{name}", "required", "The object has no id.")
    return found


def text(value: Any) -> str | None:
    """A text or a number that stands for one, trimmed and without what no database stores; None for nothing."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return None
    return _BROKEN.sub("", str(value)).strip() or None


_BROKEN: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def amount(value: Any) -> str | None:
    """Money as a plain decimal string with at most four decimals; None for nothing or no number."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return None
    try:
        number = Decimal(value)
    except ArithmeticError:
        return None
    if not number.is_finite() or abs(number) >= 10**20:
        return None
    return f"{number.quantize(_FOUR).normalize() if number else Decimal(0):f}"


_NUMBER: Final = re.compile(r"(?=.*[1-9])[0-9]{1,20}")
_FOUR: Final = Decimal("0.0001")


def positive(value: Any) -> str | None:
    """An amount that is not negative, as prices and quantities are; None for one that is."""
    found = amount(value)
    return found if found is not None and not found.startswith("-") else None


def moment(value: Any, *, naive_is_utc: bool = True) -> datetime | None:
    """A time as platforms write it: ISO 8601 with `T` or a blank, offsets with or without colon, up to seven fraction
    digits. One without an offset is UTC where `naive_is_utc`, else None. The year 1 and the zero date are None, and
    whatever else lies outside 1901..2199."""
    if not isinstance(value, str) or len(value) < 10:
        return None
    try:
        found = datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    if not 1900 < found.year < 2200:  # an offset may lead across the border
        return None
    if found.tzinfo is None:
        return found.replace(tzinfo=UTC) if naive_is_utc else None
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(name)
