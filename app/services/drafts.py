"""Customers being assembled from the records of one call: who each record means, and what she becomes. Nothing is
looked up or stored here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from app.db.ids import new_id
from app.db.queries.customers import Held
from app.domain import identity
from app.domain.customers import (
    Profile,
    Record,
    absorb,
    changed_fields,
    check_size,
    identifiers,
    is_visitor,
    merge,
    replaced_identifiers,
)  # fmt: skip
from app.domain.identity import Conflict as IdentityConflict
from app.domain.identity import Create, Identifier, IdentifierKind, Match, Unproven
from app.errors import Conflict, FieldError, Invalid, NotAllowed
from app.services.stitching import follow


class IdentifierConflict(Conflict):
    slug, title = "identifier-conflict", "The identifiers belong to several customers"


class IdentifierRequired(Invalid):
    slug, title = "identifier-required", "Nothing here tells who the customer is"

    def __init__(self, pointer: str = "") -> None:
        message = "Give at least one external id, document, e-mail, phone or anonymous id that identifies a person."
        super().__init__(message, errors=(FieldError(pointer, "identifier_required", message),))


class UnprovenIdentity(NotAllowed):
    slug, title = "unproven-identity", "A page may not speak for a known customer"

    def __init__(self) -> None:
        super().__init__(
            "A publishable key changes nobody who is known: say who she is from a server, with a secret key."
        )


@dataclass(slots=True)
class Draft:
    """A customer being assembled. `releases` are identifiers given up, with who had them."""

    customer_id: UUID
    held: Held | None
    profile: Profile
    claims: dict[Identifier, None] = field(default_factory=dict)
    releases: dict[Identifier, UUID] = field(default_factory=dict)
    touched: bool = False


@dataclass(slots=True)
class Drafts:
    """All of one call. `owners` and `held` are what is stored, `unproven` the devices whose link is not proven;
    `into` collects which stored visitors turn out to be whom, `proven` the devices that are proven now."""

    owners: dict[Identifier, UUID]
    held: Mapping[UUID, Held]
    unproven: set[Identifier]
    trusted: bool
    drafts: dict[UUID, Draft] = field(default_factory=dict)
    into: dict[UUID, UUID] = field(default_factory=dict)
    proven: set[Identifier] = field(default_factory=set)
    _gone: dict[UUID, UUID] = field(default_factory=dict)

    def place(self, given: Record) -> tuple[UUID, bool]:
        """Merge one record into the customer it belongs to, new or known: (her id, whether she is new)."""
        if not given.identifiers:
            raise IdentifierRequired
        answer = identity.resolve(given.identifiers, self.owners, visitors=self._visitors(given), trusted=self.trusted)
        match answer:
            case Unproven():
                raise UnprovenIdentity
            case IdentityConflict(customer_ids=several):
                raise IdentifierConflict(
                    f"The identifiers lead to {len(several)} customers; send them apart, or merge the customers first."
                )
            case Match(customer_id=customer_id, new=new, absorbed=absorbed):
                created, draft, visitors = False, self._draft(customer_id), [self._draft(v) for v in absorbed]
            case Create(new=new):
                created, visitors = True, []
                draft = Draft(new_id(), None, {}, touched=True)
        before = draft.profile
        for visitor in visitors:
            before = absorb(before, visitor.profile)
        merged = merge(before, given.profile)
        check_size(merged)
        check_limits(identifiers(merged))
        self.drafts[draft.customer_id] = draft
        for visitor in visitors:
            self._absorb(draft, visitor)
        self._take(draft, given, merged, new)
        return draft.customer_id, created

    def outcome(self, customer_id: UUID) -> UUID:
        """Who a customer that `place` named is in the end."""
        return follow(customer_id, self._gone)

    def _take(self, draft: Draft, given: Record, merged: Profile, new: Iterable[Identifier]) -> None:
        draft.touched = draft.touched or bool(changed_fields(draft.profile, merged))
        for gone in replaced_identifiers(draft.profile, merged):
            self.owners.pop(gone, None)
            draft.claims.pop(gone, None)
            draft.releases[gone] = draft.customer_id
        draft.profile = merged
        for free in new:
            self.owners[free] = draft.customer_id
            draft.claims[free] = None
        if self.trusted and names_a_person_and_a_device(given):
            devices = (i for i in given.identifiers if i.kind is IdentifierKind.ANONYMOUS_ID)
            self.proven.update(i for i in devices if self.owners[i] == draft.customer_id)

    def _absorb(self, draft: Draft, visitor: Draft) -> None:
        self._gone[visitor.customer_id] = draft.customer_id
        if visitor.held is not None:
            self.into[visitor.customer_id] = draft.customer_id
        for device in identifiers(visitor.profile):
            if self.owners.get(device) == visitor.customer_id:  # she may name one that has stayed with somebody else
                self.owners[device] = draft.customer_id
        draft.claims |= visitor.claims
        draft.releases |= visitor.releases
        self.drafts.pop(visitor.customer_id, None)

    def _draft(self, customer_id: UUID) -> Draft:
        """Hers, new from what is stored where she has none yet."""
        draft = self.drafts.get(customer_id)
        if draft is None:
            known = self.held[customer_id]
            draft = Draft(customer_id, known, known.customer.profile)
        return draft

    def _visitors(self, given: Record) -> set[UUID]:
        """Who of these identifiers' owners has nothing but devices."""
        devices = {
            self.owners[i] for i in given.identifiers if i.kind is IdentifierKind.ANONYMOUS_ID and i in self.owners
        }
        return {owner for owner in devices if is_visitor(self._draft(owner).profile)}


def names_a_person_and_a_device(given: Record) -> bool:
    """Whether a record may stitch them."""
    return len({i.kind is IdentifierKind.ANONYMOUS_ID for i in given.identifiers}) == 2


def check_limits(all_identifiers: Iterable[Identifier]) -> None:
    for kind in identity.over_limits(all_identifiers):
        raise Invalid.at("", "too_many_identifiers", f"A customer has at most {identity.LIMITS[kind]} of {kind}.")
