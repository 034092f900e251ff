"""Texts of requests as the specification describes them. What is checked, and told when it is wrong, is in `domain`:
here stands as much of it as a schema can say.

Patterns are ASCII and without Unicode escapes, so that JavaScript, Python and PHP read them alike. A `format` that
JSON Schema does not know names a list or a rule that no pattern can hold; clients pass over it.
"""

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import Field, WithJsonSchema

from app.domain.messages import FIELD_NAMES, SELECTORS
from app.domain.storefront import WHOLE_TRAITS
from app.shops.registry import PLATFORMS

_LINE = r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$"
_FREE = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"


def one_of(words: Iterable[str]) -> str:
    """The pattern of these words and no others. Where a list may grow, it says less to a client than an enum would."""
    return f"^({'|'.join(sorted(words)).replace('.', '[.]').replace('*', '[*]')})$"


def _text(**schema: Any) -> Any:
    return Annotated[str, Field(strict=True, max_length=1000), WithJsonSchema({"type": "string", **schema})]


def _line(longest: int) -> Any:
    """Something on one line that is not blank."""
    return _text(minLength=1, maxLength=longest, pattern=_LINE)


def _free(longest: int) -> Any:
    """Lines of text, possibly none."""
    return _text(maxLength=longest, pattern=_FREE)


Identifier = _line(255)
MessageKey = _line(255)
Tag = _line(64)
Name = Annotated[
    str,
    Field(strict=True, min_length=1, max_length=200),
    WithJsonSchema({"type": "string", "minLength": 1, "maxLength": 200, "pattern": _LINE}),
]
ShortText = _free(200)
NetworkName = _free(32)
Slug = _text(pattern="^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$")
EventType = _text(maxLength=64, pattern="^[a-z][a-z0-9_]*([.][a-z][a-z0-9_]*)+$")
Email = _text(maxLength=254, format="email")
Phone = _text(maxLength=60, format="phone-number")
BirthDate = _text(pattern="^([0-9]{4}|-)-[0-9]{2}-[0-9]{2}$", format="birth-date")
Gender = _text(maxLength=40, format="gender")
PostalCode = _text(pattern="^[A-Za-z0-9]([A-Za-z0-9 ./-]{0,14}[A-Za-z0-9])?$")
Country = _text(pattern="^[A-Za-z]{2}$", format="country-code")
CurrencyCode = _text(pattern="^[A-Za-z]{3}$", format="currency-code")
Language = _text(maxLength=35, pattern="^[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*$", format="language-tag")
TimeZone = _text(pattern="^[A-Za-z][A-Za-z0-9_+/-]*$", format="time-zone")
Segment = _text(maxLength=64, pattern="^[a-z][a-z0-9_]*$")
SignedAmount = _text(pattern="^-?[0-9]{1,14}([.][0-9]{1,4})?$")
AmountText = _text(pattern="^[0-9]{1,14}([.][0-9]{1,4})?$")
RateText = _text(pattern="^[0-9]{1,9}([.][0-9]{1,10})?$")
WholeNumbers = _text(pattern="^ *[0-9]{1,9} *(, *[0-9]{1,9} *)*$")
Amounts = _text(pattern="^ *-?[0-9]{1,14}([.][0-9]{1,4})? *(, *-?[0-9]{1,14}([.][0-9]{1,4})? *)*$")
DayOrTime = _text(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt ][!-~]+)?$", format="day-or-time")
Platform = _text(pattern=one_of(PLATFORMS))
MessageSelector = Annotated[
    str,
    Field(strict=True, min_length=1, max_length=64),
    WithJsonSchema({"type": "string", "pattern": one_of(SELECTORS)}),
]
FieldName = Annotated[
    str,
    Field(strict=True, min_length=1, max_length=64),
    WithJsonSchema({"type": "string", "pattern": one_of(FIELD_NAMES)}),
]
Trait = Annotated[
    str,
    Field(strict=True, max_length=128),
    WithJsonSchema(
        {
            "type": "string",
            "maxLength": 128,
            "pattern": one_of(WHOLE_TRAITS)[:-2] + r"|(attributes|preferences)[.][^\x00]{1,100})$",
        }
    ),
]
Url = Annotated[
    str,
    Field(strict=True, min_length=1, max_length=2048),
    WithJsonSchema({"type": "string", "maxLength": 2048, "pattern": r"^https?://[^\x00-\x20\x7f]+$"}),
]
