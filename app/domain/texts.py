"""Strings that are kept as they are, apart from edges and Unicode form: names, ids, tags, slugs, free text.
Also the first steps shared by every other rule: is it a string, is it storable, where does it end."""

import re
import unicodedata
from functools import lru_cache
from typing import Any, Final, TypeGuard

from app.errors import Invalid

# Spreadsheets and web pages leave these around a value; str.strip() alone keeps the zero-width ones.
_EDGES: Final = (
    " \t\n\r\v\f\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\u200b\u200e\u200f\u2060\ufeff"
)
_NOT_ONE_LINE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_NOT_TEXT: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_SLUG: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_LONGEST_SLUG: Final = 63
_EVENT_TYPE: Final = re.compile(r"(?=.{1,64}\Z)[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)+")
_POSTAL_CODE: Final = re.compile(r"[A-Z0-9](?:[A-Z0-9 ./-]{0,14}[A-Z0-9])?")


def raw(value: object, *, pointer: str) -> str:
    """The value, trimmed and known to be a string; `invalid_type` otherwise."""
    if not isinstance(value, str):
        raise Invalid.at(pointer, "invalid_type", "Send a JSON string here.")
    return value.strip(_EDGES)


def line(value: object, *, pointer: str, max_length: int, what: str) -> str:
    """One trimmed line in NFC, 1..max_length characters, without control characters or lone surrogates."""
    trimmed = raw(value, pointer=pointer)
    if not trimmed:
        raise Invalid.at(pointer, "empty", f"Send a {what} that is not empty, or leave the field out.")
    if _NOT_ONE_LINE.search(trimmed):
        raise Invalid.at(
            pointer, "control_character", f"Remove line breaks, control and broken characters from the {what}."
        )
    result = trimmed if trimmed.isascii() else unicodedata.normalize("NFC", trimmed)
    if len(result) > max_length:
        raise Invalid.at(pointer, "too_long", f"Shorten the {what} to at most {max_length} characters.")
    return result


def text(value: object, *, pointer: str, max_length: int) -> str:
    """Free text in NFC, trimmed, possibly empty; line breaks become \\n, tabs stay, other controls are refused.

    Browsers submit text areas with \\r\\n, so that one is translated rather than refused."""
    result = raw(value, pointer=pointer)
    if "\r" in result:
        result = result.replace("\r\n", "\n").replace("\r", "\n")
    if _NOT_TEXT.search(result):
        raise Invalid.at(pointer, "control_character", "Remove control and broken characters from the text.")
    if not result.isascii():
        result = unicodedata.normalize("NFC", result)
    if len(result) > max_length:
        raise Invalid.at(pointer, "too_long", f"Shorten the text to at most {max_length} characters.")
    return result


def external_id(value: object, *, pointer: str) -> str:
    """A shop's own id of a customer: 1..255 characters, case kept because some shops count in base 62."""
    return line(value, pointer=pointer, max_length=255, what="id")


def anonymous_id(value: object, *, pointer: str) -> str:
    """A browser's or device's id before the person is known: as `external_id`."""
    return line(value, pointer=pointer, max_length=255, what="id")


def message_id(value: object, *, pointer: str) -> str:
    """A sender's id of one event, 1..255 printable characters; what makes a repeated event a duplicate."""
    result = line(value, pointer=pointer, max_length=255, what="message id")
    if not result.isprintable():
        raise Invalid.at(pointer, "control_character", "Use printable characters only in the message id.")
    return result


def tag(value: object, *, pointer: str) -> str:
    """A label of the tenant, 1..64 characters, lower case and single spaces so that VIP and vip are one tag."""
    lowered = line(value, pointer=pointer, max_length=64, what="tag").lower()
    result = unicodedata.normalize("NFC", " ".join(lowered.split()))
    if len(result) > 64:  # a few capitals have a longer lower case
        raise Invalid.at(pointer, "too_long", "Shorten the tag to at most 64 characters.")
    return result


def source_slug(value: object, *, pointer: str) -> str:
    """The name of a source: lower-case letters, digits, - and _, at most 63, as in `main-shop`."""
    result = raw(value, pointer=pointer)
    # lower() of a non-ASCII letter may be ASCII (the Kelvin sign), so look before folding
    result = result.lower() if result.isascii() else ""
    if not _SLUG.fullmatch(result):
        raise Invalid.at(
            pointer,
            "invalid_source",
            "Use 1 to 63 lower-case letters, digits, - or _, starting with a letter or digit.",
        )
    return result


def is_source_slug(value: Any) -> TypeGuard[str]:
    """Whether it is a slug already, as it stands."""
    return isinstance(value, str) and len(value) <= _LONGEST_SLUG and _is_slug(value)


@lru_cache(maxsize=1024)  # a shop has a handful
def _is_slug(value: str) -> bool:
    return _SLUG.fullmatch(value) is not None


def is_event_type(value: Any) -> TypeGuard[str]:
    """Whether it is an event type already, as it stands."""
    return isinstance(value, str) and _EVENT_TYPE.fullmatch(value) is not None


def event_type(value: object, *, pointer: str) -> str:
    """`noun.verb` with two or more dotted parts, at most 64 characters; exactly as written, never folded."""
    result = raw(value, pointer=pointer)
    if not _EVENT_TYPE.fullmatch(result):
        raise Invalid.at(
            pointer, "invalid_event_type", "Name the event as noun.verb in lower case, as in order.paid (64 at most)."
        )
    return result


def postal_code(value: object, *, pointer: str) -> str:
    """Upper case, single spaces, at most 16 of letters, digits, space, hyphen, dot, slash. No rule per country:
    a wrong refusal costs an order, a wrong code only a note in the quality report."""
    folded = unicodedata.normalize("NFKC", raw(value, pointer=pointer)).upper()
    result = " ".join(folded.split())
    if not _POSTAL_CODE.fullmatch(result):
        raise Invalid.at(
            pointer, "invalid_postal_code", "Send at most 16 letters, digits, spaces or hyphens as the postal code."
        )
    return result
