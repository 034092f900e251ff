"""Keyed digests by which an identifier can be looked up exactly without being stored."""

from functools import lru_cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

from app.crypto.context import COUNT_BYTES, lp, lp_part
from app.crypto.primitives import hkdf_sha512, require_key

_LABEL = b"clientela/v1/index"
_DIGEST_BYTES = 16
_VERSION_BYTES = 4


@lru_cache(maxsize=16)
def _versioned(normalisation_version: int) -> bytes:
    """How lp() of a version and a value begins, up to the value."""
    return (2).to_bytes(COUNT_BYTES, "big") + lp_part(normalisation_version.to_bytes(_VERSION_BYTES, "big"))


class BlindIndex:
    """The blind index of one tenant under one version of its index key."""

    __slots__ = ("_index_key", "_macs")

    def __init__(self, index_key: bytes) -> None:
        self._index_key = require_key(index_key)
        self._macs: dict[str, HMAC] = {}

    def digest(self, kind: str, normalised: str, *, normalisation_version: int) -> bytes:
        """16 bytes that are equal only for the same kind, value and version (uint32) of the normalisation.

        Kinds are a handful of constants; each has its own key, made once, so that the same value cannot be linked
        across kinds.
        """
        return self.digest_bytes(kind, normalised.encode(), normalisation_version=normalisation_version)

    def digest_bytes(self, kind: str, normalised: bytes, *, normalisation_version: int) -> bytes:
        """The same for what is encoded already."""
        mac = (self._macs.get(kind) or self._keyed(kind)).copy()
        mac.update(_versioned(normalisation_version) + lp_part(normalised))
        return mac.finalize()[:_DIGEST_BYTES]

    def _keyed(self, kind: str) -> HMAC:
        mac = HMAC(hkdf_sha512(self._index_key, info=lp(_LABEL, kind.encode())), SHA256())
        self._macs[kind] = mac
        return mac

    def __repr__(self) -> str:
        return "BlindIndex()"
