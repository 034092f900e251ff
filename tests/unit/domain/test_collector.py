"""What messages mean: whom they are about, when it happened, what is told of people, and what they chose."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import collected_traits, collector
from app.domain.api_keys import Scope
from app.domain.collector import Chosen, Happened, Identified
from app.domain.consents import Decision
from app.errors import Invalid

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
FIELDS = (
    "type", "event", "userId", "anonymousId", "previousId", "groupId", "messageId", "timestamp", "originalTimestamp",
    "sentAt", "properties", "traits", "context", "name", "category",
)  # fmt: skip


def read(message: Any, *, kind: str | None = None, sent_at: datetime | None = None) -> collector.Meaning:
    return collector.read(message, kind=kind, pointer="/batch/0", source="web", sent_at=sent_at, received_at=NOW)


def happened(**fields: Any) -> Happened:
    meaning = read({"type": "track", "event": "Thing Done", "userId": "u1", "messageId": "m1", **fields})
    assert isinstance(meaning, Happened)
    return meaning


@given(st.dictionaries(st.sampled_from(FIELDS), JSON), st.sampled_from([None, *collector.Kind]))
def test_any_message_is_understood_or_refused_with_its_place(message: dict[str, Any], kind: str | None) -> None:
    try:
        meaning = read(message, kind=kind)
    except Invalid as error:
        places = [one.pointer for one in error.errors]
    else:
        assert isinstance(meaning, Happened | Identified | Chosen)
        return
    assert places
    assert all(place.startswith("/batch/0") for place in places)


@pytest.mark.parametrize("odd", [None, [], "x", 5, True])
def test_what_is_no_object_is_no_message(odd: Any) -> None:
    with pytest.raises(Invalid):
        read(odd)


@pytest.mark.parametrize(
    ("ids", "person"),
    [
        ({"userId": "u1", "anonymousId": "a1"}, {"external_id": {"source": "web", "id": "u1"}}),
        ({"userId": 7}, {"external_id": {"source": "web", "id": "7"}}),
        ({"userId": 7.0}, {"external_id": {"source": "web", "id": "7"}}),
        ({"userId": None, "anonymousId": "a1"}, {"anonymous_id": "a1"}),
        ({"userId": "null", "anonymousId": 5}, {"anonymous_id": "5"}),
        ({"userId": True, "anonymousId": " a1 "}, {"anonymous_id": "a1"}),
        ({"userId": {"a": 1}, "anonymousId": "a1"}, {"anonymous_id": "a1"}),
    ],
)
def test_a_message_is_about_the_user_or_else_the_device(ids: dict[str, Any], person: dict[str, Any]) -> None:
    assert happened(**{"userId": None, **ids}).raw["customer"] == person


def test_the_path_says_what_kind_a_message_is() -> None:
    meaning = read({"type": "identify", "event": "Thing Done", "userId": "u1"}, kind="track")
    assert isinstance(meaning, Happened)
    assert isinstance(read({"type": "track", "userId": "u1"}, kind="identify"), Identified)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-22T00:23:15.124Z", datetime(2026, 11, 22, 0, 23, 15, 124000, UTC)),
        ("2026-11-22T00:23:05.211802+00:00", datetime(2026, 11, 22, 0, 23, 5, 211802, UTC)),
        ("2026-11-22T00:23:05-03:00", datetime(2026, 11, 22, 3, 23, 5, tzinfo=UTC)),
        ("2026-11-22T00:23:05", datetime(2026, 11, 22, 0, 23, 5, tzinfo=UTC)),
        ("2026-11-22", datetime(2026, 11, 22, tzinfo=UTC)),
        ("0001-01-01T00:00:00Z", None), ("9999-12-31T23:59:59Z", None), ("soon", None), ("", None), (5, None),
        (None, None), ("2026-11-22T00:23:05" + "0" * 50, None), ("2026-02-30T00:00:00Z", None),
    ],
)  # fmt: skip
def test_times_as_libraries_write_them(text: Any, moment: datetime | None) -> None:
    assert collector.moment(text) == moment


@given(
    st.timedeltas(min_value=timedelta(days=-3000), max_value=timedelta(days=3000)),
    st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=300)),
)
def test_how_wrong_a_clock_is_does_not_matter(skew: timedelta, waited: timedelta) -> None:
    """What happened `waited` before it was sent happened `waited` before it was received."""
    sent = NOW + skew
    message = {"timestamp": (sent - waited).isoformat()}
    assert collector.occurred(message, sent_at=sent, received_at=NOW) == (NOW - waited, sent - waited)


def test_the_original_time_goes_before_the_other() -> None:
    early, late = "2026-11-22T00:00:00Z", "2026-11-23T00:00:00Z"
    message = {"originalTimestamp": early, "timestamp": late}
    assert collector.occurred(message, sent_at=None, received_at=NOW)[0] == collector.moment(early)
    assert collector.occurred({"timestamp": late}, sent_at=None, received_at=NOW)[0] == collector.moment(late)
    assert collector.occurred({**message, "sentAt": late}, sent_at=None, received_at=NOW)[0] == NOW - timedelta(days=1)


def test_what_says_when_it_was_said_is_the_same_when_sent_again() -> None:
    for fields in ({"timestamp": "2026-11-22T00:00:00Z"}, {}):
        said = set()
        for second in range(2):
            later = NOW + timedelta(seconds=second)
            message = {"type": "track", "event": "Thing Done", "userId": "u1", "sentAt": later.isoformat(), **fields}
            meaning = collector.read(message, kind=None, pointer="", source="web", sent_at=None, received_at=later)
            assert isinstance(meaning, Happened)
            said.add((meaning.said_at, meaning.raw["message_id"]))
        assert len(said) == 1


def test_a_message_without_an_id_gets_one_of_what_it_says() -> None:
    one = {"event": "Thing Done", "userId": "u1", "timestamp": "2026-11-22T00:00:00Z"}
    again = {"sentAt": "x", "writeKey": "y", "receivedAt": "z", "_metadata": {"a": 1}, **dict(reversed(one.items()))}
    assert collector.message_id(one) == collector.message_id(again)
    assert collector.message_id(one) != collector.message_id({**one, "userId": "u2"})
    assert collector.message_id({**one, "messageId": 5}) == "5"
    assert len(collector.message_id(one)) <= 255


@pytest.mark.parametrize(
    ("message", "scope"),
    [
        ({"type": "track", "event": "Thing Done"}, Scope.EVENTS_WRITE),
        ({"type": "page"}, Scope.EVENTS_WRITE),
        ({"type": "screen"}, Scope.EVENTS_WRITE),
        ({"type": "group", "groupId": "g"}, Scope.EVENTS_WRITE),
        ({"type": "group", "groupId": "g", "traits": {"a": 1}}, Scope.CUSTOMERS_WRITE),
        ({"type": "identify"}, Scope.CUSTOMERS_WRITE),
        ({"type": "alias", "previousId": "a1"}, Scope.CUSTOMERS_WRITE),
        ({"type": "track", "event": "Segment Consent Preference Updated"}, Scope.CONSENTS_WRITE),
    ],
)
def test_each_message_needs_the_scope_of_what_it_changes(message: dict[str, Any], scope: Scope) -> None:
    assert read({"userId": "u1", **message}).needs is scope


TABLE = {
    "Ads": [{"purpose": "marketing", "channel": "email", "legal_basis": "lgpd.7.I"}],
    "Partners": [
        {"purpose": "marketing", "channel": "email", "legal_basis": "lgpd.7.I"},
        {"purpose": "sharing", "channel": "sharing", "legal_basis": "lgpd.7.I"},
    ],
}


@given(st.permutations([("Ads", True), ("Partners", False), ("Other", True)]))
def test_of_two_categories_of_one_decision_the_no_counts(chosen: list[tuple[str, bool]]) -> None:
    decided = collector.decisions(dict(chosen), TABLE)
    assert {key: decision for key, (decision, _) in decided.items()} == {
        ("marketing", "email"): Decision.REFUSED,
        ("sharing", "sharing"): Decision.REFUSED,
    }


def test_an_unknown_category_decides_nothing() -> None:
    assert collector.decisions({"Other": True}, TABLE) == {}
    assert collector.decisions({"Ads": True}, {}) == {}
    assert collector.decisions({"Ads": True}, TABLE) == {("marketing", "email"): (Decision.GIVEN, "lgpd.7.I")}


def test_each_decision_of_a_message_has_an_id_of_its_own() -> None:
    ids = {collector.part_of(m, "marketing", c) for m in ("m" * 255, "m", "n") for c in ("email", "sms")}
    assert len(ids) == 6
    assert all(len(one) <= 255 for one in ids)


@pytest.mark.parametrize(
    ("traits", "raw"),
    [
        ({"name": "Ana"}, {"first_name": "Ana"}),
        ({"name": " Ana  Maria Souza "}, {"first_name": "Ana", "last_name": "Maria Souza"}),
        ({"name": "Ana Souza", "lastName": "Lima"}, {"last_name": "Lima"}),
        ({"first_name": "Ana", "last_name": "Lima"}, {"first_name": "Ana", "last_name": "Lima"}),
        ({"name": 5}, {"attributes": {"name": 5}}),
        ({"phone": 5511987654321}, {"phones": [{"value": "5511987654321"}]}),
        ({"country": "BR"}, {"country": "BR"}),
        ({"country": "Brazil"}, {"attributes": {"country": "Brazil"}}),
        ({"address": "Rua Augusta 1"}, {"addresses": [{"line1": "Rua Augusta 1"}]}),
        ({"address": {"zip": 1310, "unknown": 1}}, {"addresses": [{"postal_code": "1310"}]}),
        ({"address": []}, {"attributes": {"address": []}}),
        ({"birthday": "--04-05"}, {"birth_date": "--04-05"}),
        ({"createdAt": 1700000000}, {"attributes": {"createdAt": 1700000000}}),
        ({"email": None, "plan": ""}, {}),
    ],
)
def test_traits_become_fields_or_attributes(traits: dict[str, Any], raw: dict[str, Any]) -> None:
    assert collected_traits.read(traits)[0] == raw
