"""What shops keep in other pieces than we do: names in one, documents without a kind, addresses told several times."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from app.shops.base import text

_LONGEST: Final = 200  # of a name or a line of an address
_MOST_ADDRESSES: Final = 20
# Numbers that a shop keeps without saying of which kind, by country and by how many characters they have.
_DOCUMENTS: Final[Mapping[str, Mapping[int, str]]] = {
    "AR": {7: "dni", 8: "dni", 11: "cuit"},
    "BR": {11: "cpf", 14: "cnpj"},
    "CL": {8: "rut", 9: "rut"},
    "ES": {9: "nif"},
    "MX": {12: "rfc", 13: "rfc"},
    "PT": {9: "nif_pt"},
}


def line(*parts: Any) -> str | None:
    """One line of a record, of parts that many shops keep apart (street and number); None for nothing and for what is
    too long to be one."""
    found = " ".join(filter(None, map(text, parts)))
    return found if 0 < len(found) <= _LONGEST else None


def names(whole: Any) -> tuple[str | None, str | None]:
    """First and last name of a name in one piece: its first word is the first name."""
    first, _, last = (line(whole) or "").partition(" ")
    return first or None, last.strip() or None


def document(value: Any, country: str | None) -> dict[str, str] | None:
    """A document whose kind follows from its country; None where it does not."""
    number = line(value)
    if number is None:
        return None
    length = sum(1 for character in number if character.isalnum())
    kind = _DOCUMENTS.get(country or "", {}).get(length)
    return {"type": kind, "value": number} if kind is not None else None


def addresses(told: Iterable[Mapping[str, str] | None]) -> list[dict[str, str]]:
    """Each once, whatever it is used for, the first one first; not those that tell no more than a country."""
    found: dict[Any, dict[str, str]] = {}
    for one in told:
        lines = {name: value for name, value in (one or {}).items() if name != "role"}
        if lines.keys() - {"country"}:
            found.setdefault(tuple(sorted(lines.items())), dict(one or {}))
    return list(found.values())[:_MOST_ADDRESSES]
