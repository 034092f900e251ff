"""Rules against their meaning: what the database chooses is what the definitions say, customer by customer."""

import random
from typing import Any

from tests.factories import audiences as world
from tests.factories.audience_rules import some_rule
from tests.factories.shops import Shop

RULES = 150


async def chosen(shop: Shop, rule: dict[str, Any]) -> set[str]:
    """The members of a kept audience, page by page."""
    made = await shop.post("/v1/audiences", {"name": "tried", "rule": rule})
    assert made.status_code == 201, (rule, made.text)
    found: list[str] = []
    cursor = None
    while True:
        query = {"limit": 20, **({"cursor": cursor} if cursor else {})}
        page = await shop.client.get(f"/v1/audiences/{made.json()['id']}/members", params=query)
        assert page.status_code == 200, page.text
        found += [customer["id"] for customer in page.json()["data"]]
        cursor = page.json()["next_cursor"]
        if cursor is None:
            assert len(found) == len(set(found))
            return set(found)


async def test_every_rule_chooses_whom_its_definition_does(shop: Shop) -> None:
    """Random customers and random rules: preview, members and explanation agree with a reading of each definition."""
    chance = random.Random(20261125)
    everyone = world.people(chance, 60)
    await world.tell(shop, everyone)
    sizes = []
    for number in range(RULES):
        rule = some_rule(chance)
        wanted = {person.id for person in everyone if world.fits(rule, person)}
        preview = await shop.post("/v1/audiences/preview", {"rule": rule})
        assert preview.status_code == 200, (rule, preview.text)
        assert preview.json()["size"] == len(wanted), rule
        assert set(preview.json()["sample"]) <= wanted, rule
        sizes.append(len(wanted))
        if number % 5 == 0:
            assert await chosen(shop, rule) == wanted, rule
            await explained(shop, rule, everyone)
    # The rules are not all empty, and not all of everybody.
    assert sum(0 < size < len(everyone) for size in sizes) > RULES / 2


async def explained(shop: Shop, rule: dict[str, Any], everyone: list[world.Person]) -> None:
    made = (await shop.post("/v1/audiences", {"name": "tried", "rule": rule})).json()
    for person in everyone[:4]:
        answer = await shop.client.get(f"/v1/audiences/{made['id']}/members/{person.id}")
        assert answer.status_code == 200, answer.text
        told = answer.json()
        assert told["member"] is world.fits(rule, person), (rule, person, told)
        assert all(reason["text"] for reason in told["why"])
