"""Customers change: upserts merge, patches replace, identifiers move, lists and searches follow."""

import asyncio
import random
from typing import Any

import httpx
import pytest

from tests.factories.shops import Shop
from tests.factories.tables import raw_id, rows

EMAIL, OTHER = "ana@example.com", "bia@example.com"
CPF, OTHER_CPF = "52998224725", "11144477735"


def emails(*values: str) -> dict[str, Any]:
    return {"emails": [{"value": value} for value in values]}


async def patch(shop: Shop, customer: dict[str, Any], body: Any, **headers: str) -> httpx.Response:
    named = {k.replace("_", "-"): v for k, v in headers.items()}
    return await shop.client.patch(f"/v1/customers/{customer['id']}", json=body, headers=named)


async def find(shop: Shop, email: str) -> list[str]:
    return await search(shop, {"email": email})


async def search(shop: Shop, identifier: dict[str, Any]) -> list[str]:
    answer = await shop.post("/v1/customers/search", identifier)
    return [customer["id"] for customer in answer.json()["data"]]


def document(number: str) -> dict[str, Any]:
    return {"document": {"type": "cpf", "value": number}}


class TestUpsert:
    async def test_what_is_sent_wins_what_is_not_stays_and_lists_grow(self, shop: Shop) -> None:
        first = await shop.customer(
            **emails(EMAIL), first_name="Ana", tags=["vip"], attributes={"a": {"x": 1, "y": 2}, "b": 1},
            preferences={"categories": ["shoes"], "sizes": {"shoes": "37"}},
        )  # fmt: skip
        second = await shop.customer(
            **emails(EMAIL.upper(), OTHER), last_name="Silva", tags=["new", "vip"], attributes={"a": {"y": None}},
            preferences={"sizes": {"shirt": "M"}},
        )  # fmt: skip
        assert second["id"] == first["id"]
        assert second["version"] == 2
        assert (second["first_name"], second["last_name"], second["tags"]) == ("Ana", "Silva", ["vip", "new"])
        assert [e["value"] for e in second["emails"]] == [EMAIL.upper(), OTHER]
        assert second["preferences"] == {"categories": ["shoes"], "sizes": {"shoes": "37", "shirt": "M"}}
        assert await find(shop, OTHER) == [first["id"]]

    async def test_the_same_again_changes_nothing_not_even_the_version(self, shop: Shop) -> None:
        body = {**emails(EMAIL), "first_name": "Ana", "tags": ["vip"]}
        first, again = await shop.customer(**body), await shop.customer(**body)
        assert again == first

    async def test_identifiers_of_two_customers_are_a_conflict_that_changes_neither(self, shop: Shop) -> None:
        one, two = await shop.customer(**emails(EMAIL)), await shop.customer(**emails(OTHER))
        answer = await shop.post("/v1/customers", {**emails(EMAIL, OTHER), "first_name": "Ana"})
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/identifier-conflict")
        for customer in (one, two):
            assert (await shop.client.get(f"/v1/customers/{customer['id']}")).json() == customer

    @pytest.mark.parametrize("body", [{"first_name": "Ana"}, emails("noreply@example.com"), {"anonymous_ids": ["0"]}])
    async def test_nobody_is_created_from_what_identifies_nobody(self, shop: Shop, body: Any) -> None:
        answer = await shop.post("/v1/customers", body)
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/identifier-required")

    async def test_a_blocked_identifier_is_kept_and_leads_to_nobody(self, shop: Shop) -> None:
        one = await shop.customer(**emails(EMAIL, "noreply@example.com"))
        two = await shop.customer(**emails(OTHER, "noreply@example.com"))
        assert one["id"] != two["id"]
        assert await find(shop, "noreply@example.com") == []

    async def test_a_customer_has_at_most_ten_addresses_also_over_several_calls(self, shop: Shop) -> None:
        customer = await shop.customer(**emails(EMAIL, *(f"e{n}@example.com" for n in range(9))))
        answer = await shop.post("/v1/customers", emails(EMAIL, OTHER))
        assert answer.json()["errors"][0]["code"] == "too_many_identifiers"
        assert await find(shop, OTHER) == []
        assert (await shop.client.get(f"/v1/customers/{customer['id']}")).json()["version"] == 1

    async def test_a_corrected_document_no_longer_leads_to_her(self, shop: Shop) -> None:
        one = await shop.customer(**emails(EMAIL), **document(CPF))
        two = await shop.customer(**emails(EMAIL), **document(OTHER_CPF))
        assert (two["id"], two["document"]["value"]) == (one["id"], OTHER_CPF)
        assert await search(shop, document(CPF)) == []
        assert await search(shop, document(OTHER_CPF)) == [one["id"]]
        assert (await shop.customer(**document(CPF)))["id"] != one["id"]

    async def test_a_document_given_up_in_a_batch_is_free_for_the_next_of_the_batch(self, shop: Shop) -> None:
        one = await shop.customer(**emails(EMAIL), **document(CPF))
        wrong, right = {**emails(EMAIL), **document(OTHER_CPF)}, {**emails(OTHER), **document(CPF)}
        answer = await shop.post("/v1/customers/batch", {"customers": [wrong, right, wrong]})
        assert [item["created"] for item in answer.json()["results"]] == [False, True, False], answer.text
        assert await search(shop, document(OTHER_CPF)) == [one["id"]]
        assert await search(shop, document(CPF)) == await find(shop, OTHER) == [answer.json()["results"][1]["id"]]

    async def test_where_a_value_came_from_is_told_on_request(self, shop: Shop) -> None:
        customer = await shop.customer(external_ids=[{"source": "erp", "id": "7"}], first_name="Ana")
        await patch(shop, customer, {"first_name": "Bia", "tags": ["vip"]})
        shown = (await shop.client.get(f"/v1/customers/{customer['id']}?include=provenance")).json()["provenance"]
        assert {k: v["source"] for k, v in shown.items()} == {"external_ids": "erp", "first_name": None, "tags": None}
        await patch(shop, customer, {"tags": None})
        shown = (await shop.client.get(f"/v1/customers/{customer['id']}?include=provenance")).json()["provenance"]
        assert "tags" not in shown


