"""RSA signatures, with the cryptography library as the judge (T24)."""

import base64
import hashlib

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain import rsa_signatures
from app.domain.rsa_signatures import PublicKey

_PRIVATE = rsa.generate_private_key(public_exponent=65537, key_size=2048)
_DIGEST_INFO = bytes.fromhex("3031300d060960864801650304020105000420")


def _der(key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def _pem(key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey) -> str:
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()


def _sign(message: bytes, algorithm: hashes.HashAlgorithm | None = None) -> bytes:
    return _PRIVATE.sign(message, padding.PKCS1v15(), algorithm or hashes.SHA256())


_KEY = rsa_signatures.public_key(_pem(_PRIVATE.public_key()))


@given(st.binary(max_size=300))
@settings(max_examples=50, deadline=None)
def test_what_the_cryptography_library_signs_is_verified(message: bytes) -> None:
    assert rsa_signatures.verify(_KEY, _sign(message), message)
    assert not rsa_signatures.verify(_KEY, _sign(message), message + b"!")


def test_every_flipped_bit_of_a_signature_is_refused() -> None:
    signature = _sign(b"order")
    for place in range(len(signature) * 8):
        forged = bytearray(signature)
        forged[place // 8] ^= 1 << place % 8
        assert not rsa_signatures.verify(_KEY, bytes(forged), b"order")


def test_signatures_of_another_length_or_beyond_the_modulus_are_refused() -> None:
    signature = _sign(b"order")
    again = (int.from_bytes(signature) + _KEY.modulus).to_bytes(_KEY.size + 1)
    for forged in (b"", b"\0", signature[:-1], b"\0" + signature, signature + b"\0", again, b"\xff" * 256, b"\0" * 256):
        assert not rsa_signatures.verify(_KEY, forged, b"order")
    assert not rsa_signatures.verify(_KEY, (1).to_bytes(256), b"order")


def test_a_second_number_that_stands_for_the_same_signature_is_refused() -> None:
    """One more modulus leads to the same power; there is one signature for a message and not two."""
    messages = (str(number).encode() for number in range(100_000))
    small = ((message, int.from_bytes(_sign(message))) for message in messages)
    message, number = next((m, n) for m, n in small if n + _KEY.modulus < 1 << 2048)
    assert rsa_signatures.verify(_KEY, number.to_bytes(256), message)
    assert not rsa_signatures.verify(_KEY, (number + _KEY.modulus).to_bytes(256), message)


@pytest.mark.parametrize("algorithm", [hashes.SHA1(), hashes.SHA512(), hashes.SHA224()], ids=lambda a: a.name)
def test_another_digest_is_refused(algorithm: hashes.HashAlgorithm) -> None:
    assert not rsa_signatures.verify(_KEY, _sign(b"order", algorithm), b"order")


def test_another_padding_and_another_key_are_refused() -> None:
    pss = _PRIVATE.sign(b"order", padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
    assert not rsa_signatures.verify(_KEY, pss, b"order")
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    assert not rsa_signatures.verify(_KEY, other.sign(b"order", padding.PKCS1v15(), hashes.SHA256()), b"order")


def test_blocks_that_a_lenient_reader_would_take_are_refused() -> None:
    """Made with the private key, so that only the padding is wrong: short padding with a tail behind the digest
    (Bleichenbacher 2006), a tail inside the DigestInfo, no NULL, wrong block types, padding that is not all FF."""
    digest = hashlib.sha256(b"order").digest()
    right = _DIGEST_INFO + digest
    no_null = bytes.fromhex("302f300b0609608648016503040201" + "0420") + digest
    blocks = [
        b"\x00\x01" + b"\xff" * 8 + b"\x00" + right + b"\xaa" * (256 - 11 - len(right)),
        b"\x00\x01" + b"\xff" * (256 - 3 - len(right) - 4) + b"\x00" + right + b"\0\0\0\0",
        b"\x00\x01" + b"\xff" * (256 - 3 - len(no_null)) + b"\x00" + no_null,
        b"\x00\x02" + b"\xff" * (256 - 3 - len(right)) + b"\x00" + right,
        b"\x00\x00" + b"\x00" * (256 - 3 - len(right)) + b"\x00" + right,
        b"\x00\x01" + b"\xff" * (256 - 4 - len(right)) + b"\xfe\x00" + right,
        b"\x00\x01" + b"\xff" * (256 - 3 - 32) + b"\x00" + digest,
        b"\x01\x01" + b"\xff" * (256 - 3 - len(right)) + b"\x00" + right,
    ]
    numbers = _PRIVATE.private_numbers()
    for block in blocks:
        assert len(block) == 256
        signature = pow(int.from_bytes(block), numbers.d, _KEY.modulus).to_bytes(256)
        assert not rsa_signatures.verify(_KEY, signature, b"order")
    sound = b"\x00\x01" + b"\xff" * (256 - 3 - len(right)) + b"\x00" + right
    assert rsa_signatures.verify(_KEY, pow(int.from_bytes(sound), numbers.d, _KEY.modulus).to_bytes(256), b"order")


def test_a_cube_root_forgery_with_the_exponent_three_is_refused() -> None:
    """Bleichenbacher's forgery needs no private key: a cube whose first bytes look right."""
    private = rsa.generate_private_key(public_exponent=3, key_size=2048)
    key = rsa_signatures.public_key(_pem(private.public_key()))
    start = b"\x00\x01" + b"\xff" * 8 + b"\x00" + _DIGEST_INFO + hashlib.sha256(b"order").digest()
    target = int.from_bytes(start + b"\xff" * (256 - len(start)))
    low, high = 0, 1 << 700
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if middle**3 <= target else (low, middle - 1)
    assert pow(low, 3, key.modulus).to_bytes(256).startswith(start)
    assert not rsa_signatures.verify(key, low.to_bytes(256), b"order")
    assert rsa_signatures.verify(key, private.sign(b"order", padding.PKCS1v15(), hashes.SHA256()), b"order")


def test_keys_are_read_as_people_paste_them() -> None:
    pem = _pem(_PRIVATE.public_key())
    bare = base64.b64encode(_der(_PRIVATE.public_key())).decode()
    numbers = _PRIVATE.public_key().public_numbers()
    for text in (pem, bare, pem.replace("\n", "\r\n"), pem.replace("\n", "\\n"), f"  {bare[:64]}\n{bare[64:]} "):
        assert rsa_signatures.public_key(text) == PublicKey(numbers.n, numbers.e)
    large = rsa.generate_private_key(public_exponent=65537, key_size=4096).public_key()
    assert rsa_signatures.public_key(_pem(large)).size == 512


def test_what_is_no_key_is_refused() -> None:
    small = rsa.generate_private_key(public_exponent=65537, key_size=1024).public_key()
    curve = ec.generate_private_key(ec.SECP256R1()).public_key()
    private = _PRIVATE.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    for text in ("", "token", "MII", "é", "-----BEGIN PUBLIC KEY-----", _pem(small), _pem(curve), private):
        with pytest.raises(ValueError, match=r"."):
            rsa_signatures.public_key(text)


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_a_damaged_key_is_refused_or_is_one_that_the_judge_reads_alike(data: st.DataObject) -> None:
    der = bytearray(_der(_PRIVATE.public_key()))
    for _ in range(data.draw(st.integers(1, 3))):
        der[data.draw(st.integers(0, len(der) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(der[: data.draw(st.integers(len(der) - 3, len(der)))])
    try:
        key = rsa_signatures.public_key(base64.b64encode(cut).decode())
    except ValueError:
        return
    try:
        judged = serialization.load_der_public_key(cut)
    except Exception:
        pytest.fail("the judge does not read what we read")
    assert isinstance(judged, rsa.RSAPublicKey)
    assert judged.public_numbers() == rsa.RSAPublicNumbers(key.exponent, key.modulus)
