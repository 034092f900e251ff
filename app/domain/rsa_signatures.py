"""Checking RSA signatures (RSASSA-PKCS1-v1_5 with SHA-256, RFC 8017 §8.2.2) with the standard library alone.

Only public keys pass here and nothing is secret, so that one `pow` is enough. What is signed is rebuilt whole and
compared whole: reading the padding instead is what let forged signatures pass elsewhere.
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class PublicKey:
    modulus: int
    exponent: int

    @property
    def size(self) -> int:
        """Of a signature, in bytes."""
        return (self.modulus.bit_length() + 7) // 8


_BITS: Final = range(2048, 8193)
_ARMOUR: Final = re.compile(r"-----(?:BEGIN|END) PUBLIC KEY-----|\\n|\s")
_SEQUENCE, _INTEGER, _BIT_STRING = 0x30, 0x02, 0x03
# AlgorithmIdentifier of rsaEncryption with its NULL (RFC 8017 §A.1), and what stands before a SHA-256 (§9.2, note 1).
_RSA: Final = bytes.fromhex("300d06092a864886f70d0101010500")
_SHA256: Final = bytes.fromhex("3031300d060960864801650304020105000420")


def public_key(text: str) -> PublicKey:
    """A key as PEM or as the base64 in it (SubjectPublicKeyInfo). ValueError where it is none, or one of fewer than
    2,048 or more than 8,192 bits."""
    try:
        der = base64.b64decode(_ARMOUR.sub("", text), validate=True)
    except binascii.Error:
        raise ValueError("a public key is base64") from None
    info = _only(der, _SEQUENCE)
    if not info.startswith(_RSA):
        raise ValueError("not the public key of RSA")
    bits = _only(info[len(_RSA) :], _BIT_STRING)
    if bits[:1] != b"\0":
        raise ValueError("a key has whole bytes")
    modulus, rest = _take(_only(bits[1:], _SEQUENCE), _INTEGER)
    key = PublicKey(_positive(modulus), _positive(_only(rest, _INTEGER)))
    if key.modulus.bit_length() not in _BITS or key.modulus % 2 == 0:
        raise ValueError("the modulus is not one to be trusted")
    if key.exponent % 2 == 0 or not 3 <= key.exponent < 2**64:
        raise ValueError("the exponent is not one to be trusted")
    return key


def verify(key: PublicKey, signature: bytes, message: bytes) -> bool:
    """Whether the signature is by the key's owner over the message."""
    number = int.from_bytes(signature)
    if len(signature) != key.size or number >= key.modulus:
        return False
    told = _SHA256 + hashlib.sha256(message).digest()
    padded = b"\x00\x01" + b"\xff" * (key.size - len(told) - 3) + b"\x00" + told
    return pow(number, key.exponent, key.modulus) == int.from_bytes(padded)


def _take(data: bytes, tag: int) -> tuple[bytes, bytes]:
    """The content of the DER element at the start, and what follows it."""
    if len(data) < 2 or data[0] != tag:
        raise ValueError("not the DER that a public key has")
    length, start = data[1], 2
    if length >= 0x80:
        start += length - 0x80
        length = int.from_bytes(data[2:start])
        # The shortest form only; a length of more than two bytes is longer than any key.
        if not 3 <= start <= 4 or length < 0x80 or data[2] == 0:
            raise ValueError("not the DER that a public key has")
    if len(data) < start + length:
        raise ValueError("the key is cut off")
    return data[start : start + length], data[start + length :]


def _only(data: bytes, tag: int) -> bytes:
    content, rest = _take(data, tag)
    if rest:
        raise ValueError("something follows the key")
    return content


def _positive(data: bytes) -> int:
    if not data or data[0] >= 0x80 or (data[0] == 0 and (len(data) == 1 or data[1] < 0x80)):
        raise ValueError("not a positive number in its shortest form")
    return int.from_bytes(data)
