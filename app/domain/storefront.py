"""What a storefront may be told about a customer: the traits that the tenant has chosen, and nothing personal."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from app.domain.customers import Profile
from app.domain.identity import IdentifierKind
from app.domain.personal import is_personal_key, split_personal
from app.errors import Invalid

MAX_TRAITS: Final = 50
TIER: Final = "tier"
"""Not a field of a customer: the trait that says whether she is VIP, regular or ordinary."""

WHOLE_TRAITS: Final = (TIER, "country", "language", "tags", "preferred_channels", "preferences")
_KEYED: Final = re.compile(r"(attributes|preferences)\.([^\0]{1,100})", re.DOTALL)


def trait_names(given: Iterable[str], *, pointer: str) -> list[str]:
    """The names of traits as a tenant allows them. Invalid for a field that is, or by its name may be, personal."""
    names = list(dict.fromkeys(given))
    for index, name in enumerate(names):
        keyed = _KEYED.fullmatch(name)
        if name not in WHOLE_TRAITS and keyed is None:
            message = f"One of: {', '.join(WHOLE_TRAITS)}, attributes.<key>, preferences.<key>."
            raise Invalid.at(f"{pointer}/{index}", "unknown_trait", message)
        if keyed is not None and is_personal_key(keyed[2]):
            message = "A page is never told anything personal, and this key is called like something that is."
            raise Invalid.at(f"{pointer}/{index}", "personal_trait", message)
    return names


def sealed_fields(names: Iterable[str]) -> tuple[str, ...]:
    """The sealed fields that have to be opened for these traits."""
    fields = {name.partition(".")[0] for name in names}
    return tuple(field for field in ("preferences", "attributes") if field in fields)


def traits(profile: Mapping[str, Any], names: Iterable[str]) -> Profile:
    """The chosen part of a profile, shaped as the profile is; a value in it that is personal after all is left out."""
    chosen: Profile = {}
    for name in names:
        field, _, key = name.partition(".")
        value = profile.get(field)
        if not key:
            if value:
                chosen[field] = value
        elif isinstance(value, Mapping) and key in value:
            chosen[field] = {**chosen.get(field, {}), key: value[key]}
    return split_personal(chosen)[0]


def may_be_told(*, known: bool, proven: bool, trusted: bool) -> bool:
    """Whether the caller may be told about this customer. A page says by itself who its visitor is: about somebody
    known it is told only with proof, and a visitor who is nobody known has nothing to hide from her own browser."""
    return trusted or proven or not known


def names_a_device(kind: IdentifierKind | None) -> bool:
    """Whether a page may ask by this without proof at all: what is guessable, or another's, tells it nothing."""
    return kind is IdentifierKind.ANONYMOUS_ID
