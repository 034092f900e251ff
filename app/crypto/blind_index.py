"""Keyed digests by which an identifier can be looked up exactly without being stored."""

from collections.abc import Callable

from app.crypto.context import COUNT_BYTES, LENGTH_BYTES, lp, lp_part
from app.crypto.primitives import hkdf_sha512, keyed_sha256, require_key

_LABEL = b"clientela/v1/index"
_DIGEST_BYTES = 16
_VERSION_BYTES = 4


class BlindIndex:
    """The blind index of one tenant under one version of its index key."""

    __slots__ = ("_digests", "_index_key")

    def __init__(self, index_key: bytes) -> None:
        self._index_key = require_key(index_key)
        self._digests: dict[tuple[str, int], Callable[[bytes], bytes]] = {}

    def digest(self, kind: str, normalised: str, *, normalisation_version: int) -> bytes:
        """16 bytes that are equal only for the same kind, value and version (uint32) of the normalisation.

        Kinds are a handful of constants; each has its own key, made once, so that the same value cannot be linked
        across kinds.
        """
        return self.digest_bytes(kind, normalised.encode(), normalisation_version=normalisation_version)

    def digest_bytes(self, kind: str, normalised: bytes, *, normalisation_version: int) -> bytes:
        """The same for what is encoded already."""
        return self.digester(kind, normalisation_version=normalisation_version)(normalised)

    def digester(self, kind: str, *, normalisation_version: int) -> Callable[[bytes], bytes]:
        """`digest_bytes` of one kind, for many values: the HMAC-SHA256 of lp() of the version and the value."""
        return self._digests.get((kind, normalisation_version)) or self._keyed(kind, normalisation_version)

    def _keyed(self, kind: str, normalisation_version: int) -> Callable[[bytes], bytes]:
        inner, outer = keyed_sha256(hkdf_sha512(self._index_key, info=lp(_LABEL, kind.encode())))
        inner.update((2).to_bytes(COUNT_BYTES, "big") + lp_part(normalisation_version.to_bytes(_VERSION_BYTES, "big")))

        def digest(normalised: bytes) -> bytes:
            begun, ended = inner.copy(), outer.copy()
            begun.update(len(normalised).to_bytes(LENGTH_BYTES, "big") + normalised)
            ended.update(begun.digest())
            whole: bytes = ended.digest()
            return whole[:_DIGEST_BYTES]

        self._digests[kind, normalisation_version] = digest
        return digest

    def __repr__(self) -> str:
        return "BlindIndex()"
