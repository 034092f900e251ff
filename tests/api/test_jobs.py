"""What is asked of connected shops, as the API shows it. Who does it, and how: tests/worker/test_jobs.py."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from app.db.queries import jobs
from app.db.queries.jobs import Wish
from app.db.tx import begin
from tests.factories.connected import connect
from tests.factories.shops import Shop


async def want(shop: Shop, source_id: str, *wishes: Wish) -> None:
    async with begin(shop.database, shop.tenant, now=datetime.now(UTC)) as tx:
        await jobs.want(tx, UUID(hex=source_id.removeprefix("src_")), wishes)


async def test_a_history_is_asked_for_and_answered_as_a_job(shop: Shop) -> None:
    """T33: with the lists that it will read, and since when."""
    source = (await connect(shop)).source_id
    answer = await shop.post(f"/v1/sources/{source}/backfills", {"since": "2024-01-01T00:00:00-03:00"})
    job = answer.json()
    assert (answer.status_code, job["kind"], job["state"], job["source_id"]) == (202, "backfill", "waiting", source)
    since = job["progress"].pop("since")
    assert datetime.fromisoformat(since) == datetime(2024, 1, 1, 3, tzinfo=UTC)
    assert job["progress"] == {"list": "customers", "customers": 0, "orders": 0, "left_out": 0}
    again = (await shop.client.get(f"/v1/jobs/{job['id']}")).json()
    assert again["progress"].pop("since") == since
    assert again == job


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"since": "2199-01-01T00:00:00Z"}, "in_the_future"),
        ({"since": "2024-01-01"}, None),
        ({"since": 1}, None),
        ({"from": None}, None),
    ],
)
async def test_a_history_since_nowhere_is_refused(shop: Shop, body: dict[str, object], code: str | None) -> None:
    """T26: with the place that is wrong."""
    source = (await connect(shop)).source_id
    answer = await shop.post(f"/v1/sources/{source}/backfills", body)
    assert answer.status_code == 422
    if code is not None:
        assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [("/since", code)]


async def test_a_source_without_a_shop_or_whose_shop_has_no_api_has_no_history(shop: Shop) -> None:
    """T24: 404 and 409, which say why."""
    source = (await shop.post("/v1/sources", {"slug": "till", "kind": "till"})).json()["id"]
    answer = await shop.post(f"/v1/sources/{source}/backfills", {})
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/unknown-connection")
    generic = {"platform": "generic", "secrets": ["whsec_" + "A" * 32], "credentials": {}, "options": {}}
    assert (await shop.client.put(f"/v1/sources/{source}/connection", json=generic)).status_code == 200
    answer = await shop.post(f"/v1/sources/{source}/backfills", {})
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/nothing-to-backfill")
    assert (await shop.client.get(f"/v1/sources/{source}/jobs")).json()["data"] == []


async def test_jobs_are_listed_in_pages_and_by_state(shop: Shop) -> None:
    """T19: the newest first, each once."""
    source = (await connect(shop)).source_id
    await want(shop, source, *(Wish("fetch", "order", str(number)) for number in range(7)))
    found, query = [], {"limit": "3"}
    while True:
        page = (await shop.client.get(f"/v1/sources/{source}/jobs", params=query)).json()
        found += page["data"]
        if not page["has_more"]:
            break
        query["cursor"] = page["next_cursor"]
    fetched = [job["object_id"] for job in found if job["kind"] == "fetch"]
    assert sorted(fetched) == [str(number) for number in range(7)]
    assert [job["id"] for job in found] == sorted((job["id"] for job in found), reverse=True)
    parked = await shop.client.get(f"/v1/sources/{source}/jobs", params={"state": "parked"})
    assert parked.json()["data"] == []
    assert (await shop.client.get(f"/v1/sources/{source}/jobs", params={"state": "lost"})).status_code == 422


async def test_an_address_that_stands_for_an_object_is_not_shown(shop: Shop) -> None:
    """T27: some shops know their customers by nothing else."""
    source = (await connect(shop)).source_id
    await want(shop, source, Wish("fetch", "customer", "maria@example.com"))
    answer = await shop.client.get(f"/v1/sources/{source}/jobs")
    assert "maria" not in answer.text
    assert {(job["kind"], job["object_kind"], job["object_id"]) for job in answer.json()["data"]} >= {
        ("fetch", "customer", None)
    }


async def test_wishes_for_one_object_are_one_job(shop: Shop) -> None:
    """T24: fifty of them too."""
    source = (await connect(shop)).source_id
    for _ in range(50):
        await want(shop, source, Wish("fetch", "order", "7"))
    found = (await shop.client.get(f"/v1/sources/{source}/jobs")).json()["data"]
    assert len([job for job in found if job["kind"] == "fetch"]) == 1
