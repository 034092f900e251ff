"""The blind index and derived keys."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.crypto import blind_index as module
from app.crypto.blind_index import BlindIndex
from app.crypto.derive import derive
from tests.unit.crypto import reference

KEY = bytes(range(32))


@given(st.text(max_size=40), st.text(max_size=40), st.integers(1, 0xFFFFFFFF))
def test_a_digest_equals_the_reference(kind: str, value: str, version: int) -> None:
    expected = reference.digest(KEY, kind.encode(), value.encode(), version=version)
    assert BlindIndex(KEY).digest(kind, value, normalisation_version=version) == expected


def test_a_digest_is_the_same_whatever_came_before() -> None:
    index = BlindIndex(KEY)
    first = index.digest("email", "maria@example.com", normalisation_version=1)
    index.digest("email", "joao@example.com", normalisation_version=1)
    index.digest("phone", "maria@example.com", normalisation_version=1)
    assert index.digest("email", "maria@example.com", normalisation_version=1) == first
    assert len(first) == 16


def test_the_same_value_cannot_be_linked_across_tenants_kinds_or_versions() -> None:
    digests = {
        BlindIndex(key).digest(kind, "+5511987654321", normalisation_version=version)
        for key in (KEY, bytes(range(1, 33)))
        for kind in ("phone", "email", "document")
        for version in (1, 2)
    }
    assert len(digests) == 12


def test_each_kind_has_its_key_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[bytes] = []
    real = module.hkdf_sha512

    def spy(key: bytes, *, info: bytes) -> bytes:
        calls.append(info)
        return real(key, info=info)

    monkeypatch.setattr(module, "hkdf_sha512", spy)
    index = BlindIndex(KEY)
    for kind in ("email", "phone", "email", "phone"):
        index.digest(kind, "x", normalisation_version=1)
    assert len(calls) == 2


def test_an_index_never_shows_its_key() -> None:
    assert repr(BlindIndex(KEY)) == "BlindIndex()"
    assert not hasattr(BlindIndex(KEY), "__dict__")


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_key_of_another_length_is_a_programming_error(length: int) -> None:
    with pytest.raises(ValueError, match=r"^A key has 32 bytes$"):
        BlindIndex(bytes(length))
    with pytest.raises(ValueError, match=r"^A key has 32 bytes$"):
        derive(bytes(length), b"cursor")


@given(st.lists(st.binary(max_size=12), max_size=4))
def test_a_derived_key_equals_the_reference(parts: list[bytes]) -> None:
    info = reference.lp(b"clientela/v1/derive", *parts)
    assert derive(KEY, *parts) == reference.hkdf_sha512(KEY, salt=b"", info=info, length=32)


def test_keys_for_different_purposes_differ() -> None:
    """T04."""
    purposes = [(), (b"",), (b"ab",), (b"a", b"b"), (b"cursor",), (b"cursor", b"1")]
    assert len({derive(KEY, *parts) for parts in purposes}) == len(purposes)