class TestPatch:
    async def test_null_removes_lists_replace_and_the_rest_stays(self, shop: Shop) -> None:
        customer = await shop.customer(
            **emails(EMAIL), first_name="Ana", last_name="Silva", tags=["a", "b"], birth_date="1990-04-05",
            attributes={"x": {"y": 1, "z": 2}, "w": [1, 2]}, registered_at="2024-05-01T10:00:00Z",
            preferences={"categories": ["shoes"], "sizes": {"shoes": "37", "shirt": "M"}},
            demographics={"occupation": "teacher", "income_band": "B"},
        )  # fmt: skip
        changed = await patch(
            shop,
            customer,
            {
                "last_name": None,
                "tags": ["c"],
                "registered_at": None,
                "attributes": {"x": {"y": None}, "w": [3]},
                "preferences": {"categories": None, "sizes": {"shoes": None}},
                "demographics": {"income_band": None},
            },
        )
        assert changed.status_code == 200, changed.text
        expected = {
            **customer, "last_name": None, "tags": ["c"], "registered_at": None, "version": 2,
            "attributes": {"x": {"z": 2}, "w": [3]}, "preferences": {"sizes": {"shirt": "M"}},
            "demographics": {"occupation": "teacher"}, "updated_at": changed.json()["updated_at"],
        }  # fmt: skip
        assert changed.json() == expected
        assert (await shop.client.get(f"/v1/customers/{customer['id']}")).json() == expected

    async def test_the_last_identifier_cannot_be_removed(self, shop: Shop) -> None:
        customer = await shop.customer(**emails(EMAIL))
        answer = await patch(shop, customer, {"emails": None})
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/identifier-required")
        assert await find(shop, EMAIL) == [customer["id"]]

    async def test_an_address_given_up_is_free_for_another_and_one_in_use_is_not(self, shop: Shop) -> None:
        one, two = await shop.customer(**emails(EMAIL, "old@example.com")), await shop.customer(**emails(OTHER))
        taken = await patch(shop, two, emails(OTHER, "old@example.com"))
        assert (taken.status_code, taken.json()["type"]) == (409, "/problems/identifier-conflict")
        assert (await patch(shop, one, emails(EMAIL))).status_code == 200
        assert await find(shop, "old@example.com") == []
        assert (await patch(shop, two, emails(OTHER, "old@example.com"))).status_code == 200
        assert await find(shop, "old@example.com") == [two["id"]]

    async def test_a_local_number_is_read_in_the_customers_stored_country(self, shop: Shop) -> None:
        customer = await shop.customer(**emails(EMAIL), country="AR")
        changed = await patch(shop, customer, {"phones": [{"value": "11 2345-6789"}]})
        assert changed.json()["phones"][0]["value"] == "+541123456789"

    @pytest.mark.parametrize("tag", ['"2"', 'W/"1"', '"0"', '"x"', '"1", "2"', ""])
    async def test_another_etag_is_412_and_changes_nothing(self, shop: Shop, tag: str) -> None:
        customer = await shop.customer(**emails(EMAIL))
        answer = await patch(shop, customer, {"first_name": "Ana"}, If_Match=tag)
        assert (answer.status_code, answer.json()["type"]) == (412, "/problems/version-mismatch")
        assert (await shop.client.get(f"/v1/customers/{customer['id']}")).json() == customer

    @pytest.mark.parametrize("tag", ['"1"', "*"])
    async def test_its_own_etag_is_taken_and_a_new_one_answered(self, shop: Shop, tag: str) -> None:
        customer = await shop.customer(**emails(EMAIL))
        answer = await patch(shop, customer, {"first_name": "Ana"}, If_Match=tag)
        assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')

    async def test_of_twenty_changes_to_one_version_exactly_one_wins(self, shop: Shop) -> None:
        customer = await shop.customer(**emails(EMAIL))
        answers = await asyncio.gather(
            *(patch(shop, customer, {"first_name": f"Ana{'x' * n}"}, If_Match='"1"') for n in range(20))
        )
        assert sorted(a.status_code for a in answers) == [200] + [412] * 19
        (won,) = [a.json() for a in answers if a.status_code == 200]
        assert (await shop.client.get(f"/v1/customers/{customer['id']}")).json() == won

    async def test_another_tenants_customer_is_unknown(self, shop: Shop, other: Shop) -> None:
        """T19"""
        customer = await shop.customer(**emails(EMAIL))
        assert (await patch(other, customer, {"first_name": "Ana"})).status_code == 404
        assert await find(other, EMAIL) == []


