"""Statements about consents: decisions are only ever added, the current state is folded from them elsewhere."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    DateTime,
    Uuid,
    and_,
    bindparam,
    func,
    null,
    select,
    true,
    tuple_,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import insert as pg_insert

from app.crypto.cipher import CustomerCipher
from app.db import pii
from app.db.models.consents import Consent
from app.db.models.consents import ConsentEvent as Table
from app.db.models.customers import Customer, CustomerIdentifier, CustomerKey
from app.db.statements import Statement, any_of, binds
from app.db.tx import Retry, Row, Tx
from app.domain.consents import (
    Actor,
    Channel,
    ConsentEvent,
    Current,
    Decision,
    EventType,
    IndicationMethod,
    LegalBasis,
    State,
)  # fmt: skip
from app.domain.identity import Identifier, IdentifierKind
from app.domain.permissions import ADDRESS_KINDS, Kept, Recorded, Standing

_SCHEMA_VERSION = 1
_PURPOSE_VERSION = 1


@dataclass(frozen=True, slots=True)
class NewDecision:
    """A decision ready to be stored with what it changes. `body` is all that was said, of which only a keyed digest
    is kept; `private` is sealed under the customer's evidence key; `address` is a digest of the blind index."""

    recorded: Recorded
    previous_event_id: UUID | None
    confirmation_required: bool
    address: bytes | None
    private: dict[str, Any]
    body: str


async def lock(tx: Tx, customer_id: UUID) -> bool:
    """Keep everybody else from deciding for this customer, or erasing her, until the transaction ends.

    False if she is not an active customer. What depends on her decisions is read after this, by another statement.
    """
    return await tx.one(_LOCK, customer_id=customer_id) is not None


async def history(tx: Tx, customer_id: UUID, *, purpose: str, channel: Channel) -> list[ConsentEvent]:
    """Every decision of this customer for this purpose and channel, as the rules read it."""
    rows = await tx.all(_HISTORY, customer_id=customer_id, purpose=purpose, channel=channel.value)
    return [decision(row) for row in rows]


async def giver(tx: Tx, customer_id: UUID, *, purpose: str, channel: Channel) -> UUID | None:
    """The source of the yes that stands; None where none stands, or it came from none."""
    row = await tx.one(_GIVER, customer_id=customer_id, purpose=purpose, channel=channel.value)
    return None if row is None else row["source_id"]


def decision(row: Row) -> ConsentEvent:
    """A row of `DECISION` as the rules read it."""
    return ConsentEvent(
        id=row["consent_event_id"],
        decision=Decision(row["decision"]),
        occurred_at=row["occurred_at"],
        received_at=row["received_at"],
        legal_basis=_basis(row["legal_basis"]),
        event_type=EventType(row["event_type"]),
        indication_method=IndicationMethod(row["indication_method"]),
        has_evidence=row["has_evidence"],
        valid_until=row["valid_until"],
        notice_id=row["notice_id"],
        confirmation_required=row["confirmation_required"],
    )


async def by_message(tx: Tx, *, source_id: UUID, message_id: str, body: str) -> tuple[Recorded, bool] | None:
    """The decision that this message brought, and whether it said the same; None if the message is new."""
    row = await tx.one(_BY_MESSAGE, source_id=source_id, message_id=message_id)
    if row is None:
        return None
    return _recorded(row), pii.is_digest_of(await tx.keys(), bytes(row["body_digest"]), "consent_body", body)


async def addresses(tx: Tx, customer_id: UUID, *, kind: IdentifierKind) -> list[bytes]:
    """The digests of her addresses of this kind, under the newest index key."""
    version = (await tx.keys()).index_version
    rows = await tx.all(_ADDRESSES, customer_id=customer_id, kind=kind.value, index_version=version)
    return [bytes(row["digest"]) for row in rows]


async def address_digest(tx: Tx, address: Identifier) -> bytes:
    """How `addresses` shows this one."""
    return pii.digest(await tx.keys(), address)[2]


