"""The API against the pure machine: random decisions, late, repeated and out of order."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain import consents as rules
from tests.factories.consents import check, consents_of, decide
from tests.factories.shops import Shop

T0 = datetime(2026, 1, 1, tzinfo=UTC)
_BASES = ("lgpd.7.I", "gdpr.6.1.a", "lgpd.7.IX", "lgpd.7.V")
_LASTING = st.none() | st.integers(1, 12)


@st.composite
def deliveries(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Messages in order of arrival, some of them twice; times lie on few hours, so that many meet at one instant."""
    messages = []
    for number in range(draw(st.integers(1, 9))):
        at = draw(st.integers(0, 9))
        lasting = draw(_LASTING)
        messages.append(
            {
                "decision": draw(st.sampled_from(["given", "given", "refused", "withdrawn", "requested"])),
                "legal_basis": draw(st.sampled_from(_BASES)),
                "channel": draw(st.sampled_from(["email", "email", "email", "sms"])),
                "occurred_at": (T0 + timedelta(hours=at)).isoformat(),
                "valid_until": None if lasting is None else (T0 + timedelta(hours=at + lasting)).isoformat(),
                "message_id": f"m-{number}",
            }
        )
    repeated = draw(st.lists(st.sampled_from(messages), max_size=4))
    return [m for m in draw(st.permutations(messages + repeated)) if _says_nothing_odd(m)]


def _says_nothing_odd(message: dict[str, Any]) -> bool:
    return not (message["decision"] == "requested" and message["legal_basis"] == "lgpd.7.IX")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(arriving=deliveries())
async def test_whatever_arrives_in_whatever_order_the_answers_are_those_of_the_machine(
    shop: Shop, arriving: list[dict[str, Any]]
) -> None:
    """T15"""
    customer = await shop.customer(
        emails=[{"value": f"{uuid.uuid4().hex}@example.com"}], phones=[{"value": f"+55119{_number():08}"}]
    )
    source = f"s-{uuid.uuid4().hex[:12]}"
    model: dict[str, dict[str, rules.ConsentEvent]] = {"email": {}, "sms": {}}
    for message in arriving:
        known = model[message["channel"]]
        answer = await decide(shop, customer["id"], **message, source=source)
        repeated = message["message_id"] in known
        assert answer["status"] == ("duplicate" if repeated else "stored")
        if repeated:
            continue
        known[message["message_id"]] = _event(message, answer)
        assert answer["state_after"] == rules.current(known.values(), datetime.now(UTC)).state
    shown = {one["channel"]: one for one in (await consents_of(shop.client, customer["id"]))["consents"]}
    for channel, known in model.items():
        now = datetime.now(UTC)
        expected = rules.current(known.values(), now)
        permission = rules.permits(expected, now, allow_imported=False)
        (found,) = await check(shop, customer["id"], channel=channel)
        assert (found["allowed"], found["reason"]) == (permission.allowed, permission.reason)
        assert _moment(found["since"]) == permission.since
        assert (channel in shown) == bool(known)
        if known:
            one = shown[channel]
            assert (one["state"], one["legitimate_interest"]) == (expected.state, expected.interest)
            assert (_moment(one["since"]), one["legal_basis"]) == (expected.since, expected.legal_basis)


def _event(message: dict[str, Any], answer: dict[str, Any]) -> rules.ConsentEvent:
    return rules.ConsentEvent(
        id=uuid.UUID(answer["id"].removeprefix("con_")),
        decision=rules.Decision(message["decision"]),
        occurred_at=datetime.fromisoformat(message["occurred_at"]),
        received_at=datetime.fromisoformat(answer["received_at"]),
        legal_basis=rules.LegalBasis(message["legal_basis"]),
        valid_until=_moment(message["valid_until"]),
    )


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _number() -> int:
    return 60_000_000 + uuid.uuid4().int % 39_000_000
