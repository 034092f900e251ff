"""Identity and tax documents: check digits, one canonical spelling, and a key that never mixes two registers."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from stdnum.ar import cuit
from stdnum.br import cnpj, cpf
from stdnum.cl import rut
from stdnum.es import dni, nie, nif
from stdnum.exceptions import ValidationError
from stdnum.mx import rfc
from stdnum.pt import nif as nif_pt

from app.domain import texts
from app.errors import Invalid


@dataclass(frozen=True, slots=True)
class Document:
    """`value`: compact, upper case, as in 52998224725. `key`: register and number, as in CPF:52998224725.

    The register is in the key because a CPF and a CUIT both have eleven digits; the Spanish DNI, NIE and NIF
    share one (`ES`), because a person's NIF is her DNI or NIE."""

    type: str
    value: str
    key: str


@dataclass(frozen=True, slots=True)
class _Rule:
    register: str
    name: str
    check: Callable[[str], str]


_SEPARATORS: Final = re.compile(r"[\s./\-\u2010-\u2015\u2212]+")
_COMPACT: Final = re.compile(r"[0-9A-Z&Ñ]{5,20}")
_DIGITS_ONLY_DNI: Final = re.compile(r"[0-9]{7,8}")


def _dni(compact: str) -> str:
    # Without a letter it is the Argentine (or Peruvian) DNI, which has no check digit.
    if _DIGITS_ONLY_DNI.fullmatch(compact):
        return compact
    return _checked(dni.validate(compact.zfill(9)))


def _nie(compact: str) -> str:
    # Until 2008 cards were printed with eight digits, the first a zero.
    if len(compact) == 10 and compact[1] == "0":
        compact = compact[0] + compact[2:]
    return _checked(nie.validate(compact))


def _nif(compact: str) -> str:
    compact = compact.removeprefix("ES")
    return _checked(nif.validate(compact.zfill(9) if compact[:-1].isdigit() else compact))


def _rfc(compact: str) -> str:
    # Ten characters are a person's RFC without its homonym suffix: two people may share it.
    if len(compact) not in (12, 13):
        raise ValidationError
    return _checked(rfc.validate(compact))


def _rut(compact: str) -> str:
    return _checked(rut.validate(compact.lstrip("0"))).lstrip("0")


def _checked(value: object) -> str:
    return str(value)


_RULES: Final[Mapping[str, _Rule]] = MappingProxyType(
    {
        "cpf": _Rule("CPF", "CPF with 11 digits", cpf.validate),
        "cnpj": _Rule("CNPJ", "CNPJ with 14 characters", cnpj.validate),
        "dni": _Rule("ES", "DNI: 8 digits and a letter (Spain) or 7 to 8 digits", _dni),
        "nie": _Rule("ES", "NIE: X, Y or Z, 7 digits and a letter", _nie),
        "nif": _Rule("ES", "NIF with 9 characters", _nif),
        "cuit": _Rule("CUIT", "CUIT or CUIL with 11 digits", cuit.validate),
        "rfc": _Rule("RFC", "RFC with 12 or 13 characters", _rfc),
        "rut": _Rule("RUT", "RUT with its check digit", _rut),
        "nif_pt": _Rule("PT", "NIF with 9 digits", nif_pt.validate),
    }
)
DOCUMENT_TYPES: Final = tuple(_RULES)


def document(type: object, value: object, *, pointer: str) -> Document:
    """A document of one of DOCUMENT_TYPES whose check digits are right; `pointer` is that of the object holding
    `type` and `value`. The CNPJ may hold letters (Receita Federal, IN 2.229/2024).
    Errors: `invalid_document_type` at …/type, `invalid_document` at …/value."""
    kind = texts.raw(type, pointer=f"{pointer}/type").lower()
    rule = _RULES.get(kind)
    if rule is None:
        raise Invalid.at(
            f"{pointer}/type", "invalid_document_type", f"Use one of these types: {', '.join(DOCUMENT_TYPES)}."
        )
    typed = texts.raw(value, pointer=f"{pointer}/value")
    compact = _SEPARATORS.sub("", unicodedata.normalize("NFKC", typed[:100])).upper()
    try:
        if not _COMPACT.fullmatch(compact):
            raise ValidationError
        number = rule.check(compact)
    except ValidationError:
        raise Invalid.at(
            f"{pointer}/value", "invalid_document", f"Check the digits: this must be a {rule.name}."
        ) from None
    return Document(kind, number, _key(rule, number))


def _key(rule: _Rule, number: str) -> str:
    if number.isdigit() and rule.register == "ES":  # the DNI without a letter; some write it with a leading zero
        return f"DNI:{number.lstrip('0') or '0'}"
    return f"{rule.register}:{number}"