async def append(tx: Tx, new: NewDecision) -> None:
    """Store one decision; `Retry` when the same message was stored meanwhile: then it can be found."""
    keys = await tx.keys()
    told = new.recorded
    # Bound to the customer: the same address gives another digest for everybody else, and none of the blind index.
    address = f"{told.customer_id.hex}{new.address.hex()}" if new.address is not None else None
    sealer = await evidence_cipher(tx, told.customer_id) if new.private else None
    sealed = None
    if sealer is not None:
        sealed = pii.seal_json(sealer, Table.__tablename__, told.consent_event_id, "evidence", new.private)
    values: dict[str, Any] = {name: getattr(told, name) for name in _PLAIN}
    stored = await tx.one(
        _INSERT,
        **values,
        schema_version=_SCHEMA_VERSION,
        purpose_version=_PURPOSE_VERSION,
        address_digest=None if address is None else pii.keyed_digest(keys, "consent_address", address),
        confirmation_required=new.confirmation_required,
        source_event_id=told.message_id,
        body_digest=None if told.message_id is None else pii.keyed_digest(keys, "consent_body", new.body),
        has_evidence=told.has_evidence,
        # Where the key of her evidence has been destroyed, the time of keeping it is over: the decision stands alone.
        evidence=sealed,
        previous_event_id=new.previous_event_id,
    )
    if stored is None:
        raise Retry


async def put_current(
    tx: Tx, customer_id: UUID, *, purpose: str, channel: Channel, current: Current, event_type: EventType | None
) -> None:
    """Keep what the history amounts to now, without any expiry that time alone brings."""
    await tx.run(
        _PUT,
        customer_id=customer_id,
        purpose=purpose,
        channel=channel.value,
        state=current.state.value,
        since=current.since,
        legal_basis=current.legal_basis,
        valid_until=current.valid_until,
        event_type=event_type,
        imported=current.imported,
        interest=current.interest.value,
        other_basis=current.other_basis,
        consent_event_id=current.event_id,
        notice_id=current.notice_id,
        updated_at=tx.now,
    )


async def kept(tx: Tx, customer_id: UUID) -> list[Kept] | None:
    """What is kept for each purpose and channel of an active customer; None if there is no such customer."""
    rows = await tx.all(_KEPT, customer_id=customer_id)
    if not rows:
        return None
    return [Kept(row["purpose"], Channel(row["channel"]), current(row)) for row in rows if row["purpose"] is not None]


async def history_of_customer(
    tx: Tx, customer_id: UUID, *, after: tuple[datetime, UUID] | None, limit: int, with_evidence: bool = False
) -> list[Recorded]:
    """Her decisions for every purpose and channel, the latest occurred first; also of one who was erased.

    `after` is (occurred_at, consent_event_id) of the last one seen. Evidence costs a key: it is opened when asked for.
    """
    at, consent_event_id = after or (None, None)
    rows = await tx.all(
        _PAGES[after is not None], customer_id=customer_id, at=at, consent_event_id=consent_event_id, limit=limit
    )
    opener = None
    if with_evidence and any(row["evidence"] is not None for row in rows):
        opener = await _stored_cipher(tx, customer_id)
    return [_recorded(row, opener) for row in rows]


async def standings(tx: Tx, customer_ids: Iterable[UUID], *, purpose: str, channel: Channel) -> dict[UUID, Standing]:
    """What a check needs, of those who are active customers, in one statement."""
    kind = ADDRESS_KINDS.get(channel)
    rows = await tx.all(
        _STANDINGS if kind is not None else _STANDINGS_WITHOUT_ADDRESS,
        customer_ids=list(set(customer_ids)),
        purpose=purpose,
        channel=channel.value,
        kind=kind,
    )
    return {
        row["customer_id"]: Standing(
            current=Current() if row["state"] is None else current(row),
            event_type=None if row["event_type"] is None else EventType(row["event_type"]),
            addresses=row["addresses"],
            suppressed_at=row["suppressed_at"],
        )
        for row in rows
    }


async def evidence_cipher(tx: Tx, customer_id: UUID) -> CustomerCipher | None:
    """The cipher of her evidence, its key made on first use; None if the key has been destroyed."""
    row = await tx.one(_KEY, customer_id=customer_id)
    if row is not None:
        return None if row["wrapped"] is None else await _opened(tx, customer_id, row)
    sealer, wrapped = pii.new_cipher(await tx.keys(), tenant_id=tx.tenant_id, customer_id=customer_id, kind="evidence")
    # Whoever else may make one has locked the customer first; without that lock, the loser of a race comes again.
    if await tx.one(_INSERT_KEY, customer_id=customer_id, kind="evidence", version=1, wrapped=wrapped) is None:
        raise Retry
    return sealer


