"""The formats once more, written from the design with the standard library and plain AES-GCM, to compare with."""

import hashlib
import hmac
import struct
from collections.abc import Callable

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import GCM

from app.errors import CryptoError

SENTENCE = "Sealed data could not be opened"


def is_the_one_refusal(opening: Callable[[], bytes]) -> bool:
    """Whether `opening` raises CryptoError with the one sentence and no cause that tells more."""
    try:
        opening()
    except CryptoError as error:
        hides_its_context = error.__suppress_context__ or error.__context__ is None
        return str(error) == SENTENCE and error.__cause__ is None and hides_its_context
    return False


def lp(*parts: bytes) -> bytes:
    encoded = struct.pack(">I", len(parts))
    for part in parts:
        encoded += struct.pack(">Q", len(part)) + part
    return encoded


def gcm(key: bytes, nonce: bytes, plaintext: bytes, aad: bytes) -> bytes:
    encryptor = Cipher(AES(key), GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(aad)
    return encryptor.update(plaintext) + encryptor.finalize() + encryptor.tag


def hkdf_sha512(key: bytes, *, salt: bytes, info: bytes, length: int) -> bytes:
    extracted = hmac.digest(salt or bytes(64), key, "sha512")
    block = material = b""
    while len(material) < length:
        block = hmac.digest(extracted, block + info + bytes([len(material) // 64 + 1]), "sha512")
        material += block
    return material[:length]


def sealed(key: bytes, padded: bytes, *, header: bytes, nonce: bytes, context: tuple[bytes, ...]) -> bytes:
    """A field's blob around any bytes as padded plaintext, so that tests can pad wrongly."""
    return header + nonce + gcm(key, nonce, padded, lp(*context, header))


def wrapped(wrapping_key: bytes, key: bytes, *, version: int, salt: bytes, aad: bytes) -> bytes:
    """A wrapped key's blob; `key` may have any length."""
    head = b"\x01\x02" + struct.pack(">I", version) + salt
    context = lp(head, aad)
    info = b"clientela/v1/wrap\x00" + hashlib.sha512(context).digest()
    material = hkdf_sha512(wrapping_key, salt=salt, info=info, length=76)
    return head + material[44:76] + gcm(material[:32], material[32:44], key, context)


def digest(index_key: bytes, kind: bytes, normalised: bytes, *, version: int) -> bytes:
    key = hkdf_sha512(index_key, salt=b"", info=lp(b"clientela/v1/index", kind), length=32)
    return hmac.digest(key, lp(struct.pack(">I", version), normalised), "sha256")[:16]
