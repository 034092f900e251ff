"""E-mail addresses and telephone numbers: what is stored, and the key by which two spellings are one."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

import email_validator
import idna
import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat, ValidationResult

from app.domain import texts
from app.errors import Invalid


@dataclass(frozen=True, slots=True)
class Email:
    """`value`: as typed, trimmed, NFC. `key`: NFKC, lower case, A-label domain; +tag and dots kept."""

    value: str
    key: str


@dataclass(frozen=True, slots=True)
class Phone:
    """`value` and `key`: E.164. `in_plan`: the number lies in a range its country has given out."""

    value: str
    key: str
    in_plan: bool


_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
# A top level is never only digits: that would be an IPv4 address.
_DOMAIN: Final = rf"(?:{_LABEL}\.)+(?=[A-Za-z])(?:{_LABEL})"
_ASCII_EMAIL: Final = re.compile(rf"(?P<local>{_ATOM}(?:\.{_ATOM})*)@(?P<domain>{_DOMAIN})")
_ASCII_DOMAIN: Final = re.compile(_DOMAIN)

_PHONE: Final = re.compile(r"[\d\s()./+\-\u2010-\u2015\u2212]{1,60}")
_EXTENSION: Final = re.compile(r"ext|ramal|anexo|interno|int\.|\d\s*(?:x|#|;|,)", re.IGNORECASE)
_BR_WITHOUT_NINE: Final = re.compile(r"([1-9][1-9])([6-9][0-9]{7})")
_MX_DIALLED: Final = re.compile(r"(?:1|01|044|045)([0-9]{10})")
_AR_LOCAL_MOBILE: Final = re.compile(r"15[0-9]{8}")


def email(value: object, *, pointer: str) -> Email:
    """An address of RFC 5321/6531 without quotes, comments, display name or address literal; no DNS is asked.

    Reserved names such as `.invalid` and `.test` are accepted: shops write them for people without an address,
    and `identity.is_blocked` keeps those from recognising anybody. Errors: `invalid_email`."""
    typed = texts.raw(value, pointer=pointer)
    if typed.isascii() and (match := _ASCII_EMAIL.fullmatch(typed)):
        key = typed.lower()
        if "xn--" not in key:
            _check_lengths(match["local"], key, pointer)
            return Email(typed, key)
    return _international_email(typed, pointer)


def _international_email(typed: str, pointer: str) -> Email:
    if len(typed) > 254:
        raise _bad_email(pointer)
    local, at, domain = unicodedata.normalize("NFC", typed).rpartition("@")
    if not at:
        raise _bad_email(pointer)
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", local).lower())
    try:
        # The library refuses reserved domains, which we take (see `email`), so it sees the local part only.
        for part in {local, folded}:
            email_validator.validate_email(f"{part}@example.com", check_deliverability=False)
        host = idna.encode(domain, uts46=True, std3_rules=True).decode("ascii").lower()
    except (email_validator.EmailNotValidError, UnicodeError):
        raise _bad_email(pointer) from None
    if not _ASCII_DOMAIN.fullmatch(host):
        raise _bad_email(pointer)
    key = f"{folded}@{host}"
    _check_lengths(folded, key, pointer)
    _check_lengths(local, f"{local}@{host}", pointer)
    return Email(f"{local}@{domain}", key)


def _check_lengths(local: str, address: str, pointer: str) -> None:
    # RFC 5321 4.5.3.1: 64 octets before the @; 254 in all, as RFC 3696 was corrected
    if len(local.encode()) > 64 or len(address.encode()) > 254:
        raise _bad_email(pointer)


def _bad_email(pointer: str) -> Invalid:
    return Invalid.at(
        pointer, "invalid_email", "Send one e-mail address such as name@example.com, without a display name."
    )


def phone(value: object, *, pointer: str, country: str | None) -> Phone:
    """E.164; `country` (ISO 3166-1, upper case) reads numbers written without + and country code.

    The length must be one its country uses. Being in a range the country has given out is reported (`in_plan`)
    and not required: the table lags behind new ranges, and refusing a customer is worse than doubting a number.
    An extension is refused, because a switchboard's number would make one customer of all colleagues.
    One line has one key: Brazil's ninth digit is added, Argentina's 15 becomes 9, Mexico's dialling 1 goes.
    Errors: `invalid_phone`, `phone_extension`, `phone_country_unknown`."""
    typed = unicodedata.normalize("NFKC", texts.raw(value, pointer=pointer)[:100])
    if not _PHONE.fullmatch(typed):
        if _EXTENSION.search(typed):
            raise Invalid.at(pointer, "phone_extension", "Send the number without its extension.")
        raise _bad_phone(pointer)
    if country is None and not typed.lstrip("( ").startswith("+"):
        raise Invalid.at(
            pointer, "phone_country_unknown", "Send the number with + and its country code, or give the country."
        )
    number = _one_line(_parse(typed, country, pointer), pointer)
    if phonenumbers.is_possible_number_with_reason(number) != ValidationResult.IS_POSSIBLE:
        raise _bad_phone(pointer)
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    in_plan = phonenumbers.is_valid_number(number)
    # Outside the plan the library may strip a trunk prefix anew from its own result; such a number is none.
    if not in_plan and _parse(e164, None, pointer) != number:
        raise _bad_phone(pointer)
    return Phone(e164, e164, in_plan)


def _parse(typed: str, country: str | None, pointer: str) -> PhoneNumber:
    try:
        return phonenumbers.parse(typed, country)
    except phonenumbers.NumberParseException as error:
        if error.error_type == phonenumbers.NumberParseException.INVALID_COUNTRY_CODE:
            raise Invalid.at(
                pointer, "phone_country_unknown", "Send the number with + and an existing country code."
            ) from None
        raise _bad_phone(pointer) from None


def _one_line(number: PhoneNumber, pointer: str) -> PhoneNumber:
    """The same telephone line in the one spelling that is dialled today."""
    national = phonenumbers.national_significant_number(number)
    if number.country_code == 55:
        return _brazil(number, national, pointer)
    if number.country_code == 52 and (match := _MX_DIALLED.fullmatch(national)):
        return PhoneNumber(country_code=52, national_number=int(match[1]))
    if number.country_code == 54:
        if _AR_LOCAL_MOBILE.fullmatch(national):  # a mobile dialled within its area: which area is unknown
            raise Invalid.at(pointer, "invalid_phone", "Send the number with its area code.")
        return _argentina(number, national)
    return number


def _brazil(number: PhoneNumber, national: str, pointer: str) -> PhoneNumber:
    # Eight digits from 6 to 9 were mobiles until 2012-2016. Those of 7 that the plan still lists with eight
    # digits (trunked radio) stay: two people in one record is worse than one person in two.
    if phonenumbers.is_valid_number(number):
        return number
    if match := _BR_WITHOUT_NINE.fullmatch(national):
        longer = PhoneNumber(country_code=55, national_number=int(f"{match[1]}9{match[2]}"))
        if phonenumbers.is_valid_number(longer):
            return longer
    if len(national) < 10:  # service numbers are that short, and so is a mobile that lacks its area code
        raise Invalid.at(pointer, "invalid_phone", "Send the number with its area code.")
    return number


def _argentina(number: PhoneNumber, national: str) -> PhoneNumber:
    # Both the 9 and the 15: "+54 9 11 15 ...". The library handles either alone.
    if len(national) != 13 or national[0] != "9":
        return number
    spellings = [
        PhoneNumber(country_code=54, national_number=int(f"9{national[1 : 1 + area]}{national[3 + area :]}"))
        for area in (2, 3, 4)
        if national[1 + area : 3 + area] == "15" and (area > 2 or national[1:3] == "11")
    ]
    in_plan = [spelling for spelling in spellings if phonenumbers.is_valid_number(spelling)]
    return (in_plan or spellings or [number])[0]


def _bad_phone(pointer: str) -> Invalid:
    return Invalid.at(
        pointer, "invalid_phone", "Send a complete telephone number with country and area code, as in +5511987654321."
    )
