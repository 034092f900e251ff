"""Random rules over the small world of `audiences.py`."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tests.factories.audiences import CHANNELS, COUNTRIES, SKUS, STATES, TAGS, TESTS, TYPES, today


def some_rule(chance: random.Random, depth: int = 3) -> dict[str, Any]:
    """A rule of up to so many levels."""
    kind = chance.choice(("all", "any", "not", "leaf", "leaf")) if depth else "leaf"
    if kind == "not":
        return {"not": some_rule(chance, depth - 1)}
    if kind == "leaf":
        return chance.choice(_LEAVES)(chance)
    return {kind: [some_rule(chance, depth - 1) for _ in range(chance.randint(1, 3))]}


def _some_window(chance: random.Random) -> dict[str, Any]:
    ends = sorted((today() - timedelta(days=chance.randint(0, 60))).isoformat() for _ in range(2))
    between = chance.choice(({"from": ends[0]}, {"until": ends[1]}, {"from": ends[0], "until": ends[1]}))
    days = chance.randint(1, 45)
    return chance.choice(({"within_days": days}, {"older_than_days": days}, {"between": between}))


def _perhaps_window(chance: random.Random) -> dict[str, Any]:
    return _some_window(chance) if chance.random() < 0.5 else {}


def _some_tests(chance: random.Random, values: tuple[Any, ...]) -> dict[str, Any]:
    return {chance.choice(tuple(TESTS)): chance.choice(values)}


def _some_trait(chance: random.Random) -> dict[str, Any]:
    number = chance.randint(0, 60)
    asked = chance.choice(
        (
            {"name": "country", "in": chance.sample(COUNTRIES, 2)},
            {"name": "language", "in": [chance.choice(("pt", "pt-BR", "es", "es-AR"))]},
            {"name": "tags", "has": chance.choice(TAGS)},
            {"name": "tags", "has_all": chance.sample(TAGS, 2)},
            {"name": "preferred_channels", "has_any": chance.sample(CHANNELS, 2)},
            {
                "name": chance.choice(("country", "language", "tags", "email", "registered_at")),
                "known": chance.random() < 0.5,
            },
            {"name": "registered_at", **_some_window(chance)},
            {"name": "email", "in": [f"c{number}@example.com", f"c{number + 1}@example.com"]},
            {"name": "external_id", "in": [{"source": "main-shop", "id": f"c{number}"}]},
        )
    )
    return {"trait": asked}


def _some_event(chance: random.Random) -> dict[str, Any]:
    asked: dict[str, Any] = {"type": chance.choice(TYPES), **_perhaps_window(chance)}
    where = chance.choice(
        (
            [],
            [{"property": "sku", "in": chance.sample(SKUS, 2)}],
            [{"property": "gift", "is": True}],
            [{"property": "price", **_some_tests(chance, ("50.00", 75, 10))}, {"property": "sku", "is": "A1"}],
        )
    )
    asked |= {"where": where} if where else {}
    more = chance.choice(
        ({}, {"count": _some_tests(chance, (0, 1, 2, 3))}, {chance.choice(("first", "last")): _some_window(chance)})
    )
    if any(test in ("less_than",) and value == 0 for test, value in more.get("count", {}).items()):
        more = {}
    return {"event": {**asked, **more}}


def _some_order(chance: random.Random) -> dict[str, Any]:
    asked: dict[str, Any] = dict(_perhaps_window(chance))
    if chance.random() < 0.4:
        asked |= chance.choice(
            ({"sku": [chance.choice(SKUS)]}, {"category": ["shoes"]}, {"sku": ["A1"], "category": ["hats"]})
        )
    more = chance.choice(
        (
            {},
            {"measure": "count", **_some_tests(chance, (1, 2, 3))},
            {"measure": "net", **_some_tests(chance, ("0", "50.00", "99.99", "150.00"))},
            {"measure": "average", **_some_tests(chance, ("10.00", "50.00", "99.99"))},
            {"measure": chance.choice(("first_at", "last_at")), "at": _some_window(chance)},
        )
    )
    return {"order": {**asked, **more}}


def _some_rfm(chance: random.Random) -> dict[str, Any]:
    segments = chance.sample(("champions", "loyal", "prospect", "new_customers", "hibernating", "lost"), 2)
    scores = {chance.choice("rfm"): _some_tests(chance, (2, 3, 4))}
    return {"rfm": chance.choice(({"segments": segments}, scores, {"segments": segments, **scores}))}


def _some_consent(chance: random.Random) -> dict[str, Any]:
    channel = chance.choice(("email", "push"))
    states = {"purpose": "marketing", "channel": channel, "states": chance.sample(("unknown", *STATES), 2)}
    asked = {"purpose": "marketing", "channel": "email", "contactable": chance.random() < 0.7}
    return {"consent": chance.choice((states, asked))}


def _some_quality(chance: random.Random) -> dict[str, Any]:
    missing = {"missing": chance.sample(("first_name", "gender", "birth_date", "country"), chance.randint(1, 2))}
    return {"quality": chance.choice((missing, {"completeness": _some_tests(chance, (20, 30, 40, 50))}))}


_LEAVES: tuple[Callable[[random.Random], dict[str, Any]], ...] = (
    _some_trait,
    _some_event,
    _some_event,
    _some_order,
    _some_order,
    _some_rfm,
    _some_consent,
    _some_quality,
    lambda chance: {"source": {"in": [chance.choice(("main-shop", "till", "nowhere"))]}},
    lambda chance: {"birthday": {"within_days": chance.choice((1, 6, 100, 366))}},
)