async def _stored_cipher(tx: Tx, customer_id: UUID) -> CustomerCipher | None:
    row = await tx.one(_KEY, customer_id=customer_id)
    return None if row is None or row["wrapped"] is None else await _opened(tx, customer_id, row)


async def _opened(tx: Tx, customer_id: UUID, row: Row) -> CustomerCipher:
    return pii.cipher(
        await tx.keys(),
        tenant_id=tx.tenant_id,
        customer_id=customer_id,
        wrapped=row["wrapped"],
        version=row["version"],
        kind="evidence",
    )


def _basis(value: str | None) -> LegalBasis | None:
    return None if value is None else LegalBasis(value)


def current(row: Row) -> Current:
    return Current(
        state=State(row["state"]),
        since=row["since"],
        legal_basis=_basis(row["legal_basis"]),
        valid_until=row["valid_until"],
        event_id=row["consent_event_id"],
        notice_id=row["notice_id"],
        imported=row["imported"],
        interest=State(row["interest"]),
        other_basis=_basis(row["other_basis"]),
    )


def _recorded(row: Row, opener: CustomerCipher | None = None) -> Recorded:
    private: dict[str, Any] = {}
    if opener is not None and row["evidence"] is not None:
        place = (Table.__tablename__, row["consent_event_id"], "evidence")
        private = pii.open_json(opener, *place, row["evidence"])
    values: dict[str, Any] = {name: row[name] for name in _PLAIN}
    for name, kind in _KINDS.items():
        values[name] = kind(values[name])
    return Recorded(
        **values,
        message_id=row["source_event_id"],
        has_evidence=row["has_evidence"],
        evidence=private.get("evidence"),
        provenance=private.get("provenance"),
    )


_PLAIN = (
    "consent_event_id", "customer_id", "purpose", "channel", "decision", "legal_basis", "event_type",
    "indication_method", "actor", "source_id", "jurisdiction", "occurred_at", "received_at", "clamped", "claimed_at",
    "valid_until", "state_before", "state",
)  # fmt: skip
_KINDS: dict[str, Any] = {
    "channel": Channel, "decision": Decision, "legal_basis": _basis, "event_type": EventType,
    "indication_method": IndicationMethod, "actor": Actor, "state_before": State, "state": State,
}  # fmt: skip
_TENANT = Table.tenant_id == bindparam("tenant_id")
_OF_CUSTOMER = and_(_TENANT, Table.customer_id == bindparam("customer_id"))
_ACTIVE = and_(Customer.tenant_id == bindparam("tenant_id"), Customer.status == "active")
_READ = tuple(getattr(Table, name) for name in (*_PLAIN, "source_event_id", "has_evidence", "evidence"))
_LOCK = Statement(
    lambda: (
        select(Customer.customer_id)
        .where(_ACTIVE, Customer.customer_id == bindparam("customer_id"))
        # Events may still refer to the customer meanwhile; whoever changes or erases her waits.
        .with_for_update(key_share=True)
    )
)
DECISION: tuple[Any, ...] = (
    Table.consent_event_id, Table.decision, Table.occurred_at, Table.received_at, Table.legal_basis, Table.event_type,
    Table.indication_method, Table.has_evidence, Table.valid_until, Table.notice_id, Table.confirmation_required,
)  # fmt: skip
_HISTORY = Statement(
    lambda: select(*DECISION).where(
        _OF_CUSTOMER, Table.purpose == bindparam("purpose"), Table.channel == bindparam("channel")
    )
)
_BY_MESSAGE = Statement(
    lambda: select(*_READ, Table.body_digest).where(
        _TENANT, Table.source_id == bindparam("source_id"), Table.source_event_id == bindparam("message_id")
    )
)
_ADDRESSES = Statement(
    lambda: select(CustomerIdentifier.digest).where(
        CustomerIdentifier.tenant_id == bindparam("tenant_id"),
        CustomerIdentifier.customer_id == bindparam("customer_id"),
        CustomerIdentifier.kind == bindparam("kind"),
        CustomerIdentifier.index_version == bindparam("index_version"),
    )
)
_INSERT = Statement(
    lambda: (
        pg_insert(Table)
        .values(
            **binds(
                "tenant_id", *_PLAIN, "schema_version", "purpose_version", "address_digest", "confirmation_required",
                "source_event_id", "body_digest", "has_evidence", "evidence", "previous_event_id",
            )
        )
        .on_conflict_do_nothing()
        .returning(Table.consent_event_id)
    )
)  # fmt: skip
KEPT: tuple[Any, ...] = (
    Consent.state, Consent.since, Consent.legal_basis, Consent.valid_until, Consent.event_type, Consent.imported,
    Consent.interest, Consent.other_basis, Consent.consent_event_id, Consent.notice_id,
)  # fmt: skip
_CHANGING = (*(column.key for column in KEPT), "updated_at")
_PLACE = ("tenant_id", "customer_id", "purpose", "channel")


