"""What every shop platform's adapter takes and gives. `docs/shops/new-platform.md` is the recipe for a new one.

An adapter is a module with a `PLATFORM`: functions that verify a message, tell it from others, and read it; and, where
the platform has an API, functions that say what to ask and what an answer means. Whoever calls them does the I/O. What
several platforms need stands in rooms of its own: `values` (reading JSON), `people`, `consents`, `orders`, `signing`,
`asking`; and `messages` with `shapes` for those who send in the shapes of our own API.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal


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
    its id; neither is personal, for both lie open in a job."""

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


MESSAGE_ID: Final = "shop:"
"""What the message ids of adapters begin with, so that they never meet those that a developer has given."""
