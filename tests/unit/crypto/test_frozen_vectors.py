"""The formats as they are stored. A change of any of these bytes makes stored data unreadable: never update them."""

from uuid import UUID

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.crypto import cipher
from app.crypto import wrap as wrapping
from app.crypto.blind_index import BlindIndex
from app.crypto.cipher import CustomerCipher, open_sealed
from app.crypto.derive import derive
from app.crypto.keyring import check_value
from app.crypto.wrap import customer_key_aad, tenant_key_aad, unwrap

KEY = bytes(range(32))
WRAPPING_KEY = bytes(range(32, 64))
SALT = bytes(range(64, 88))
NONCE = bytes(range(96, 108))
TENANT = UUID("01890a5d-ac96-774b-bcce-b302099a8057")
CUSTOMER = UUID("01890a5d-ac96-774b-bcce-b302099a8058")
ROW = UUID("01890a5d-ac96-774b-bcce-b302099a8059")

FIELDS = [
    (
        "",
        "01010001606162636465666768696a6b6adb9b55bb40836f7c16f92b728dc14366aff30b0e642ab2f2078ffc75726418",
    ),
    (
        "João",
        "01010001606162636465666768696a6ba0b458f6d4c0836f7c16f92b728dc143b4b882b82de1d27ca96abb6271b012ab",
    ),
    (
        "sixteen bytes ok",
        "01010001606162636465666768696a6b99b2e321de25ed4f1e6f8d4e01adae28"
        "a6758989846432d9a3a1806c7cf2f708c5a8b178d297e855b0f48d966816d041",
    ),
    (
        "maria.silva@example.com",
        "01010001606162636465666768696a6b87bae93cda6ef0061060986b17f5a02e"
        "5619eca7e70b5f59a3a1806c7cf2f7080f00eb148dc9ee66be4fc60741099bbd",
    ),
]
WRAPS = [
    (
        1,
        tenant_key_aad(tenant_id=TENANT, kind="kek", wrapping_version=1, version=2),
        "010200000001404142434445464748494a4b4c4d4e4f5051525354555657"
        "284d8133e026023a650b5ebe2eeec01bd5945363b845a03dd03f38bf2ed637f3"
        "63b761b610dc735b09e87f29fd6728e01a5b9349b209fb63cbc79d75518b73b7cf4ed134e9d13effe8e2dca17297b720",
    ),
    (
        2,
        customer_key_aad(tenant_id=TENANT, customer_id=CUSTOMER, kind="profile", wrapping_version=2, version=1),
        "010200000002404142434445464748494a4b4c4d4e4f5051525354555657"
        "808f2e430e0b8214c715a4f0a7b36637a0245e39620d54e0a089d718d02a62d7"
        "495c6fce32ef44a690e08079e843367bff16057ddd3b8b08f29f349f50ca97dc086565021a281cc87436a41609876e9f",
    ),
]
DIGESTS = [
    ("email", "maria.silva@example.com", 1, "6eb1751938406b977a94b07b0657a675"),
    ("email", "maria.silva@example.com", 2, "e9a991169da7fab94e159fb1f97b0589"),
    ("phone", "+5511987654321", 1, "ea6c64b55b178d1b87e12ace6b407d80"),
    ("external_id", "shopify:42", 1, "11adc101ad93c8369e1dd5399cd46b76"),
]


@pytest.mark.parametrize(("plaintext", "blob"), FIELDS)
def test_a_field_sealed_long_ago_opens(plaintext: str, blob: str) -> None:
    """T01."""
    customer = CustomerCipher(KEY, key_version=1, tenant_id=TENANT, customer_id=CUSTOMER)
    assert customer.open("customers", ROW, "email", bytes.fromhex(blob)) == plaintext.encode()
    context = (b"clientela", b"field", TENANT.bytes, CUSTOMER.bytes, b"customers", ROW.bytes, b"email")
    assert open_sealed(KEY, bytes.fromhex(blob), key_version=1, context=context) == plaintext.encode()


@pytest.mark.parametrize(("plaintext", "blob"), FIELDS)
def test_a_field_is_sealed_as_it_was_long_ago(plaintext: str, blob: str) -> None:
    """T01."""
    customer = CustomerCipher(KEY, key_version=1, tenant_id=TENANT, customer_id=CUSTOMER)
    aad = customer._aad("customers", ROW, "email")
    header = bytes.fromhex("01010001")
    assert cipher._seal(AESGCM(KEY), plaintext.encode(), header=header, aad=aad, nonce=NONCE).hex() == blob


@pytest.mark.parametrize(("version", "aad", "blob"), WRAPS)
def test_a_key_is_wrapped_and_unwrapped_as_it_was_long_ago(version: int, aad: bytes, blob: str) -> None:
    """T01."""
    assert unwrap(WRAPPING_KEY, bytes.fromhex(blob), wrapping_version=version, aad=aad) == KEY
    assert wrapping._wrap(WRAPPING_KEY, KEY, wrapping_version=version, aad=aad, salt=SALT).hex() == blob


@pytest.mark.parametrize(("kind", "value", "version", "digest"), DIGESTS)
def test_an_identifier_indexed_long_ago_is_found(kind: str, value: str, version: int, digest: str) -> None:
    """T01."""
    assert BlindIndex(KEY).digest(kind, value, normalisation_version=version).hex() == digest


def test_derived_keys_and_check_values_are_what_they_were_long_ago() -> None:
    """T01."""
    assert derive(KEY, b"cursor").hex() == "ad5f8af330bb4090a71dc2e2d1a1c3693331586d8f9c19b225fee1e94c0cdeb5"
    assert derive(KEY, b"webhook", b"1").hex() == "3495c7ee7dea065ac8c61f5cf2c754ea09f58f629f63acc7613af484352f7adc"
    assert check_value(KEY).hex() == "05c3735fee55def2ea2ac55f4427322f797ced0a5b94affb05dd90f9a9dd4383"
