"""The sealing of fields."""

import os
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.crypto import cipher
from app.crypto.cipher import CustomerCipher, open_sealed, seal
from app.errors import CryptoError
from tests.unit.crypto import reference
from tests.unit.crypto.reference import SENTENCE, is_the_one_refusal

KEY = bytes(range(32))
TENANT = UUID("01890a5d-ac96-774b-bcce-b302099a8057")
CUSTOMER = UUID("01890a5d-ac96-774b-bcce-b302099a8058")
ROW = UUID("01890a5d-ac96-774b-bcce-b302099a8059")
CONTEXT = (b"clientela", b"field", TENANT.bytes, CUSTOMER.bytes, b"addresses", ROW.bytes, b"street")
HEADER = bytes.fromhex("01010007")


def customer_cipher(
    key: bytes = KEY, key_version: int = 7, tenant_id: UUID = TENANT, customer_id: UUID = CUSTOMER
) -> CustomerCipher:
    return CustomerCipher(key, key_version=key_version, tenant_id=tenant_id, customer_id=customer_id)


def forged(padded: bytes) -> bytes:
    """A blob that GCM accepts, around a padded plaintext of our choice."""
    return reference.sealed(KEY, padded, header=HEADER, nonce=bytes(12), context=CONTEXT)


def refuses(blob: bytes) -> bool:
    """Both ways of opening refuse, with one exception type and one sentence."""
    return all(
        is_the_one_refusal(opening)
        for opening in (
            lambda: open_sealed(KEY, blob, key_version=7, context=CONTEXT),
            lambda: customer_cipher().open("addresses", ROW, "street", blob),
        )
    )


@given(st.binary(max_size=100))
def test_a_field_opens_to_what_was_sealed(plaintext: bytes) -> None:
    blob = customer_cipher().seal("addresses", ROW, "street", plaintext)
    assert customer_cipher().open("addresses", ROW, "street", blob) == plaintext
    assert open_sealed(KEY, blob, key_version=7, context=CONTEXT) == plaintext
    again = seal(KEY, plaintext, key_version=7, context=CONTEXT)
    assert customer_cipher().open("addresses", ROW, "street", again) == plaintext


@pytest.mark.parametrize(
    "plaintext", [b"", b"\x80", b"\x00", b"\x80\x00\x00", b"a" * 15, b"a" * 16, bytes(16), b"\0" * 40]
)
def test_plaintext_that_looks_like_padding_survives(plaintext: bytes) -> None:
    blob = seal(KEY, plaintext, key_version=7, context=CONTEXT)
    assert open_sealed(KEY, blob, key_version=7, context=CONTEXT) == plaintext


@pytest.mark.parametrize(("length", "sealed_length"), [(0, 48), (1, 48), (15, 48), (16, 64), (31, 64), (32, 80)])
def test_only_the_length_in_blocks_can_be_seen(length: int, sealed_length: int) -> None:
    assert len(seal(KEY, b"x" * length, key_version=7, context=CONTEXT)) == sealed_length


def test_every_nonce_is_new_and_comes_from_the_operating_system(monkeypatch: pytest.MonkeyPatch) -> None:
    blobs = [customer_cipher().seal("addresses", ROW, "street", b"x") for _ in range(200)]
    blobs += [seal(KEY, b"x", key_version=7, context=CONTEXT) for _ in range(200)]
    assert len({blob[4:16] for blob in blobs}) == 400
    monkeypatch.setattr(os, "urandom", lambda count: b"n" * count)
    assert customer_cipher().seal("addresses", ROW, "street", b"x")[4:16] == b"n" * 12