def _put() -> Any:
    clause = pg_insert(Consent).values(**binds(*_PLACE, *_CHANGING))
    return clause.on_conflict_do_update(
        index_elements=list(_PLACE), set_={name: getattr(clause.excluded, name) for name in _CHANGING}
    )


_PUT = Statement(_put)
_HER_CONSENTS = and_(Consent.tenant_id == Customer.tenant_id, Consent.customer_id == Customer.customer_id)
_KEPT = Statement(
    lambda: (
        select(Consent.purpose, Consent.channel, *KEPT)
        .select_from(Customer)
        .outerjoin(Consent, _HER_CONSENTS)
        .where(_ACTIVE, Customer.customer_id == bindparam("customer_id"))
        .order_by(Consent.purpose, Consent.channel)
    )
)


def _page(after: bool) -> Statement:
    def build() -> Any:
        clause = select(*_READ).where(_OF_CUSTOMER)
        if after:
            seen = tuple_(bindparam("at", type_=DateTime(timezone=True)), bindparam("consent_event_id", type_=Uuid))
            clause = clause.where(tuple_(Table.occurred_at, Table.consent_event_id) < seen)
        return clause.order_by(Table.occurred_at.desc(), Table.consent_event_id.desc()).limit(bindparam("limit"))

    return Statement(build)


_PAGES = {after: _page(after) for after in (True, False)}


def _standings(with_address: bool) -> Any:
    reach = (
        select(func.count().label("addresses"), func.max(CustomerIdentifier.suppressed_at).label("suppressed_at"))
        .where(
            CustomerIdentifier.tenant_id == Customer.tenant_id,
            CustomerIdentifier.customer_id == Customer.customer_id,
            CustomerIdentifier.kind == bindparam("kind"),
        )
        .correlate(Customer)
        .lateral("reach")
    )
    here = and_(_HER_CONSENTS, Consent.purpose == bindparam("purpose"), Consent.channel == bindparam("channel"))
    source = select(Customer.customer_id).outerjoin(Consent, here)
    if with_address:
        source = source.join(reach, true()).add_columns(reach.c.addresses, reach.c.suppressed_at)
    else:
        source = source.add_columns(bindparam("no_addresses", 0).label("addresses"), null().label("suppressed_at"))
    return source.add_columns(*KEPT).where(_ACTIVE, Customer.customer_id == any_of("customer_ids", Uuid))


_STANDINGS = Statement(lambda: _standings(True))
_STANDINGS_WITHOUT_ADDRESS = Statement(lambda: _standings(False))
_KEY = Statement(
    lambda: select(CustomerKey.version, CustomerKey.wrapped).where(
        CustomerKey.tenant_id == bindparam("tenant_id"),
        CustomerKey.customer_id == bindparam("customer_id"),
        CustomerKey.kind == "evidence",
    )
)
_INSERT_KEY = Statement(
    lambda: (
        pg_insert(CustomerKey)
        .values(**binds("tenant_id", "customer_id", "kind", "version", "wrapped"))
        .on_conflict_do_nothing()
        .returning(CustomerKey.customer_id)
    )
)
_GIVER = Statement(
    lambda: (
        select(Table.source_id)
        .join(Consent, and_(Consent.tenant_id == Table.tenant_id, Consent.consent_event_id == Table.consent_event_id))
        .where(
            Consent.tenant_id == bindparam("tenant_id"),
            Consent.customer_id == bindparam("customer_id"),
            Consent.purpose == bindparam("purpose"),
            Consent.channel == bindparam("channel"),
            Consent.state == "given",
        )
    )
)
