"""Reading the JSON of a shop, whatever it turns out to be: a value that is missing or odd is None, and nothing raises
but what says so."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any, Final

from app.errors import Invalid

_BROKEN: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_NUMBER: Final = re.compile(r"(?=.*[1-9])[0-9]{1,20}")
_CURRENCY: Final = re.compile(r"[A-Za-z]{3}")
_DAY: Final = re.compile(r"(?:19|20)[0-9]{2}-(?!00)[0-9]{2}-(?!00)[0-9]{2}")
_FOUR: Final = Decimal("0.0001")
_MOST: Final = 10**14  # what our own API takes for an amount is less
_LONGEST: Final = 200  # of a name or a line of an address


# --- Objects and lists ------------------------------------------------------------------------------------------------


def parse(body: bytes) -> Any:
    """JSON with exact amounts: numbers with a fraction are Decimals. Invalid where it is none."""
    try:
        return json.loads(body, parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, ArithmeticError, RecursionError):  # 1e9999999999999999999 is no Decimal
        raise Invalid.at("", "invalid_json", "The body is not JSON.") from None


def parse_object(body: bytes) -> dict[str, Any]:
    """A JSON object; Invalid where it is something else."""
    value = parse(body)
    if not isinstance(value, dict):
        raise Invalid.at("", "invalid_type", "The body is not a JSON object.")
    return value


def mapping(value: Any) -> dict[str, Any]:
    """A JSON object; an empty one where it is something else."""
    return value if isinstance(value, dict) else {}


def mappings(value: Any) -> list[dict[str, Any]]:
    """The JSON objects in a list; none where it is something else."""
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def rows(value: Any, pointer: str = "") -> list[dict[str, Any]]:
    """The objects of an answer that is a list; Invalid where it is something else."""
    if not isinstance(value, list):
        raise Invalid.at(pointer, "invalid_type", "The answer is not a JSON array.")
    return mappings(value)


def filled(**fields: Any) -> dict[str, Any]:
    """The fields that say something: an empty one could be read as "no longer"."""
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}


# --- Texts and ids ----------------------------------------------------------------------------------------------------


def text(value: Any) -> str | None:
    """A text or a number that stands for one, trimmed and without what no database stores; None for nothing."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return None
    return _BROKEN.sub("", str(value)).strip() or None


def line(*parts: Any, longest: int = _LONGEST) -> str | None:
    """One line, of parts that many shops keep apart (street and number); None for nothing, and for what is too long to
    be one: a name, a line of an address, an e-mail address."""
    found = " ".join(word for part in parts for word in (text(part) or "").split())
    return found if 0 < len(found) <= longest else None


def number_id(value: Any) -> str | None:
    """An id that is a number of at most 20 digits, as text that may stand in a URL; None for anything else, also for
    a zero, which means nobody."""
    found = text(value)
    return found if found is not None and _NUMBER.fullmatch(found) else None


def required_id(told: Mapping[str, Any], name: str = "id", *, pointer: str | None = None) -> str:
    """The id that is a number, of an object; Invalid where it has none: then it is no object."""
    found = number_id(told.get(name))
    if found is None:
        raise Invalid.at(f"/{name}" if pointer is None else pointer, "required", "There is no id.")
    return found


# --- Amounts ----------------------------------------------------------------------------------------------------------


def amount(value: Any) -> str | None:
    """A number as a plain decimal string of at most 14 digits and four decimals; None for nothing or no number."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return None
    try:
        number = Decimal(value)
    except ArithmeticError:
        return None
    if not number.is_finite() or abs(number) >= _MOST:
        return None
    return f"{number.quantize(_FOUR).normalize() if number else Decimal(0):f}"


def money(value: Any) -> str | None:
    """An amount that is not negative, as prices are; None for one that is."""
    found = amount(value)
    return None if found is None or found.startswith("-") else found


def unsigned(value: Any) -> str | None:
    """An amount without its sign: discounts and refunds are written either way."""
    found = amount(value)
    return found.removeprefix("-") if found is not None else None


def is_positive(value: str | None) -> bool:
    return value is not None and Decimal(value) > 0


def total(*amounts: str | None) -> str | None:
    """The sum of what is known; None where nothing is."""
    known = [Decimal(one) for one in amounts if one is not None]
    return money(sum(known, Decimal(0))) if known else None


def difference(whole: str | None, part: str | None) -> str | None:
    """What a whole is more than its part; None where either is not known, or the part is more."""
    return money(Decimal(whole) - Decimal(part)) if whole is not None and part is not None else None


def quantity(value: Any) -> int | str | None:
    """Whole numbers as such, others as decimal strings; None for a negative one."""
    found = money(value)
    if found is None:
        return None
    return int(found) if "." not in found and len(found) <= 9 else found


def currency(value: Any) -> str | None:
    """ISO 4217, by its shape."""
    found = text(value)
    return found.upper() if found is not None and _CURRENCY.fullmatch(found) else None


# --- Times ------------------------------------------------------------------------------------------------------------


def moment(value: Any, *, naive_is_utc: bool = True) -> datetime | None:
    """A time as platforms write it: ISO 8601 with `T` or a blank, offsets with or without colon, up to seven fraction
    digits. One without an offset is UTC where `naive_is_utc`, else None. The year 1 and the zero date are None, and
    whatever else lies outside 1901..2199."""
    if not isinstance(value, str) or len(value) < 10:
        return None
    try:
        found = datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    if not _is_storable(found):
        return None
    if found.tzinfo is None:
        return found.replace(tzinfo=UTC) if naive_is_utc else None
    return found


def rfc2822(value: Any) -> datetime | None:
    """A time as e-mails write it; a zone of `-0000` counts as UTC."""
    if not isinstance(value, str):
        return None
    try:
        found = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError, IndexError, AttributeError):
        return None
    if not _is_storable(found):
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def epoch(value: Any) -> datetime | None:
    """Seconds since 1970."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 4_102_444_800:
        return None
    return datetime.fromtimestamp(value, UTC)


def birth_date(value: Any) -> str | None:
    """The day of a time or date; the zero date is none."""
    found = (text(value) or "")[:10]
    return found if _DAY.fullmatch(found) else None


def _is_storable(found: datetime) -> bool:
    return 1900 < found.year < 2200  # an offset may lead across the border


def _no_constant(name: str) -> Any:
    raise ValueError(name)