@pytest.mark.parametrize("plaintext", [b"", b"Rua das Laranjeiras, 42"])
def test_every_flipped_bit_is_refused(plaintext: bytes) -> None:
    """T02."""
    blob = customer_cipher().seal("addresses", ROW, "street", plaintext)
    for bit in range(len(blob) * 8):
        flipped = bytearray(blob)
        flipped[bit // 8] ^= 1 << bit % 8
        assert refuses(bytes(flipped)), bit


def test_every_truncation_and_extension_is_refused() -> None:
    """T02."""
    blob = customer_cipher().seal("addresses", ROW, "street", b"Rua das Laranjeiras, 42")
    assert all(refuses(blob[:length]) for length in range(len(blob)))
    assert all(refuses(blob[start:]) for start in range(1, len(blob)))
    assert all(refuses(blob + bytes(more)) for more in range(1, 40))


@pytest.mark.parametrize(
    ("where", "table", "row", "column"),
    [
        (customer_cipher(tenant_id=uuid4()), "addresses", ROW, "street"),
        (customer_cipher(customer_id=uuid4()), "addresses", ROW, "street"),
        (customer_cipher(tenant_id=CUSTOMER, customer_id=TENANT), "addresses", ROW, "street"),
        (customer_cipher(), "customers", ROW, "street"),
        (customer_cipher(), "addresses", uuid4(), "street"),
        (customer_cipher(), "addresses", ROW, "city"),
        (customer_cipher(), "street", ROW, "addresses"),
        (customer_cipher(), "addressess", ROW, "treet"),
        (customer_cipher(key_version=8), "addresses", ROW, "street"),
        (customer_cipher(key=bytes(range(1, 33))), "addresses", ROW, "street"),
    ],
)
def test_a_moved_field_is_refused(where: CustomerCipher, table: str, row: UUID, column: str) -> None:
    """T03: another tenant, customer, table, row, column, key version or key."""
    blob = customer_cipher().seal("addresses", ROW, "street", b"Rua das Laranjeiras, 42")
    with pytest.raises(CryptoError, match=f"^{SENTENCE}$"):
        where.open(table, row, column, blob)
    relabelled = blob[:2] + where._header[2:] + blob[4:]
    with pytest.raises(CryptoError, match=f"^{SENTENCE}$"):
        where.open(table, row, column, relabelled)


def test_a_longer_context_does_not_stand_for_a_shorter_one() -> None:
    """T04."""
    blob = seal(KEY, b"x", key_version=7, context=(b"a", b"bc"))
    for context in ((b"ab", b"c"), (b"a", b"bc", b""), (b"abc",), (b"a",), ()):
        with pytest.raises(CryptoError):
            open_sealed(KEY, blob, key_version=7, context=context)


@pytest.mark.parametrize(
    "padded",
    [
        b"",
        b"\x80",
        b"x" * 16,
        bytes(16),
        bytes(32),
        b"x" * 15 + b"\x81",
        b"x" * 14 + b"\x80X",
        b"x" * 13 + b"\x80X\x00",
        b"x" * 15 + b"\x01",
        b"x" * 14 + b"\x81\x00",
        b"x" * 15 + b"\x80" + bytes(16),
        b"\x80" + bytes(31),
        b"x" * 16 + b"\x80",
        b"x" * 14 + b"\x80",
    ],
)
def test_malformed_padding_is_refused_although_the_tag_is_right(padded: bytes) -> None:
    assert refuses(forged(padded))


@pytest.mark.parametrize("content", [b"", b"x" * 15, b"x" * 16, b"x" * 31])
def test_well_formed_padding_opens(content: bytes) -> None:
    """The counterpart of the malformed ones: the reference really is accepted."""
    padded = content + b"\x80" + bytes(-(len(content) + 1) % 16)
    assert open_sealed(KEY, forged(padded), key_version=7, context=CONTEXT) == content


@pytest.mark.parametrize("header", ["00010007", "02010007", "01000007", "01020007", "01010006", "01010008", "01010107"])
def test_another_format_suite_or_version_is_refused_although_the_tag_is_right(header: str) -> None:
    """T02: the header alone decides, with nothing tried."""
    blob = reference.sealed(KEY, b"\x80" + bytes(15), header=bytes.fromhex(header), nonce=bytes(12), context=CONTEXT)
    assert refuses(blob)
    own_aad = reference.gcm(KEY, bytes(12), b"\x80" + bytes(15), reference.lp(*CONTEXT, HEADER))
    assert refuses(bytes.fromhex(header) + bytes(12) + own_aad)
    assert not refuses(HEADER + bytes(12) + own_aad)


def test_seal_equals_the_reference() -> None:
    aead = cipher.AESGCM(KEY)
    for length in range(40):
        plaintext, nonce = b"p" * length, os.urandom(12)
        blob = cipher._seal(aead, plaintext, header=HEADER, aad=reference.lp(*CONTEXT, HEADER), nonce=nonce)
        padded = plaintext + b"\x80" + bytes(-(length + 1) % 16)
        assert blob == reference.sealed(KEY, padded, header=HEADER, nonce=nonce, context=CONTEXT)


def test_a_table_and_column_never_seen_before_are_encoded_as_in_every_context() -> None:
    """T04: encoded names are kept, so only a new one shows how they are encoded."""
    table, column = f"endereços{uuid4()}", f"größe{uuid4()}"
    expected = (*CONTEXT[:4], table.encode(), ROW.bytes, column.encode())
    blob = customer_cipher().seal(table, ROW, column, b"x")
    assert open_sealed(KEY, blob, key_version=7, context=expected) == b"x"


@pytest.mark.parametrize("version", [1, 0xFFFF])
def test_a_key_version_fits_the_header(version: int) -> None:
    blob = seal(KEY, b"x", key_version=version, context=())
    assert blob[:4] == b"\x01\x01" + version.to_bytes(2, "big")
    assert open_sealed(KEY, blob, key_version=version, context=()) == b"x"


@pytest.mark.parametrize("version", [-1, 0, 0x10000])
def test_a_key_version_that_does_not_fit_is_a_programming_error(version: int) -> None:
    with pytest.raises(ValueError, match=r"^A key version is a number from 1 to 65535$"):
        customer_cipher(key_version=version)
    with pytest.raises(ValueError, match="key version"):
        seal(KEY, b"", key_version=version, context=())


@pytest.mark.parametrize("length", [0, 16, 24, 31, 33])
def test_a_key_of_another_length_is_a_programming_error(length: int) -> None:
    """AES would take 16 and 24 bytes; we do not."""
    with pytest.raises(ValueError, match=r"^A key has 32 bytes$"):
        customer_cipher(key=bytes(length))
    with pytest.raises(ValueError, match=r"^A key has 32 bytes$"):
        seal(bytes(length), b"", key_version=1, context=())
    with pytest.raises(ValueError, match=r"^A key has 32 bytes$"):
        open_sealed(bytes(length), bytes(48), key_version=1, context=())


def test_a_cipher_never_shows_its_key() -> None:
    assert repr(customer_cipher()) == "CustomerCipher(key_version=7)"
    assert not hasattr(customer_cipher(), "__dict__")
