"""The ring of master keys: how it is written, and how a wrong one is noticed before anything is sealed with it."""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from cryptography.hazmat.primitives.constant_time import bytes_eq

from app.crypto.primitives import KEY_BYTES, hmac_sha256, require_key
from app.errors import CryptoError, MasterKeyError

_CHECK_LABEL = b"clientela/v1/kcv"
_LARGEST_ID = 0xFFFFFFFF
_ID = re.compile("[1-9][0-9]{0,9}")
_MAKE_ONE = "Make a key with: openssl rand -base64 32"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class MasterKeys:
    """Master keys by id (1 to 4294967295, the wrapping version of a tenant key); `primary` wraps what is new."""

    primary: int
    keys: Mapping[int, bytes]

    def __post_init__(self) -> None:
        if self.primary not in self.keys:
            raise ValueError("The primary key is not in the ring")
        for key_id, key in self.keys.items():
            require_key(key)
            if not 1 <= key_id <= _LARGEST_ID:
                raise ValueError("The id of a master key is a number from 1 to 4294967295")
        object.__setattr__(self, "keys", MappingProxyType(dict(self.keys)))

    def get(self, key_id: int) -> bytes:
        """The key with this id. CryptoError if there is none: to the caller it is one more way of not opening."""
        if key_id not in self.keys:
            raise CryptoError
        return self.keys[key_id]

    def __repr__(self) -> str:
        return f"MasterKeys(primary={self.primary}, ids={list(self.keys)})"


def parse_master_keys(text: str) -> MasterKeys:
    """Read `id:base64` entries separated by commas or line ends; the first is primary, `#` starts a comment.

    One base64 value alone has id 1. MasterKeyError says which entry is wrong and what to do, never what it contains.
    """
    entries = _entries(text)
    if not entries:
        raise MasterKeyError(f"No master key is configured. {_MAKE_ONE}")
    if len(entries) == 1 and ":" not in entries[0]:
        entries = [f"1:{entries[0]}"]
    keys: dict[int, bytes] = {}
    for position, entry in enumerate(entries, start=1):
        key_id, key = _parse_entry(entry, position)
        if key_id in keys:
            raise _wrong(position, "its id is used twice. Give every key its own id")
        if key in keys.values():
            raise _wrong(position, f"the same key is there under another id. {_MAKE_ONE}")
        keys[key_id] = key
    return MasterKeys(primary=next(iter(keys)), keys=keys)


def check_value(key: bytes) -> bytes:
    """32 bytes that recognise a master key without giving anything of it away."""
    return hmac_sha256(require_key(key), _CHECK_LABEL)


def verify_check_values(keys: MasterKeys, stored: Mapping[int, bytes]) -> None:
    """Compare the ring with the check values stored by id. MasterKeyError if one is missing from the ring or differs.

    The caller passes the ids that still wrap something; keys that are new in the ring are no error.
    """
    missing = sorted(key_id for key_id in stored if key_id not in keys.keys)
    if missing:
        raise MasterKeyError(
            f"Stored data needs master keys that are not configured; ids: {_listed(missing)}. Add them to the ring"
        )
    wrong = sorted(key_id for key_id, value in stored.items() if not bytes_eq(check_value(keys.get(key_id)), value))
    if wrong:
        raise MasterKeyError(
            f"Master keys differ from those the stored data was sealed with; ids: {_listed(wrong)}. "
            "Configure the original keys, or another database"
        )


def _entries(text: str) -> list[str]:
    lines = [line.partition("#")[0] for line in text.splitlines()]
    return [entry.strip() for line in lines for entry in line.split(",") if entry.strip()]


def _parse_entry(entry: str, position: int) -> tuple[int, bytes]:
    written_id, _, written_key = (part.strip() for part in entry.partition(":"))
    if not _ID.fullmatch(written_id) or int(written_id) > _LARGEST_ID:
        raise _wrong(position, "write it as id:key, where id is a number from 1 to 4294967295")
    key = _decode(written_key)
    if key is None:
        raise _wrong(position, f"the key is not in standard base64. {_MAKE_ONE}")
    if len(key) != KEY_BYTES:
        raise _wrong(position, f"the key has {len(key)} bytes, not 32. {_MAKE_ONE}")
    if len(set(key)) == 1:
        raise _wrong(position, f"all bytes of the key are the same. {_MAKE_ONE}")
    return int(written_id), key


def _decode(written: str) -> bytes | None:
    """None instead of an exception, because Python's would carry the text as an attribute into tracebacks."""
    try:
        decoded = base64.b64decode(written)
    except ValueError:
        return None
    # Python skips foreign characters and spare bits; only what encodes back to the same text was written correctly.
    return decoded if base64.b64encode(decoded).decode() == written else None


def _wrong(position: int, what: str) -> MasterKeyError:
    return MasterKeyError(f"Master key entry {position}: {what}")


def _listed(ids: list[int]) -> str:
    return ", ".join(map(str, ids))
