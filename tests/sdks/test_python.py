"""The Python SDK, synchronous and awaited, drives the running service over loopback."""

import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.sdks.conftest import Served
from tests.sdks.python_sdk import KINDS, clientela, connected, everything, settled

models = clientela.models
LONGEST = "98765432109876.5432"  # as long as the service takes; a double keeps 16 digits


@pytest_asyncio.fixture(params=KINDS, ids=lambda kind: kind.__name__)
async def client(request: pytest.FixtureRequest, shop: Served) -> AsyncIterator[Any]:
    async with connected(request.param, shop.key, shop.url) as opened:
        yield opened


def somebody(**more: Any) -> dict[str, Any]:
    """A customer nobody knows yet."""
    return {"external_ids": [{"source": "main-shop", "id": uuid.uuid4().hex}], "first_name": "Maria", **more}


def paid(customer_id: str, total: str, **properties: Any) -> dict[str, Any]:
    order_id = properties.get("order_id", uuid.uuid4().hex)
    return {
        "type": "order.paid",
        "message_id": f"paid-{order_id}",
        "occurred_at": "2026-11-01T12:00:00-03:00",
        "customer": {"id": customer_id},
        "properties": {"currency": "BRL", "total": total, "order_id": order_id, **properties},
    }


async def test_a_customer_is_created_found_and_read(client: Any) -> None:
    email = f"{uuid.uuid4().hex}@example.com"
    created = await settled(client.customers.create_customer(somebody(emails=[{"value": email}])))
    assert created.emails[0].value == email
    again = await settled(
        client.customers.create_customer({"emails": [{"value": email.upper()}], "last_name": "Silva"})
    )
    assert (again.id, again.first_name, again.last_name) == (created.id, "Maria", "Silva")
    found = await settled(client.customers.search_customers(models.CustomerSearch(email=email)))
    assert [customer.id for customer in found.data] == [created.id]
    read = await settled(client.customers.get_customer(created.id, include="provenance"))
    assert read.created_at.utcoffset() is not None
    assert "first_name" in read.provenance.to_dict()


async def test_a_body_may_be_a_model_or_a_dictionary(client: Any) -> None:
    typed = models.CustomerCreate(
        external_ids=[models.ExternalId(source="main-shop", id=uuid.uuid4().hex)],
        preferences=models.Preferences.from_dict({"categories": ["shoes"]}),
        tags=["wholesale"],
    )
    first = await settled(client.customers.create_customer(typed))
    second = await settled(client.customers.create_customer(typed.to_dict()))
    assert first.id == second.id
    assert second.tags == ["wholesale"]
    with pytest.raises(clientela.Invalid) as refused:  # what the SDK does not know is sent, not dropped
        await settled(client.customers.create_customer({"frist_name": "Maria"}))
    assert refused.value.errors[0].pointer == "/frist_name"


async def test_events_are_recorded_once_and_a_batch_says_what_it_refuses(client: Any) -> None:
    maria = await settled(client.customers.create_customer(somebody()))
    event = paid(maria.id, "129.90")
    first = await settled(client.events.record_event(event))
    second = await settled(client.events.record_event(event))
    assert (first.id, first.status, second.status) == (second.id, "stored", "duplicate")
    wrong = paid(maria.id, "a lot")
    batch = await settled(client.events.record_events({"events": [event, paid(maria.id, "1.00"), wrong]}))
    assert (batch.received, batch.stored, batch.duplicates) == (3, 1, 1)
    assert [(one.index, one.pointer) for one in batch.rejected] == [(2, "/events/2/properties/total")]
    kept = await settled(client.events.get_ingestion(batch.ingestion_id))
    assert kept.stored == 1
    upserted = await settled(client.customers.upsert_customers({"customers": [somebody(), {"emails": []}]}))
    assert (upserted.received, upserted.created, upserted.rejected[0].index) == (2, 1, 1)


async def test_a_consent_is_recorded_and_checked(client: Any) -> None:
    maria = await settled(client.customers.create_customer(somebody(emails=[{"value": f"{uuid.uuid4()}@example.com"}])))
    said = {"customer": {"id": maria.id}, "purpose": "marketing", "channel": "email", "legal_basis": "lgpd.7.I"}
    question = {"purpose": "marketing", "channel": "email", "customers": [{"id": maria.id}]}
    for decision, allowed in (("given", True), ("withdrawn", False)):
        receipt = await settled(client.consents.record_consent({**said, "decision": decision}))
        assert receipt.state_after == decision
        (result,) = (await settled(client.consents.check_consents(question))).results
        assert (result.customer_id, result.allowed) == (maria.id, allowed)
    shown = await settled(client.consents.get_customer_consents(maria.id, include="history"))
    assert [one.decision for one in shown.history.data] == ["withdrawn", "given"]