class TestBatch:
    async def test_several_records_of_one_person_are_one_customer_and_refusals_stay_alone(self, shop: Shop) -> None:
        known = await shop.customer(**emails("known@example.com"))
        other = await shop.customer(**emails("second@example.com"))
        answer = await shop.post(
            "/v1/customers/batch",
            {
                "customers": [
                    {**emails(EMAIL), "first_name": "Ana"},
                    {**emails("no address")},
                    {**emails(EMAIL), "phones": [{"value": "+5511987654321"}]},
                    {"first_name": "Nobody"},
                    {"phones": [{"value": "+5511987654321"}], "last_name": "Silva"},
                    {**emails("known@example.com"), "tags": ["vip"]},
                    {**emails("known@example.com", "second@example.com"), "tags": ["both"]},
                    {"surprise": 1},
                ]
            },
        )
        body = answer.json()
        assert (body["received"], body["created"], body["matched"]) == (8, 1, 3)
        ids = {item["index"]: item["id"] for item in body["results"]}
        assert ids[0] == ids[2] == ids[4]
        assert ids[5] == known["id"]
        assert [(r["index"], r["code"], r["pointer"]) for r in body["rejected"]] == [
            (1, "invalid_email", "/customers/1/emails/0/value"),
            (3, "identifier_required", "/customers/3"),
            (6, "identifier_conflict", "/customers/6"),
            (7, "extra_forbidden", "/customers/7/surprise"),
        ]
        ana = (await shop.client.get(f"/v1/customers/{ids[0]}")).json()
        assert (ana["first_name"], ana["last_name"], len(ana["phones"])) == ("Ana", "Silva", 1)
        assert (await shop.client.get(f"/v1/customers/{other['id']}")).json()["tags"] == []

    async def test_a_strict_tenants_unknown_source_refuses_its_records_only(self, shop: Shop) -> None:
        await shop.client.patch("/v1/tenant", json={"strict_sources": True})
        await asyncio.sleep(0.9)  # what a key was is believed for 0.8 s
        records = [emails(EMAIL), {"external_ids": [{"source": "unheard-of", "id": "1"}]}]
        body = (await shop.post("/v1/customers/batch", {"customers": records})).json()
        assert body["created"] == 1
        assert [(r["index"], r["code"]) for r in body["rejected"]] == [(1, "unknown_source")]


