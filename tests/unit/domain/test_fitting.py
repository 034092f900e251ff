"""Records of senders who cannot be told to send something else: what is not valid is left out, the rest is kept."""

from datetime import date
from typing import Any

import pytest

from app.domain.fitting import record_that_fits, without
from app.errors import FieldError, Invalid

TODAY = date(2026, 11, 1)


def fit(raw: dict[str, Any]) -> tuple[dict[str, Any], set[str]]:
    found, errors = record_that_fits(raw, today=TODAY, country="BR")
    return dict(found.profile), {error.pointer for error in errors}


def test_what_is_valid_is_taken_whole() -> None:
    profile, errors = fit({"first_name": " Maria ", "emails": [{"value": "M@Example.com"}]})
    assert profile == {"first_name": "Maria", "emails": [{"value": "M@Example.com"}]}
    assert errors == set()


def test_one_wrong_entry_of_a_list_leaves_the_others() -> None:
    profile, errors = fit({"phones": [{"value": "1"}, {"value": "(11) 98765-4321"}, {"value": "2"}]})
    assert profile == {"phones": [{"value": "+5511987654321"}]}
    assert errors == {"/phones/0/value", "/phones/1/value"}


def test_one_wrong_line_of_an_address_leaves_the_address() -> None:
    address = {"role": "billing", "line1": "Rua A 1", "postal_code": "?" * 100}
    profile, errors = fit({"addresses": [{"city": "x"}, address]})
    assert profile["addresses"] == [{"city": "x"}, {"role": "billing", "line1": "Rua A 1"}]
    assert errors == {"/addresses/1/postal_code"}
    profile, _ = fit({"addresses": [{"role": "billing", "country": "Nowhere"}], "first_name": "M"})
    assert profile == {"first_name": "M"}


def test_every_wrong_field_is_named_and_nothing_of_it_is_kept() -> None:
    wrong = {"birth_date": "1990-13-40", "document": {"type": "cpf", "value": "1"}, "country": "XX", "gender": 7}
    profile, errors = fit({**wrong, "last_name": "Silva"})
    assert profile == {"last_name": "Silva"}
    assert errors >= {"/birth_date", "/country"}


def test_nothing_at_all_is_a_record_of_nobody() -> None:
    found, errors = record_that_fits({"emails": [{"value": "no address"}]}, today=TODAY, country=None)
    assert (found.profile, found.identifiers, len(errors)) == ({}, (), 1)


def test_what_cannot_be_left_out_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise Invalid.at("/somewhere", "odd", "odd")

    monkeypatch.setattr("app.domain.fitting.record", refuse)
    with pytest.raises(Invalid):
        fit({"first_name": "M"})


def test_only_what_is_wrong_is_left_out() -> None:
    raw = {"addresses": [{"line1": "x", "country": "Brazil"}], "gender": "?", "first_name": "Ana"}
    wrong = Invalid(errors=tuple(FieldError(p, "c", "m") for p in ("/addresses/0/country", "/gender", "/not-there")))
    assert without(raw, wrong) == {"addresses": [{"line1": "x"}], "first_name": "Ana"}
    assert raw["addresses"] == [{"line1": "x", "country": "Brazil"}]
    only = {"addresses": [{"country": "Brazil"}]}
    assert without(only, wrong) == {}
