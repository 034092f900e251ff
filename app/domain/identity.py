"""Who is meant by a set of identifiers: nobody yet, one customer, or a contradiction; and who may say so.

A customer who has nothing but anonymous ids is a visitor: nobody known. Looks nothing up itself.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple
from uuid import UUID


class IdentifierKind(StrEnum):
    """In order of priority: what a shop or a state has assigned counts more than what a person typed."""

    EXTERNAL_ID = "external_id"
    DOCUMENT = "document"
    EMAIL = "email"
    PHONE = "phone"
    ANONYMOUS_ID = "anonymous_id"


_PRIORITY: Final[Mapping[IdentifierKind, int]] = MappingProxyType({kind: n for n, kind in enumerate(IdentifierKind)})

# Per customer. A person with more than these is a shared terminal, a bot or a wrong merge.
LIMITS: Final[Mapping[IdentifierKind, int]] = MappingProxyType(
    {
        IdentifierKind.EXTERNAL_ID: 50,
        IdentifierKind.DOCUMENT: 3,
        IdentifierKind.EMAIL: 10,
        IdentifierKind.PHONE: 10,
        IdentifierKind.ANONYMOUS_ID: 100,
    }
)


class Identifier(NamedTuple):
    """A normalised `key` of one kind; `source` is the source's slug for external ids and None for all others."""

    kind: IdentifierKind
    key: str
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Create:
    """Nobody owns any of them: a new customer gets `new` (empty if all were blocked or another's anonymous ids)."""

    new: tuple[Identifier, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """One customer is meant; `new` are the identifiers that she did not have and nobody else has, `absorbed` the
    visitors who turn out to have been her."""

    customer_id: UUID
    new: tuple[Identifier, ...]
    absorbed: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Conflict:
    """Several customers are meant: `customer_ids` and the `kinds` that led to them, strongest identifier first."""

    customer_ids: tuple[UUID, ...]
    kinds: tuple[IdentifierKind, ...]


@dataclass(frozen=True, slots=True)
class Unproven:
    """Somebody known is meant, by a caller who may not speak for her."""


# What programs and people write where there is no value, in lower case, with a blank for each run of blanks, _ and -.
# A bare small number such as 1 is not here: it is the first customer of many a shop.
_NOTHING = """
    null none nil undefined nan n/a n.a na void empty unknown anonymous anon anonimo anónimo anônimo anonima
    anónima anônima desconocido desconhecido ninguno nenhum vazio vacio vacío
"""
_ANYBODY = """
    guest test testing demo example default customer user visitor true false invitado invitada convidado convidada
    visitante prueba teste cliente consumidorfinal
"""
_NOTHING_WORDS: Final = frozenset(_NOTHING.split())
_NOBODY: Final = _NOTHING_WORDS | frozenset(_ANYBODY.split()) | {"", "[object object]", "consumidor final", "not set"}
_BLANKS: Final = re.compile(r"[\s_-]+")
_ALL_ZERO: Final = re.compile(r"[0\-.:_]*0[0\-.:_]*")  # 0, 0000, 00000000-0000-0000-0000-000000000000
_ONE_DIGIT: Final = re.compile(r"([0-9])\1{7,}")  # at eight digits no shop has counted that far by ones
_ONE_DIGIT_AT_END: Final = re.compile(r"\+?[0-9]*([0-9])\1{7}")
_ONE_DIGIT_AND_LETTER: Final = re.compile(r"([0-9])\1{7}[a-z]")  # as a made-up DNI has, with its computed letter

# Local parts without their +tag and punctuation.
_SENDERS = """
    noreply noreplies donotreply naoresponda naoresponder nãoresponda nãoresponder noresponder noresponda
    nocontestar norespuesta noresponse
"""
_NO_REPLY: Final = frozenset(_SENDERS.split())
_MADE_UP = """
    a@a.com aa@aa.com abc@abc.com asd@asd.com email@email.com correo@correo.com mail@mail.com na@na.com no@no.com
    nomail@nomail.com noemail@noemail.com sinemail@sinemail.com sem@email.com sememail@sememail.com
    semail@semail.com test@test.com teste@teste.com prueba@prueba.com x@x.com xx@xx.com
"""
_NOBODYS_ADDRESSES: Final = frozenset(_MADE_UP.split())
# Numbers with right check digits that stand for nobody: final consumers and foreigners of the tax offices of Mexico,
# Portugal and Argentina, and what is typed to get past a form in Brazil, Argentina and Spain.
_GENERIC = """
    RFC:XAXX010101000 RFC:XEXX010101000 PT:999999990 CUIT:20000000001 CUIT:23000000000 CPF:12345678909
    DNI:12345678 DNI:1234567 ES:X0000000T ES:Y0000000Z ES:Z0000000M
"""
_GENERIC_DOCUMENTS: Final = frozenset(_GENERIC.split())


def is_blocked(kind: IdentifierKind, key: str) -> bool:
    """True if this normalised key identifies nobody and must neither match nor be stored as an identifier.

    Ids: empty, -1, zeros, eight or more of one digit, words for "no value" or "anybody" in English, Spanish and
    Portuguese. E-mail: no-reply senders at any domain, any `.invalid` domain, words for "no value" before the @,
    addresses typed to get past a form. Phone: ends in eight equal digits. Document: zeros, one digit repeated, the
    generic numbers of tax offices."""
    word = key.strip().lower()
    if kind is IdentifierKind.EMAIL:
        return _is_nobodys_address(word)
    if kind is IdentifierKind.PHONE:
        return _is_nobody(word) or _ONE_DIGIT_AT_END.fullmatch(word) is not None
    if kind is IdentifierKind.DOCUMENT:
        number = word.rpartition(":")[2]
        return key in _GENERIC_DOCUMENTS or _is_nobody(number) or _ONE_DIGIT_AND_LETTER.fullmatch(number) is not None
    return _is_nobody(word)


def _is_nobody(word: str) -> bool:
    # Letters with digits: what nearly every id is, and none of the words and numbers below.
    if word.isalnum() and not word.isalpha() and not word.isdecimal():
        return False
    return (
        word == "-1"
        or _BLANKS.sub(" ", word.strip("()<>\"'")).strip() in _NOBODY
        or _ALL_ZERO.fullmatch(word) is not None
        or _ONE_DIGIT.fullmatch(word) is not None
    )


def _is_nobodys_address(address: str) -> bool:
    local, at, domain = address.rpartition("@")
    if not at or address in _NOBODYS_ADDRESSES or domain == "invalid" or domain.endswith(".invalid"):
        return True
    sender = local.partition("+")[0].replace(".", "").replace("-", "").replace("_", "")
    return local in _NOTHING_WORDS or sender in _NO_REPLY


def resolve(
    identifiers: Iterable[Identifier],
    owners: Mapping[Identifier, UUID],
    *,
    visitors: Collection[UUID] = (),
    trusted: bool = True,
) -> Create | Match | Conflict | Unproven:
    """Who is meant; `owners` tells which customer holds an identifier today. Blocked identifiers are left out.

    The answer does not depend on the order given. An anonymous id is a device, not a person: it leads to a customer
    only where nothing stronger was sent (of several, to the oldest customer, as UUIDv7 sorts by time), it never makes
    a conflict, and one that belongs to somebody known stays there. Owners among `visitors` (who have nothing but
    anonymous ids) become the person that is named together with their device: the oldest of them, where she is not
    known yet; else she absorbs them all.

    A caller who is not `trusted` (a page, where anybody may claim to be anybody) may bring somebody new, and speak
    for visitors; he neither changes a known customer, nor links a device to her, nor makes two visitors one.
    """
    known = sorted((i for i in set(identifiers) if not is_blocked(i.kind, i.key)), key=_rank)
    strong = [i for i in known if i.kind is not IdentifierKind.ANONYMOUS_ID]
    new = tuple(i for i in known if i not in owners)
    found = list(dict.fromkeys(owners[i] for i in strong if i in owners))
    devices = sorted({owners[i] for i in known if i in owners and i.kind is IdentifierKind.ANONYMOUS_ID})
    nameless = [owner for owner in devices if owner in visitors]
    meant = found or (nameless if strong else devices)[:1]
    if not trusted and any(customer_id not in visitors for customer_id in meant):
        return Unproven()
    if len(found) > 1:
        kinds = dict.fromkeys(i.kind for i in strong if i in owners)
        return Conflict(tuple(found), tuple(kinds))
    if not meant:
        return Create(new)
    absorbed = tuple(owner for owner in nameless if owner != meant[0]) if strong and trusted else ()
    return Match(meant[0], new, absorbed)


def over_limits(identifiers: Iterable[Identifier]) -> tuple[IdentifierKind, ...]:
    """The kinds, by priority, of which a customer with these identifiers would have more than LIMITS."""
    counts = Counter(identifier.kind for identifier in set(identifiers))
    return tuple(kind for kind in IdentifierKind if counts[kind] > LIMITS[kind])


def _rank(identifier: Identifier) -> tuple[int, str, str]:
    return _PRIORITY[identifier.kind], identifier.source or "", identifier.key