class TestRaces:
    async def test_fifty_creates_with_overlapping_identifiers_make_one_customer(self, shop: Shop) -> None:
        """T12"""
        parts: list[dict[str, Any]] = [
            {"emails": [{"value": EMAIL}]},
            {"phones": [{"value": "+5511987654321"}]},
            {"external_ids": [{"source": "main-shop", "id": "8123"}]},
        ]
        draw = random.Random(7)
        await shop.customer(**parts[0] | parts[1])

        def some() -> dict[str, Any]:
            return {k: v for part in draw.sample(parts, 2) for k, v in part.items()}

        answers = await asyncio.gather(*(shop.post("/v1/customers", some()) for _ in range(50)))
        assert {a.status_code for a in answers} == {200}, [a.text for a in answers if a.status_code != 200][:1]
        assert len({a.json()["id"] for a in answers}) == 1

    async def test_batches_of_the_same_new_people_in_any_order_make_each_once(self, shop: Shop) -> None:
        """T12"""
        people = [{**emails(f"p{n}@example.com"), "anonymous_ids": [f"d{n}"]} for n in range(40)]
        draw = random.Random(7)
        calls = [shop.post("/v1/customers/batch", {"customers": draw.sample(people, 30)}) for _ in range(12)]
        answers = await asyncio.gather(*calls)
        assert {a.status_code for a in answers} == {200}, [a.text for a in answers if a.status_code != 200][:1]
        assert all(a.json()["rejected"] == [] for a in answers)
        made = await rows(shop, "SELECT FROM customers")
        assert sum(a.json()["created"] for a in answers) == len(made) == 40

    async def test_the_index_always_leads_to_whoever_shows_the_address(self, shop: Shop) -> None:
        """T12: an address moves from one to the other while upserts name it."""
        one, two = await shop.customer(**emails(EMAIL, "m@example.com")), await shop.customer(**emails(OTHER))
        for turn in range(25):
            giver, taker = ((one, EMAIL), (two, OTHER)) if turn % 2 == 0 else ((two, OTHER), (one, EMAIL))
            answers = await asyncio.gather(
                patch(shop, giver[0], emails(giver[1])),
                shop.post("/v1/customers", {**emails("m@example.com"), "first_name": f"Ana {turn}"}),
                patch(shop, taker[0], emails(taker[1], "m@example.com")),
            )
            assert {a.status_code for a in answers} <= {200, 201, 409}
            shown = (await shop.client.get("/v1/customers?limit=200")).json()["data"]
            holders = [c["id"] for c in shown if "m@example.com" in [e["value"] for e in c["emails"]]]
            assert await find(shop, "m@example.com") == holders
            for holder in holders:
                if holder not in (one["id"], two["id"]):
                    await shop.client.delete(f"/v1/customers/{holder}")
                elif holder != taker[0]["id"]:
                    await patch(shop, giver[0], emails(giver[1]))
            if not await find(shop, "m@example.com"):
                await patch(shop, taker[0], emails(taker[1], "m@example.com"))


