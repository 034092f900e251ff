"""How two versions of a customer become one: upserts merge, patches replace and remove."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.customers import (
    FIELDS,
    OPEN,
    SEALED,
    changed_fields,
    identifiers,
    merge,
    merge_patch,
    profile_of,
    record,
)
from app.domain.identity import Identifier, IdentifierKind
from app.errors import Invalid

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcd"), inner, max_size=4),
    max_leaves=12,
)
objects = st.dictionaries(st.sampled_from("abcd"), json_values, max_size=4)
contacts = st.lists(
    st.sampled_from("abcde").map(lambda name: {"value": f"{name}@example.com"}),
    max_size=4,
    unique_by=lambda e: e["value"],
)
profiles = st.fixed_dictionaries(
    {},
    optional={
        "first_name": st.sampled_from(["Ana", "Maria"]),
        "emails": contacts,
        "tags": st.lists(st.sampled_from(["vip", "new", "b2b"]), unique=True),
        "attributes": objects,
        "anonymous_ids": st.lists(st.sampled_from(["d1", "d2", "d3"]), unique=True),
    },
)


def test_every_field_is_either_sealed_or_open_and_what_tells_a_person_is_sealed() -> None:
    assert set(SEALED) | set(OPEN) == set(FIELDS)
    assert not set(SEALED) & set(OPEN)
    assert {"emails", "phones", "document", "first_name", "addresses", "attributes", "external_ids"} <= set(SEALED)


class TestMergePatch:
    @pytest.mark.parametrize(
        ("target", "patch", "result"),
        [  # RFC 7396, appendix A
            ({"a": "b"}, {"a": "c"}, {"a": "c"}),
            ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
            ({"a": "b"}, {"a": None}, {}),
            ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
            ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
            ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
            ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
            ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
            (["a", "b"], ["c", "d"], ["c", "d"]),
            ({"a": "b"}, ["c"], ["c"]),
            ({"a": "foo"}, None, None),
            ({"a": "foo"}, "bar", "bar"),
            ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
            ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
            ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
        ],
    )
    def test_it_does_what_the_standard_says(self, target: Any, patch: Any, result: Any) -> None:
        assert merge_patch(target, patch) == result

    @given(json_values, json_values)
    def test_applied_twice_it_changes_nothing_more(self, target: Any, patch: Any) -> None:
        once = merge_patch(target, patch)
        assert merge_patch(once, patch) == once

    @given(objects, objects)
    def test_its_arguments_stay_as_they_were(self, target: Any, patch: Any) -> None:
        before = repr(target), repr(patch)
        merge_patch(target, patch)
        assert (repr(target), repr(patch)) == before


class TestMerge:
    @given(profiles, profiles)
    def test_merged_twice_it_changes_nothing_more(self, current: dict[str, Any], incoming: dict[str, Any]) -> None:
        once = merge(current, incoming)
        assert merge(once, incoming) == once
        assert changed_fields(once, merge(once, incoming)) == ()

    @given(profiles, profiles)
    def test_lists_grow_and_lose_nobody(self, current: dict[str, Any], incoming: dict[str, Any]) -> None:
        merged = merge(current, incoming)
        both = set(identifiers(current)) | set(identifiers(incoming))
        assert set(identifiers(merged)) == both

    @given(profiles, profiles, profiles)
    def test_whom_it_recognises_does_not_depend_on_the_order(
        self, one: dict[str, Any], two: dict[str, Any], three: dict[str, Any]
    ) -> None:
        forth = merge(merge(one, two), three)
        back = merge(merge(three, two), one)
        assert set(identifiers(forth)) == set(identifiers(back))
        assert set(forth.get("tags") or ()) == set(back.get("tags") or ())

    @given(profiles, profiles)
    def test_what_is_not_sent_stays(self, current: dict[str, Any], incoming: dict[str, Any]) -> None:
        merged = merge(current, incoming)
        for name in current.keys() - incoming.keys():
            assert merged[name] == current[name]

    def test_the_same_address_in_another_spelling_is_one_entry_with_the_newest_spelling_and_role(self) -> None:
        current = {"emails": [{"value": "Ana@Example.com", "role": "main"}, {"value": "b@example.com"}]}
        merged = merge(current, {"emails": [{"value": "ana@example.com"}]})
        assert merged["emails"] == [{"value": "ana@example.com", "role": "main"}, {"value": "b@example.com"}]

    def test_a_document_is_replaced_as_a_whole(self) -> None:
        current = {"document": {"type": "cpf", "value": "52998224725"}}
        incoming = {"document": {"type": "nif_pt", "value": "123456789"}}
        assert merge(current, incoming) == incoming


class TestRecord:
    def test_every_error_is_told_and_no_value(self) -> None:
        raw = {"emails": [{"value": "no address"}], "birth_date": "1990-02-31", "phones": [{"value": "12"}]}
        with pytest.raises(Invalid) as caught:
            record(raw, pointer="/customers/3", today=date(2026, 11, 1), country="BR")
        pointers = {error.pointer for error in caught.value.errors}
        assert pointers == {"/customers/3/emails/0/value", "/customers/3/birth_date", "/customers/3/phones/0/value"}
        assert "no address" not in repr(caught.value.errors)

    def test_a_phone_is_read_in_the_customers_own_country_first(self) -> None:
        raw = {"phones": [{"value": "11 2345-6789"}], "country": "ar"}
        read = record(raw, pointer="", today=date(2026, 11, 1), country="BR")
        assert read.identifiers == (Identifier(IdentifierKind.PHONE, "+541123456789", None),)

    def test_values_that_stand_for_nobody_are_kept_and_recognise_nobody(self) -> None:
        raw = {"emails": [{"value": "noreply@example.com"}], "external_ids": [{"source": "shop", "id": "0"}]}
        read = record(raw, pointer="", today=date(2026, 11, 1), country="BR")
        assert read.identifiers == ()
        assert read.profile["emails"] == [{"value": "noreply@example.com"}]

    @pytest.mark.parametrize(
        ("reference", "profile"),
        [
            ({"email": "a@example.com"}, {"emails": [{"value": "a@example.com"}]}),
            ({"phone": "+551"}, {"phones": [{"value": "+551"}]}),
            ({"anonymous_id": "d1"}, {"anonymous_ids": ["d1"]}),
            ({"external_id": {"source": "s", "id": "1"}}, {"external_ids": [{"source": "s", "id": "1"}]}),
            ({"document": {"type": "cpf", "value": "1"}}, {"document": {"type": "cpf", "value": "1"}}),
        ],
    )
    def test_one_identifier_is_a_profile(self, reference: dict[str, Any], profile: dict[str, Any]) -> None:
        assert profile_of(reference) == profile
