"""Project Wycheproof's vectors against the primitives as they are used here."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.constant_time import bytes_eq
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.crypto.primitives import hkdf_sha512, hmac_sha256

SHARED = Path(os.environ.get("CLIENTELA_SHARED_DIR") or Path(__file__).resolve().parents[3] / "../shared")


def cases(name: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    path = SHARED / "vectors" / name
    if not path.exists():
        pytest.skip(f"the vectors are not here: {path}")
    for group in json.loads(path.read_text())["testGroups"]:
        for case in group["tests"]:
            yield group, case


def unhex(case: dict[str, Any], *names: str) -> list[bytes]:
    return [bytes.fromhex(case[name]) for name in names]


def test_aes_gcm_opens_what_is_valid_and_refuses_the_rest() -> None:
    """T01: all key sizes; nonces of the 12 bytes we use."""
    tried = 0
    for group, case in cases("aes_gcm_test.json"):
        if group["ivSize"] != 96:
            continue
        key, nonce, aad, message, body, tag = unhex(case, "key", "iv", "aad", "msg", "ct", "tag")
        tried += 1
        if case["result"] == "valid":
            assert AESGCM(key).decrypt(nonce, body + tag, aad) == message, case["tcId"]
            assert AESGCM(key).encrypt(nonce, message, aad) == body + tag, case["tcId"]
        else:
            with pytest.raises(InvalidTag):
                AESGCM(key).decrypt(nonce, body + tag, aad)
    assert tried >= 150


def test_hkdf_sha512_derives_what_is_valid_and_refuses_the_rest() -> None:
    """T01."""
    tried = 0
    for _, case in cases("hkdf_sha512_test.json"):
        key, salt, info, expected = unhex(case, "ikm", "salt", "info", "okm")
        tried += 1
        if case["result"] == "valid":
            assert hkdf_sha512(key, salt=salt, info=info, length=case["size"]) == expected, case["tcId"]
            if not salt:
                assert hkdf_sha512(key, info=info, length=case["size"]) == expected, case["tcId"]
        else:
            with pytest.raises(ValueError):
                hkdf_sha512(key, salt=salt, info=info, length=case["size"])
    assert tried == 83


def test_hkdf_sha256_derives_what_is_valid_and_refuses_the_rest() -> None:
    """T01: not used by us; it shows that the library's HKDF is right apart from the hash."""
    tried = 0
    for _, case in cases("hkdf_sha256_test.json"):
        key, salt, info, expected = unhex(case, "ikm", "salt", "info", "okm")
        tried += 1
        if case["result"] == "valid":
            assert HKDF(SHA256(), case["size"], salt, info).derive(key) == expected, case["tcId"]
        else:
            with pytest.raises(ValueError):
                HKDF(SHA256(), case["size"], salt, info).derive(key)
    assert tried == 86


def test_hmac_sha256_agrees_with_what_is_valid_and_not_with_the_rest() -> None:
    """T01."""
    tried = 0
    for group, case in cases("hmac_sha256_test.json"):
        key, message, tag = unhex(case, "key", "msg", "tag")
        tried += 1
        computed = hmac_sha256(key, message)[: group["tagSize"] // 8]
        assert bytes_eq(computed, tag) == (case["result"] == "valid"), case["tcId"]
    assert tried == 174
