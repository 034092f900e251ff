"""The wrapping of keys."""

import os
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest

from app.crypto import wrap as module
from app.crypto.wrap import customer_key_aad, new_key, tenant_key_aad, unwrap, wrap, wrapped_by
from app.errors import CryptoError
from tests.unit.crypto import reference
from tests.unit.crypto.reference import SENTENCE, is_the_one_refusal

WRAPPING_KEY = bytes(range(32))
KEY = bytes(range(100, 132))
SALT = bytes(range(200, 224))
AAD = b"where it belongs"
TENANT = UUID("01890a5d-ac96-774b-bcce-b302099a8057")
CUSTOMER = UUID("01890a5d-ac96-774b-bcce-b302099a8058")


def wrapped(wrapping_key: bytes = WRAPPING_KEY, wrapping_version: int = 3, aad: bytes = AAD) -> bytes:
    return wrap(wrapping_key, KEY, wrapping_version=wrapping_version, aad=aad)


def refuses(blob: bytes, wrapping_key: bytes = WRAPPING_KEY, wrapping_version: int = 3, aad: bytes = AAD) -> bool:
    return is_the_one_refusal(lambda: unwrap(wrapping_key, blob, wrapping_version=wrapping_version, aad=aad))


@pytest.fixture
def gcm_calls(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The keys AES-GCM was set up with while the test ran."""
    calls: list[bytes] = []
    real = module.AESGCM

    def spy(key: bytes) -> object:
        calls.append(key)
        return real(key)

    monkeypatch.setattr(module, "AESGCM", spy)
    return calls


def test_a_wrapped_key_unwraps() -> None:
    blob = wrapped()
    assert len(blob) == 110
    assert wrapped_by(blob) == 3
    assert unwrap(WRAPPING_KEY, blob, wrapping_version=3, aad=AAD) == KEY


def test_wrapping_equals_the_reference() -> None:
    for version in (1, 256, 0xFFFFFFFF):
        salt = os.urandom(24)
        expected = reference.wrapped(WRAPPING_KEY, KEY, version=version, salt=salt, aad=AAD)
        assert module._wrap(WRAPPING_KEY, KEY, wrapping_version=version, aad=AAD, salt=salt) == expected
        assert unwrap(WRAPPING_KEY, expected, wrapping_version=version, aad=AAD) == KEY


def test_every_salt_is_new_and_comes_from_the_operating_system(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len({wrapped()[6:30] for _ in range(100)}) == 100
    monkeypatch.setattr(os, "urandom", lambda count: b"s" * count)
    assert wrapped()[6:30] == b"s" * 24
    assert new_key() == b"s" * 32


def test_new_keys_differ() -> None:
    assert len({new_key() for _ in range(100)}) == 100


def test_every_flipped_bit_is_refused() -> None:
    """T02: also when the caller believes the version that a flipped header names."""
    blob = wrapped()
    for bit in range(len(blob) * 8):
        flipped = bytearray(blob)
        flipped[bit // 8] ^= 1 << bit % 8
        assert refuses(bytes(flipped)), bit
        version = int.from_bytes(flipped[2:6], "big")
        assert refuses(bytes(flipped), wrapping_version=version), bit


def test_every_truncation_and_extension_is_refused() -> None:
    """T02."""
    blob = wrapped()
    assert all(refuses(blob[:length]) for length in range(len(blob)))
    assert all(refuses(blob[start:]) for start in range(1, len(blob)))
    assert all(refuses(blob + bytes(more)) for more in range(1, 40))


@pytest.mark.parametrize(
    "blob",
    [
        b"",
        bytes(110),
        b"\x01\x02" + bytes(107),
        b"\x01\x02" + bytes(109),
        b"\x01\x01" + bytes(108),
        b"\x02\x02" + bytes(108),
    ],
)
def test_a_blob_of_another_shape_names_no_wrapping_key(blob: bytes) -> None:
    with pytest.raises(CryptoError, match=f"^{SENTENCE}$"):
        wrapped_by(blob)


def test_another_place_or_version_is_refused() -> None:
    """T03."""
    assert refuses(wrapped(), aad=AAD + b"!")
    assert refuses(wrapped(), aad=b"")
    assert refuses(wrapped(), wrapping_version=4)
    assert refuses(wrapped(wrapping_version=4))


def test_a_wrong_key_fails_at_the_commitment_before_gcm(gcm_calls: list[bytes]) -> None:
    """T05."""
    blob = reference.wrapped(WRAPPING_KEY, KEY, version=3, salt=SALT, aad=AAD)
    assert refuses(blob, wrapping_key=bytes(32))
    assert refuses(blob, aad=b"elsewhere")
    assert refuses(blob, wrapping_version=4)
    assert gcm_calls == []
    assert not refuses(blob)
    assert len(gcm_calls) == 1


def test_a_wrong_commitment_is_refused_although_gcm_would_open(gcm_calls: list[bytes]) -> None:
    """T05: what a blob made to open under two keys comes down to."""
    blob = bytearray(reference.wrapped(WRAPPING_KEY, KEY, version=3, salt=SALT, aad=AAD))
    for position in range(30, 62):
        changed = blob.copy()
        changed[position] ^= 1
        assert refuses(bytes(changed)), position
    assert gcm_calls == []


def test_a_right_commitment_does_not_replace_the_tag(gcm_calls: list[bytes]) -> None:
    """T02."""
    blob = bytearray(reference.wrapped(WRAPPING_KEY, KEY, version=3, salt=SALT, aad=AAD))
    blob[-1] ^= 1
    assert refuses(bytes(blob))
    assert len(gcm_calls) == 1


def test_the_commitment_is_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """T05."""
    compared: list[tuple[bytes, bytes]] = []
    real: Callable[[bytes, bytes], bool] = module.bytes_eq

    def spy(left: bytes, right: bytes) -> bool:
        compared.append((left, right))
        return real(left, right)

    monkeypatch.setattr(module, "bytes_eq", spy)
    blob = wrapped()
    unwrap(WRAPPING_KEY, blob, wrapping_version=3, aad=AAD)
    assert compared == [(blob[30:62], blob[30:62])]


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_key_of_another_length_is_a_programming_error(length: int) -> None:
    with pytest.raises(ValueError, match=r"^A key has 32 bytes$"):
        wrap(bytes(length), KEY, wrapping_version=1, aad=AAD)
    with pytest.raises(ValueError, match=r"^A key has 32 bytes$"):
        wrap(WRAPPING_KEY, bytes(length), wrapping_version=1, aad=AAD)
    with pytest.raises(ValueError, match=r"^A key has 32 bytes$"):
        unwrap(bytes(length), wrapped(), wrapping_version=3, aad=AAD)


@pytest.mark.parametrize("version", [-1, 0, 0x100000000])
def test_a_version_that_does_not_fit_is_a_programming_error(version: int) -> None:
    for call in (
        lambda: wrapped(wrapping_version=version),
        lambda: tenant_key_aad(tenant_id=TENANT, kind="kek", wrapping_version=version, version=1),
        lambda: tenant_key_aad(tenant_id=TENANT, kind="kek", wrapping_version=1, version=version),
    ):
        with pytest.raises(ValueError, match=r"^A version is a number from 1 to 4294967295$"):
            call()


def test_the_place_of_a_key_names_everything_it_belongs_to() -> None:
    """T03."""
    assert tenant_key_aad(tenant_id=TENANT, kind="index", wrapping_version=2, version=0xFFFFFFFF) == reference.lp(
        b"clientela", b"tenant-key", TENANT.bytes, b"index", b"\0\0\0\x02", b"\xff\xff\xff\xff"
    )
    assert customer_key_aad(
        tenant_id=TENANT, customer_id=CUSTOMER, kind="profile", wrapping_version=258, version=1
    ) == reference.lp(
        b"clientela", b"customer-key", TENANT.bytes, CUSTOMER.bytes, b"profile", b"\0\0\x01\x02", b"\0\0\0\x01"
    )


def test_a_moved_customer_key_is_refused() -> None:
    """T03: another tenant, customer, kind or version, and the place of a tenant key."""
    place = {"tenant_id": TENANT, "customer_id": CUSTOMER, "kind": "profile", "wrapping_version": 3, "version": 1}
    blob = wrapped(aad=customer_key_aad(**place))
    assert not refuses(blob, aad=customer_key_aad(**place))
    for change in (
        {"tenant_id": uuid4()},
        {"customer_id": uuid4()},
        {"tenant_id": CUSTOMER, "customer_id": TENANT},
        {"kind": "evidence"},
        {"wrapping_version": 4},
        {"version": 2},
        {"wrapping_version": 1, "version": 3},
    ):
        assert refuses(blob, aad=customer_key_aad(**place | change)), change
    assert refuses(blob, aad=tenant_key_aad(tenant_id=TENANT, kind="profile", wrapping_version=3, version=1))
