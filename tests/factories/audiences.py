"""A small world of customers, and what each rule means in it: read from the definitions, customer by customer."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from tests.factories.segments import send
from tests.factories.shops import Shop, event

ZONE = ZoneInfo("America/Sao_Paulo")
TYPES = ("fair.visited", "cart.abandoned", "quiz.finished")
COUNTRIES, LANGUAGES = ("BR", "AR", "MX"), ("pt-BR", "pt-PT", "es-AR", "pt")
TAGS, CHANNELS = ("vip", "wholesale", "new"), ("email", "whatsapp", "sms")
SKUS, CATEGORIES = ("A1", "B2", "C3"), ("shoes", "hats")
STATES = ("given", "withdrawn", "refused")


@dataclass
class Order:
    day: date
    total: Decimal
    refunded: Decimal
    cancelled: bool
    sku: str
    category: str

    @property
    def net(self) -> Decimal:
        return max(Decimal(0), self.total - self.refunded)


@dataclass
class Person:
    name: str
    fields: dict[str, Any]
    events: list[tuple[str, date, dict[str, Any]]] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    consents: dict[tuple[str, str], str] = field(default_factory=dict)
    id: str = ""
    segment: str = ""
    code: str | None = None
    contactable: bool = False

    @property
    def counted(self) -> list[Order]:
        return [order for order in self.orders if not order.cancelled]


def today() -> date:
    return datetime.now(ZONE).date()


def noon(day: date) -> str:
    return datetime(day.year, day.month, day.day, 12, tzinfo=ZONE).isoformat()


def people(chance: random.Random, count: int) -> list[Person]:
    return [_person(chance, number) for number in range(count)]


def _person(chance: random.Random, number: int) -> Person:
    maybe: Callable[[Any], Any] = lambda value: value if chance.random() < 0.7 else None  # noqa: E731
    source = chance.choice(("main-shop", "till"))
    fields: dict[str, Any] = {
        "external_ids": [{"source": source, "id": f"c{number}"}],
        "emails": maybe([{"value": f"c{number}@example.com"}]),
        "first_name": maybe("Ana"),
        "gender": maybe("female"),
        "country": maybe(chance.choice(COUNTRIES)),
        "language": maybe(chance.choice(LANGUAGES)),
        "tags": maybe(chance.sample(TAGS, chance.randint(1, 3))),
        "preferred_channels": maybe(chance.sample(CHANNELS, chance.randint(1, 2))),
        "registered_at": maybe(noon(today() - timedelta(days=chance.randint(0, 60)))),
        "birth_date": maybe(f"{chance.choice(('1980', '1996', '-'))}-{chance.choice(_DAYS)}"),
    }
    person = Person(f"c{number}", {name: value for name, value in fields.items() if value is not None})
    for _ in range(chance.choice((0, 1, 2, 8))):
        day = today() - timedelta(days=chance.randint(0, 40))
        properties = {
            "sku": chance.choice(SKUS),
            "price": chance.choice(("9.90", "50.00", 75, 100.5)),
            "gift": chance.random() < 0.5,
        }
        person.events.append(
            (chance.choice(TYPES), day, {k: v for k, v in properties.items() if chance.random() < 0.8})
        )
    for _ in range(chance.choice((0, 0, 1, 2, 5))):
        total = Decimal(chance.choice(("10.00", "50.00", "99.99", "200.00")))
        refunded = chance.choice((Decimal(0), Decimal(0), Decimal("5.00"), total))
        day = today() - timedelta(days=chance.randint(0, 60))
        cancelled = chance.random() < 0.2
        person.orders.append(Order(day, total, refunded, cancelled, chance.choice(SKUS), chance.choice(CATEGORIES)))
    if chance.random() < 0.7:
        person.consents["marketing", "email"] = chance.choice(STATES)
    if chance.random() < 0.4:
        person.consents["marketing", "push"] = chance.choice(STATES)
    return person


_DAYS = ("02-28", "02-29", "03-01", "06-15", "12-31", "11-26", "11-30")


async def tell(shop: Shop, everyone: list[Person]) -> None:
    """Send them to the shop, and read back what other routes say of them."""
    batch = [person.fields for person in everyone]
    answer = await shop.post("/v1/customers/batch", {"customers": batch})
    assert answer.json()["rejected"] == [], answer.text
    for person, told in zip(everyone, answer.json()["results"], strict=True):
        person.id = told["id"]
    events = []
    for person in everyone:
        who = {"id": person.id}
        events += [event(type=t, customer=who, occurred_at=noon(d), properties=p) for t, d, p in person.events]
        for number, order in enumerate(person.orders):
            events += _order(who, f"{person.name}-{number}", order)
    await send(shop, events)
    for person in everyone:
        for (purpose, channel), state in person.consents.items():
            body = {"customer": {"id": person.id}, "purpose": purpose, "channel": channel, "decision": state}
            answer = await shop.post("/v1/consents", {**body, "legal_basis": "lgpd.7.I"})
            assert answer.status_code == 201, answer.text
        rfm = (await shop.client.get(f"/v1/customers/{person.id}/rfm", params={"fresh": True})).json()
        person.segment, person.code = rfm["segment"], rfm["code"]
    asked = {"purpose": "marketing", "channel": "email", "customers": [{"id": person.id} for person in everyone]}
    allowed = (await shop.post("/v1/consents/check", asked)).json()["results"]
    for person, told in zip(everyone, allowed, strict=True):
        person.contactable = told["allowed"]


def _order(who: dict[str, Any], order_id: str, order: Order) -> list[dict[str, Any]]:
    items = [{"sku": order.sku, "category": order.category, "quantity": 1}]
    properties: dict[str, Any] = {"order_id": order_id, "total": str(order.total), "items": items}
    found = [event(type="order.paid", customer=who, occurred_at=noon(order.day), properties=properties)]
    after = noon(order.day)
    if order.refunded:
        refund = {"order_id": order_id, "amount": str(order.refunded), "refund_id": "r"}
        found.append(event(type="order.refunded", customer=who, occurred_at=after, properties=refund))
    if order.cancelled:
        gone = {"order_id": order_id}
        found.append(event(type="order.cancelled", customer=who, occurred_at=after, properties=gone))
    return found


def fits(rule: dict[str, Any], person: Person) -> bool:
    """What the rule says of a person."""
    ((kind, asked),) = rule.items()
    match kind:
        case "all":
            return all(fits(inner, person) for inner in asked)
        case "any":
            return any(fits(inner, person) for inner in asked)
        case "not":
            return not fits(asked, person)
    return _CONDITIONS[kind](asked, person)


def _trait(asked: dict[str, Any], person: Person) -> bool:
    name = asked["name"]
    if name in ("email", "external_id"):
        return _recognised(asked, person)
    value = person.fields.get(name)
    if "known" in asked:
        return bool(value) is asked["known"]
    if value is None:
        return False
    if name == "registered_at":
        return _in(asked, datetime.fromisoformat(value).date())
    if name == "language":
        return any(value == one or value.startswith(f"{one}-") for one in asked["in"])
    if name == "country":
        return value in asked["in"]
    if "has_all" in asked:
        return set(asked["has_all"]) <= set(value)
    return bool(set(asked.get("has_any") or [asked["has"]]) & set(value))


def _recognised(asked: dict[str, Any], person: Person) -> bool:
    emails = [entry["value"] for entry in person.fields.get("emails", [])]
    hers = emails if asked["name"] == "email" else person.fields["external_ids"]
    return bool(hers) is asked["known"] if "known" in asked else any(one in hers for one in asked["in"])


def _source(asked: dict[str, Any], person: Person) -> bool:
    return person.fields["external_ids"][0]["source"] in asked["in"]


def _event(asked: dict[str, Any], person: Person) -> bool:
    days = [
        day
        for kind, day, properties in person.events
        if kind == asked["type"]
        and _in(asked, day)
        and all(_property(where, properties) for where in asked.get("where", []))
    ]
    for pick, choose in (("first", min), ("last", max)):
        if pick in asked:
            return bool(days) and _in(asked[pick], choose(days))
    return _passes(asked.get("count", {"at_least": 1}), Decimal(len(days)))


def _property(where: dict[str, Any], properties: dict[str, Any]) -> bool:
    value = properties.get(where["property"])
    if value is None:
        return False
    if "in" in where:
        return any(type(value) is type(one) and value == one for one in where["in"])
    if isinstance(where.get("is"), str | bool):
        return type(value) is type(where["is"]) and value == where["is"]
    if isinstance(value, bool):
        return False
    try:
        number = Decimal(str(value))
    except ArithmeticError:
        return False
    return _passes({key: test for key, test in where.items() if key != "property"}, number)


def _order_items(asked: dict[str, Any], order: Order) -> bool:
    wanted = [order.sku in asked["sku"]] if "sku" in asked else []
    wanted += [order.category in asked["category"]] if "category" in asked else []
    return all(wanted)


def _orders(asked: dict[str, Any], person: Person) -> list[Order]:
    return [order for order in person.counted if _in(asked, order.day) and _order_items(asked, order)]


def _measure(asked: dict[str, Any], person: Person) -> bool:
    orders = _orders(asked, person)
    measure = asked.get("measure", "count")
    tests = {key: asked[key] for key in asked if key in TESTS}
    if measure == "count":
        return _passes(tests or {"at_least": 1}, Decimal(len(orders)))
    if measure == "net":
        return _passes(tests, sum((order.net for order in orders), Decimal(0)))
    if not orders:
        return False
    if measure == "average":
        return _passes(tests, sum((order.net for order in orders), Decimal(0)) / len(orders))
    choose = min if measure == "first_at" else max
    return _in(asked["at"], choose(order.day for order in orders))


def _rfm(asked: dict[str, Any], person: Person) -> bool:
    named = "segments" not in asked or person.segment in asked["segments"]
    scores = dict(zip("rfm", person.code or "", strict=False))
    scored = [letter for letter in "rfm" if letter in asked]
    if scored and person.code is None:
        return False
    return named and all(_passes(asked[letter], Decimal(scores[letter])) for letter in scored)


def _consent(asked: dict[str, Any], person: Person) -> bool:
    if "contactable" in asked:
        return person.contactable is asked["contactable"]
    return person.consents.get((asked["purpose"], asked["channel"]), "unknown") in asked["states"]


def _birthday(asked: dict[str, Any], person: Person) -> bool:
    born = person.fields.get("birth_date")
    if born is None:
        return False
    for ahead in range(asked["within_days"]):
        day = today() + timedelta(days=ahead)
        common = day.year % 4 != 0 or (day.year % 100 == 0 and day.year % 400 != 0)
        if born[-5:] == f"{day:%m-%d}" or (born[-5:] == "02-29" and common and (day.month, day.day) == (2, 28)):
            return True
    return False


def _quality(asked: dict[str, Any], person: Person) -> bool:
    if "missing" in asked:
        return any(name not in person.fields for name in asked["missing"])
    names = ("first_name", "last_name", "birth_date", "gender", "document", "emails", "phones", "addresses")
    known = sum(name in person.fields for name in (*names, "language", "country"))
    return _passes(asked["completeness"], Decimal(10 * known))


_CONDITIONS: dict[str, Callable[[Any, Person], bool]] = {
    "trait": _trait, "source": _source, "event": _event, "order": _measure, "rfm": _rfm, "consent": _consent,
    "birthday": _birthday, "quality": _quality,
}  # fmt: skip
TESTS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "is": lambda value, wanted: value == wanted,
    "at_least": lambda value, wanted: value >= wanted,
    "at_most": lambda value, wanted: value <= wanted,
    "more_than": lambda value, wanted: value > wanted,
    "less_than": lambda value, wanted: value < wanted,
}


def _passes(tests: Any, value: Decimal) -> bool:
    given = tests if isinstance(tests, dict) else {"is": tests}
    return all(TESTS[name](value, Decimal(str(wanted))) for name, wanted in given.items())


def _in(asked: dict[str, Any], day: date) -> bool:
    if "within_days" in asked:
        return (today() - day).days < asked["within_days"]
    if "older_than_days" in asked:
        return (today() - day).days >= asked["older_than_days"]
    between = asked.get("between", {})
    since, until = (date.fromisoformat(between[n]) if n in between else None for n in ("from", "until"))
    return (since is None or day >= since) and (until is None or day <= until)
