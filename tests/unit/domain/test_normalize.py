"""Codes, texts, money and dates: what is accepted, what it becomes, and that nothing but Invalid is ever raised."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from babel.core import get_global
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain import normalize
from app.domain.codes import COUNTRIES, CURRENCIES, GENDERS, PAST_CURRENCIES, smallest_amount
from app.errors import Invalid

TODAY = date(2026, 11, 22)
AT = "/x"

RULES: dict[str, Callable[[Any], Any]] = {
    "email": lambda v: normalize.email(v, pointer=AT).value,
    "email_key": lambda v: normalize.email(v, pointer=AT).key,
    "phone": lambda v: normalize.phone(v, pointer=AT, country=None).value,
    "phone_br": lambda v: normalize.phone(v, pointer=AT, country="BR").value,
    "phone_ar": lambda v: normalize.phone(v, pointer=AT, country="AR").value,
    "phone_mx": lambda v: normalize.phone(v, pointer=AT, country="MX").value,
    **{
        f"document_{t}": lambda v, t=t: normalize.document(t, v, pointer=AT).value  # type: ignore[misc]
        for t in normalize.DOCUMENT_TYPES
    },
    "country": lambda v: normalize.country(v, pointer=AT),
    "currency": lambda v: normalize.currency(v, pointer=AT),
    "language": lambda v: normalize.language(v, pointer=AT),
    "timezone": lambda v: normalize.timezone(v, pointer=AT),
    "gender": lambda v: normalize.gender(v, pointer=AT),
    "birth_date": lambda v: normalize.birth_date(v, pointer=AT, today=TODAY),
    "money": lambda v: str(normalize.money(v, pointer=AT, allow_negative=True)),
    "rfc3339": lambda v: normalize.rfc3339(v, pointer=AT).isoformat(),
    "source_slug": lambda v: normalize.source_slug(v, pointer=AT),
    "external_id": lambda v: normalize.external_id(v, pointer=AT),
    "anonymous_id": lambda v: normalize.anonymous_id(v, pointer=AT),
    "message_id": lambda v: normalize.message_id(v, pointer=AT),
    "event_type": lambda v: normalize.event_type(v, pointer=AT),
    "tag": lambda v: normalize.tag(v, pointer=AT),
    "text": lambda v: normalize.text(v, pointer=AT, max_length=50),
    "postal_code": lambda v: normalize.postal_code(v, pointer=AT),
}

# Any text at all, lone surrogates included, and text that comes close to what the rules look for.
ANY_TEXT = st.text(st.characters(codec=None), max_size=300)
NEAR_TEXT = (
    st.text("0123456789+-() ./", max_size=20)
    | st.from_regex(r"\+5[2-5][0-9]{8,12}", fullmatch=True)
    | st.from_regex(r"\+[0-9]{7,15}", fullmatch=True)
    | st.from_regex(r"[0-9A-Z]{7,14}", fullmatch=True)
    | st.from_regex(r"[\w.+-]{1,8}@[\w-]{1,8}\.[\w]{2,4}", fullmatch=True)
    | st.from_regex(r"-?[0-9]{1,15}(\.[0-9]{1,5})?", fullmatch=True)
    | st.from_regex(r"[a-zA-Z]{2,3}([-_][a-zA-Z0-9]{1,8}){0,4}", fullmatch=True)
    | st.from_regex(r"(19|20|22)[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-6][0-9]:[0-6][0-9](:[0-6][0-9])?(Z|[+-][0-2][0-9]:00)")
    | st.dates(date(1890, 1, 1), date(2030, 1, 1)).map(date.isoformat)
    | st.text("aA0._-\u00e9\u0130\u00df\u212a\uff21 \t\r\n\u200b", max_size=12)
)


def outcome(rule: str, value: Any) -> tuple[Any, Invalid | None]:
    try:
        return RULES[rule](value), None
    except Invalid as error:
        return None, error


@pytest.mark.parametrize("rule", RULES)
@settings(deadline=None)
@given(value=ANY_TEXT | NEAR_TEXT)
def test_any_text_is_taken_once_for_all_or_refused_with_a_pointer(rule: str, value: str) -> None:
    """T26: hostile text is Invalid, never another exception; normalising twice changes nothing; no value is echoed."""
    once, error = outcome(rule, value)
    if error is None:
        assert outcome(rule, once) == (once, None)
    else:
        assert error.errors[0].pointer.startswith(AT)
        assert len(value.strip()) < 12 or value.strip() not in str(error)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("value", [None, 1, 1.5, True, [], {}, float("nan")], ids=str)
def test_what_is_no_string_is_refused(rule: str, value: object) -> None:
    """T26"""
    with pytest.raises(Invalid):
        RULES[rule](value)


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(Invalid) as caught:
        call()
    return caught.value.errors[0].code


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("129.90", "129.90"),
        ("0", "0"),
        ("0.0001", "0.0001"),
        ("99999999999999.9999", "99999999999999.9999"),
        ("-0.00", "0.00"),
        ("-5", "-5"),
    ],
)
def test_an_amount_is_an_exact_decimal(value: str, expected: str) -> None:
    amount = normalize.money(value, pointer=AT, allow_negative=True)
    assert isinstance(amount, Decimal)
    assert str(amount) == expected


@pytest.mark.parametrize(
    "value",
    [
        "",
        "1e3",
        "NaN",
        "Infinity",
        "+1",
        "-1",
        "-0",
        "1,50",
        "1.",
        ".5",
        " 1",
        "1\n",
        "1.00000",
        "1" * 15,
        "١٢",
        129.9,
        5,
        True,
        None,
        Decimal(1),
    ],
)
def test_an_amount_that_is_not_plain_is_refused(value: object) -> None:
    assert refused(lambda: normalize.money(value, pointer="/events/2/properties/total")) == "invalid_amount"


def test_a_json_number_is_told_to_be_sent_as_a_string() -> None:
    with pytest.raises(Invalid, match="string"):
        normalize.money(59.95, pointer=AT)


@pytest.mark.parametrize("value", ["1990-04-05", "2000-02-29", "--02-29", "--12-31", "1900-01-01", "2026-11-22"])
def test_a_birth_date_may_leave_out_the_year(value: str) -> None:
    assert normalize.birth_date(f" {value} ", pointer=AT, today=TODAY) == value


@pytest.mark.parametrize(
    "value", ["1990-02-29", "--02-30", "1899-12-31", "2026-11-23", "05/04/1990", "1990-4-5", "--13-01", "1990-04-05T00"]
)
def test_an_impossible_or_future_birth_date_is_refused(value: str) -> None:
    assert refused(lambda: normalize.birth_date(value, pointer=AT, today=TODAY)) == "invalid_birth_date"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-11-01T12:00:00-03:00", datetime(2026, 11, 1, 15, tzinfo=UTC)),
        ("2026-11-01t12:00:00z", datetime(2026, 11, 1, 12, tzinfo=UTC)),
        ("2026-11-01 12:00:00.123456789Z", datetime(2026, 11, 1, 12, 0, 0, 123456, tzinfo=UTC)),
        ("2022-11-15T20:39:39+0000", datetime(2022, 11, 15, 20, 39, 39, tzinfo=UTC)),
        ("2026-11-01T12:00Z", datetime(2026, 11, 1, 12, tzinfo=UTC)),
        ("2016-12-31T23:59:60Z", datetime(2017, 1, 1, tzinfo=UTC)),
    ],
)
def test_a_time_keeps_its_instant(value: str, expected: datetime) -> None:
    moment = normalize.rfc3339(value, pointer=AT)
    assert moment == expected
    assert moment.utcoffset() is not None


def test_a_time_keeps_the_offset_of_its_sender() -> None:
    assert normalize.rfc3339("2026-11-01T12:00:00-03:00", pointer=AT).utcoffset() == timedelta(hours=-3)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("2026-11-01T12:00:00", "missing_offset"),
        ("2026-11-01", "invalid_datetime"),
        ("2026-02-30T12:00:00Z", "invalid_datetime"),
        ("2026-11-01T24:01:00Z", "invalid_datetime"),
        ("1899-12-31T00:00:00Z", "invalid_datetime"),
        ("2201-01-01T00:00:00Z", "invalid_datetime"),
        ("2026-11-01T12:00:00+25:00", "invalid_datetime"),
        ("٢٠٢٦-11-01T12:00:00Z", "invalid_datetime"),
        ("1793534400", "invalid_datetime"),
    ],
)
def test_a_time_without_offset_or_out_of_range_is_refused(value: str, code: str) -> None:
    assert refused(lambda: normalize.rfc3339(value, pointer=AT)) == code


@pytest.mark.parametrize(
    ("rule", "value", "expected"),
    [
        ("country", "br", "BR"),
        ("country", "UK", "GB"),
        ("country", "el", "GR"),
        ("country", "XK", "XK"),
        ("currency", "brl ", "BRL"),
        ("currency", "HRK", "HRK"),
        ("language", "pt_br", "pt-BR"),
        ("language", "PT", "pt"),
        ("language", "zh-hant-tw", "zh-Hant-TW"),
        ("language", "es-419", "es-419"),
        ("language", "iw", "he"),
        ("language", "de-CH-1996", "de-CH-1996"),
        ("timezone", "america/sao_paulo", "America/Sao_Paulo"),
        ("timezone", "UTC", "UTC"),
        ("gender", "Mujer", "female"),
        ("gender", "M", "male"),
        ("gender", "não binário".replace("á", "a"), "non_binary"),
        ("gender", "Prefer not to say", "undisclosed"),
        ("source_slug", "Main-Shop", "main-shop"),
        ("external_id", "  aB1\u200b", "aB1"),
        ("external_id", "e\u0301", "é"),
        ("tag", " VIP   Gold ", "vip gold"),
        ("text", "a\r\nb\tc\rd", "a\nb\tc\nd"),
        ("text", "", ""),
        ("postal_code", " 01310-100", "01310-100"),
        ("postal_code", "sw1a  1aa", "SW1A 1AA"),
        ("event_type", "order.paid", "order.paid"),
        ("message_id", "evt 1", "evt 1"),
    ],
)
def test_a_value_gets_its_canonical_form(rule: str, value: str, expected: str) -> None:
    assert RULES[rule](value) == expected


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        *[("country", v) for v in ("BRA", "ZZ", "", "Brasil", "ſv")],
        *[("currency", v) for v in ("XXX", "XTS", "XAU", "R$", "BR", "ſek")],
        *[("language", v) for v in ("", "xx", "pt-ZZ", "portuguese", "pt--BR", "e", "pt-BR-" + "a" * 40)],
        *[("timezone", v) for v in ("GMT-3:00", "", "Factory", "../etc/passwd", "Sao_Paulo")],
        *[("gender", v) for v in ("", "yes", "1")],
        *[("source_slug", v) for v in ("", "-a", "a b", "á", "a" * 64, "\u212a")],
        *[("external_id", v) for v in ("", "  ", "a\x00b", "a\nb", "a\u2028b", "\ud800", "x" * 256)],
        *[("message_id", v) for v in ("", "a\u200bb", "a\x7fb", "x" * 256)],
        *[
            ("event_type", v)
            for v in ("paid", "Order.paid", "order.", ".paid", "order.paid\n.", "o." + "a" * 63, "1a.b")
        ],
        *[("text", v) for v in ("a\x00b", "\udfff", "a\x85b", "x" * 51, "a\x1bb")],
        *[("postal_code", v) for v in ("", "-", "1" * 17, "1\x002")],
        *[("tag", v) for v in ("", "a\tb", "x" * 65)],
    ],
)
def test_a_value_out_of_its_rule_is_refused(rule: str, value: str) -> None:
    """T26"""
    assert refused(lambda: RULES[rule](value))


def test_the_lists_of_codes_agree_with_cldr() -> None:
    territories = set(get_global("territory_currencies")) | {"AQ"}
    # CLDR also names regions that are no countries of the standard
    assert {c for c in territories if len(c) == 2} - COUNTRIES <= {
        "AC",
        "BU",
        "CP",
        "CQ",
        "CS",
        "DD",
        "DG",
        "EU",
        "ZZ",
        "EA",
        "IC",
        "SU",
        "TA",
        "TP",
        "YD",
        "YU",
        "ZR",
    }
    assert len(COUNTRIES) == 250
    in_use = {
        entry[0]
        for entries in get_global("territory_currencies").values()
        for entry in entries
        if entry[2] is None and entry[3]
    }
    assert in_use - CURRENCIES <= PAST_CURRENCIES
    assert not CURRENCIES & PAST_CURRENCIES


def test_every_gender_is_its_own_canonical_form() -> None:
    assert tuple(normalize.gender(g, pointer=AT) for g in GENDERS) == GENDERS


@pytest.mark.parametrize(("currency", "smallest"), [("BRL", "0.01"), ("CLP", "1"), ("PYG", "1"), ("KWD", "0.001")])
def test_a_currency_has_a_smallest_amount(currency: str, smallest: str) -> None:
    assert str(smallest_amount(currency)) == smallest