async def test_a_customer_is_in_a_segment_and_in_an_audience(client: Any) -> None:
    tag = uuid.uuid4().hex
    maria = await settled(client.customers.create_customer(somebody(tags=[tag])))
    await settled(client.events.record_event(paid(maria.id, "129.90")))
    rfm = await settled(client.segments.get_customer_rfm(maria.id, fresh=True))
    assert (rfm.f.orders, rfm.m.net.amount, rfm.m.net.currency) == (1, "129.90", "BRL")
    assert len(rfm.code) == 3
    assert rfm.segment
    rule = {"all": [{"trait": {"name": "tags", "has": tag}}]}
    preview = await settled(client.audiences.preview_audience({"rule": rule}))
    assert preview.size == 1
    audience = await settled(client.audiences.create_audience({"name": tag, "rule": rule}))
    members = await everything(client.pages(client.audiences.list_audience_members, audience.id))
    assert [member.id for member in members] == [maria.id]
    exported = await settled(client.audiences.export_audience(audience.id, format_="csv"))
    assert maria.id in exported
    assert await settled(client.audiences.delete_audience(audience.id)) is None
    picture = await settled(client.segments.get_rfm_matrix_svg(lang="pt-BR"))
    assert picture.startswith("<svg")


async def test_problems_are_errors_of_their_own(client: Any) -> None:
    nobody = "cus_" + "0" * 32
    with pytest.raises(clientela.NotFound) as gone:
        await settled(client.customers.get_customer(nobody))
    problem = gone.value
    assert (problem.status, problem.slug, problem.errors) == (404, "unknown-customer", [])
    assert problem.request_id
    assert problem.request_id in str(problem)
    maria = await settled(client.customers.create_customer(somebody()))
    changed = await settled(
        client.customers.update_customer(maria.id, {"first_name": "Ana"}, if_match=f'"{maria.version}"')
    )
    assert changed.first_name == "Ana"
    with pytest.raises(clientela.VersionMismatch) as late:
        await settled(client.customers.update_customer(maria.id, {"first_name": "Eva"}, if_match=f'"{maria.version}"'))
    assert (late.value.status, late.value.slug) == (412, "version-mismatch")
    slug = uuid.uuid4().hex[:8]
    await settled(client.sources.create_source({"slug": slug, "kind": "shop"}))
    with pytest.raises(clientela.Conflict) as twice:
        await settled(client.sources.create_source({"slug": slug, "kind": "shop"}))
    assert (twice.value.status, twice.value.slug) == (409, "source-exists")
    with pytest.raises(clientela.Invalid) as refused:
        await settled(client.customers.create_customer(somebody(emails=[{"value": "maria-at-home"}])))
    assert [error.pointer for error in refused.value.errors] == ["/emails/0/value"]
    assert "maria-at-home" not in f"{refused.value} {refused.value.errors}"


async def test_a_key_that_is_none_is_told_so(shop: Served) -> None:
    for kind in KINDS:
        async with connected(kind, "ck_live_nobody", shop.url) as stranger:
            with pytest.raises(clientela.Unauthenticated):
                await settled(stranger.tenants.get_tenant())


async def test_pages_give_every_item_once(client: Any) -> None:
    tag = uuid.uuid4().hex
    made = {(await settled(client.customers.create_customer(somebody(tags=[tag])))).id for _ in range(7)}
    found = [
        customer.id for customer in await everything(client.pages(client.customers.list_customers, tag=tag, limit=3))
    ]
    assert len(found) == len(set(found)) == 7
    assert set(found) == made
    assert await everything(client.pages(client.customers.list_customers, tag=f"not-{tag}")) == []


async def test_null_removes_and_what_is_left_out_stays(client: Any) -> None:
    maria = await settled(client.customers.create_customer(somebody(last_name="Silva", gender="female")))
    changed = await settled(client.customers.update_customer(maria.id, models.CustomerUpdate(last_name=None)))
    assert (changed.first_name, changed.last_name, changed.gender) == ("Maria", None, "female")
    changed = await settled(client.customers.update_customer(maria.id, {"gender": None}))
    assert (changed.first_name, changed.gender) == ("Maria", None)


@pytest.mark.parametrize("amount", ["0.10", LONGEST])
async def test_money_keeps_every_digit(client: Any, amount: str) -> None:
    maria = await settled(client.customers.create_customer(somebody()))
    await settled(client.events.record_event(paid(maria.id, amount)))
    (order,) = await everything(client.pages(client.customers.list_customer_orders, maria.id))
    assert isinstance(order.total, str)
    assert order.total == amount


async def test_an_erased_customer_is_gone(client: Any) -> None:
    maria = await settled(client.customers.create_customer(somebody()))
    assert await settled(client.customers.erase_customer(maria.id)) is None
    with pytest.raises(clientela.NotFound):
        await settled(client.customers.get_customer(maria.id))
