"""What a caller without `pii:read` sees in the place of a personal value. Never raises; never tells a length."""

import re
from typing import Any, Final

import phonenumbers

HIDDEN: Final = "***"
HIDDEN_DATE: Final = "****-**-**"
# Deeper than the API lets in (32), shallow enough for the interpreter's stack.
_DEEPEST: Final = 64
_E164: Final = re.compile(r"\+[0-9]{8,15}", re.ASCII)
_HOST: Final = re.compile(r"[\w-]+(?:\.[\w-]+)+")


def mask_email(value: object) -> str:
    """`m***@example.com`: the first character and the domain; `***` for what is no address."""
    if not isinstance(value, str):
        return HIDDEN
    local, _, domain = value.rpartition("@")
    if not local or "@" in local or not local[0].isalnum() or not _HOST.fullmatch(domain):
        return HIDDEN
    return f"{local[0]}{HIDDEN}@{domain}"


def mask_phone(value: object) -> str:
    """`+55***21`: country code and last two digits of an E.164 number; `***` for anything else."""
    if not isinstance(value, str) or not _E164.fullmatch(value):
        return HIDDEN
    # country codes are prefix-free, so at most one of the three lengths is one
    for length in (1, 2, 3):
        if int(value[1 : 1 + length]) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE:
            return f"{value[: 1 + length]}{HIDDEN}{value[-2:]}"
    return f"{HIDDEN}{value[-2:]}"


def mask_document(value: object) -> str:
    """`***25`: the last two characters; all hidden where two are a good part of the number."""
    if not isinstance(value, str) or len(value) < 7 or not value[-2:].isalnum():
        return HIDDEN
    return f"{HIDDEN}{value[-2:]}"


def mask_name(value: object) -> str:
    """`M***`: the first letter."""
    if not isinstance(value, str) or not value[:1].isalpha():
        return HIDDEN
    return f"{value[0]}{HIDDEN}"


def mask_text(value: object) -> str:
    """`***`, whatever it was."""
    return HIDDEN


def mask_birth_date(value: object) -> str:
    """`****-**-**`, also where the year was never told, so that the answer does not tell that either."""
    return HIDDEN_DATE


def mask_value(value: Any) -> Any:
    """Any JSON value with each leaf as `***`: objects keep their keys, lists their lengths, null stays null."""
    return _mask(value, _DEEPEST)


def _mask(value: Any, depth: int) -> Any:
    if value is None:
        return None
    if depth:
        if isinstance(value, dict):
            return {key: _mask(item, depth - 1) for key, item in value.items()}
        if isinstance(value, list):
            return [_mask(item, depth - 1) for item in value]
    return HIDDEN
