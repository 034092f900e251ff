"""Tenant keys: made, wrapped by a master key, opened and remembered for at most 300 s."""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import bindparam, insert, select

from app.crypto import wrap
from app.crypto.blind_index import BlindIndex
from app.crypto.keyring import MasterKeys
from app.db.models.tenants import TenantKey
from app.db.statements import Statement
from app.errors import CryptoError

if TYPE_CHECKING:
    from app.db.tx import Tx

KINDS = ("kek", "index", "suppression", "audit")
_TTL_SECONDS = 300.0


@dataclass(frozen=True, slots=True, repr=False)
class TenantKeys:
    """The opened keys of one tenant. `kek` maps versions to keys; the newest wraps, all unwrap."""

    kek: dict[int, bytes]
    index: dict[int, BlindIndex]
    suppression: dict[int, BlindIndex]

    @property
    def kek_version(self) -> int:
        return max(self.kek)

    @property
    def index_version(self) -> int:
        return max(self.index)

    @property
    def suppression_version(self) -> int:
        return max(self.suppression)

    def __repr__(self) -> str:
        return f"TenantKeys(kek={sorted(self.kek)}, index={sorted(self.index)})"


class KeyCache:
    """One per process. What was opened 300 s ago leaves memory too, as soon as anything else is opened."""

    def __init__(self, master_keys: MasterKeys) -> None:
        self._master_keys = master_keys
        self._opened: dict[UUID, tuple[float, TenantKeys]] = {}

    async def get(self, tx: "Tx") -> TenantKeys:
        held = self._opened.get(tx.tenant_id)
        if held is not None and time.monotonic() - held[0] < _TTL_SECONDS:
            return held[1]
        keys = self._open(tx.tenant_id, [(r["kind"], r["version"], r["wrapped"]) for r in await tx.all(_SELECT)])
        self._remember(tx.tenant_id, keys)
        return keys

    async def create(self, tx: "Tx") -> None:
        """The first key of each kind, for a new tenant."""
        master = self._master_keys.primary
        await tx.run_many(
            _INSERT,
            [
                {
                    "kind": kind,
                    "version": 1,
                    "wrapped": wrap.wrap(
                        self._master_keys.get(master),
                        wrap.new_key(),
                        wrapping_version=master,
                        aad=wrap.tenant_key_aad(tenant_id=tx.tenant_id, kind=kind, wrapping_version=master, version=1),
                    ),
                    "created_at": tx.now,
                }
                for kind in KINDS
            ],
        )

    def _remember(self, tenant_id: UUID, keys: TenantKeys) -> None:
        """In the order of opening, so that those whose time is over stand first."""
        now = time.monotonic()
        self._opened.pop(tenant_id, None)
        self._opened[tenant_id] = (now, keys)
        while now - self._opened[oldest := next(iter(self._opened))][0] >= _TTL_SECONDS:
            del self._opened[oldest]

    def _open(self, tenant_id: UUID, rows: list[tuple[str, int, bytes]]) -> TenantKeys:
        opened: dict[str, dict[int, bytes]] = {kind: {} for kind in KINDS}
        for kind, version, wrapped in rows:
            master = wrap.wrapped_by(wrapped)
            opened[kind][version] = wrap.unwrap(
                self._master_keys.get(master),
                wrapped,
                wrapping_version=master,
                aad=wrap.tenant_key_aad(tenant_id=tenant_id, kind=kind, wrapping_version=master, version=version),
            )
        if not all(opened.values()):
            raise CryptoError
        return TenantKeys(
            kek=opened["kek"],
            index={version: BlindIndex(key) for version, key in opened["index"].items()},
            suppression={version: BlindIndex(key) for version, key in opened["suppression"].items()},
        )


_SELECT = Statement(
    lambda: select(TenantKey.kind, TenantKey.version, TenantKey.wrapped).where(
        TenantKey.tenant_id == bindparam("tenant_id")
    )
)
_INSERT = Statement(lambda: insert(TenantKey))