async def pages(shop: Shop, query: str, *, between: Any = None) -> list[dict[str, Any]]:
    seen: list[dict[str, Any]] = []
    cursor = ""
    while True:
        answer = await shop.client.get(f"/v1/customers?limit=7&{query}{cursor}")
        assert answer.status_code == 200, answer.text
        seen += answer.json()["data"]
        if not answer.json()["has_more"]:
            return seen
        cursor = f"&cursor={answer.json()['next_cursor']}"
        if between is not None:
            await between(len(seen))


class TestLists:
    async def test_filters_narrow_and_add_up(self, shop: Shop, other: Shop) -> None:
        """T19"""
        a = await shop.customer(external_ids=[{"source": "erp", "id": "1"}], tags=["vip", "b2b"], country="BR")
        b = await shop.customer(external_ids=[{"source": "erp", "id": "2"}], tags=["vip"], country="PT")
        c = await shop.customer(external_ids=[{"source": "web", "id": "1"}], country="BR")
        for query, expected in {
            "": [c, b, a], "tag=vip": [b, a], "country=BR": [c, a], "source=erp": [b, a], "source=none": [],
            "country=br&tag=VIP": [a],
            "tag=vip&country=BR": [a], "tag=vip&source=web": [], "tag=b2b&country=BR&source=erp": [a],
            f"updated_since={b['updated_at']}": [b, c], "updated_since=2200-01-01T00:00:00Z": [],
        }.items():  # fmt: skip
            assert await pages(shop, query) == expected, query
        assert await pages(other, "") == []

    @pytest.mark.parametrize("query", ["", "updated_since=2020-01-01T00:00:00Z"])
    async def test_while_others_are_created_nobody_comes_twice_and_none_is_lost(self, shop: Shop, query: str) -> None:
        records = [emails(f"p{n}@example.com") for n in range(40)]
        await shop.post("/v1/customers/batch", {"customers": records[:20]})  # all with the same time
        for record in records[20:]:
            await shop.post("/v1/customers", record)
        before = {raw["customer_id"].hex for raw in await rows(shop, "SELECT customer_id FROM customers")}

        async def disturb(number: int) -> None:
            if number < 40:
                await asyncio.gather(*(shop.customer(**emails(f"new-{number}-{n}@example.com")) for n in range(3)))

        seen = [raw_id(customer["id"]) for customer in await pages(shop, query, between=disturb)]
        assert len(seen) == len(set(seen))
        assert before <= set(seen)

    async def test_who_is_changed_while_changes_are_read_comes_again_at_the_end(self, shop: Shop) -> None:
        people = [await shop.customer(**emails(f"p{n}@example.com")) for n in range(15)]

        async def disturb(number: int) -> None:
            if number == 7:
                await patch(shop, people[2], {"first_name": "Ana"})

        seen = [c["id"] for c in await pages(shop, "updated_since=2020-01-01T00:00:00Z", between=disturb)]
        assert seen == [*(p["id"] for p in people), people[2]["id"]]

    async def test_a_cursor_of_another_tenant_or_altered_is_refused(self, shop: Shop, other: Shop) -> None:
        """T19"""
        for n in range(3):
            await shop.customer(**emails(f"p{n}@example.com"))
        cursor = (await shop.client.get("/v1/customers?limit=1")).json()["next_cursor"]
        for client, text in ((other.client, cursor), (shop.client, cursor[:-2] + "AA"), (shop.client, "x")):
            answer = await client.get(f"/v1/customers?cursor={text}")
            assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "invalid_cursor")

    async def test_a_search_names_exactly_one_identifier(self, shop: Shop) -> None:
        for body in ({}, {"email": EMAIL, "phone": "+5511987654321"}, {"email": None}, {"email": EMAIL, "phone": None}):
            assert (await shop.post("/v1/customers/search", body)).json()["errors"][0]["code"] == "exactly_one"
