"""The ring of master keys."""

import base64
import os
from collections.abc import Iterator

import pytest

from app.crypto import keyring as module
from app.crypto.keyring import MasterKeys, check_value, parse_master_keys, verify_check_values
from app.errors import AppError, CryptoError, MasterKeyError
from tests.unit.crypto import reference

ONE, TWO, THREE = (bytes(range(start, start + 32)) for start in (0, 40, 80))
MAKE_ONE = "Make a key with: openssl rand -base64 32"
SHAPE = "write it as id:key, where id is a number from 1 to 4294967295"
NOT_BASE64 = f"the key is not in standard base64. {MAKE_ONE}"


def b64(key: bytes) -> str:
    return base64.b64encode(key).decode()


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and everything a traceback or a collector of errors could reach from it."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        (b64(ONE), [1]),
        (f"\n  {b64(ONE)}\n\n", [1]),
        (f"7:{b64(ONE)}", [7]),
        (f"4294967295:{b64(ONE)}", [4294967295]),
        (f"2:{b64(ONE)},1:{b64(TWO)}", [2, 1]),
        (f" 2 : {b64(ONE)} , 1 : {b64(TWO)} ,, ", [2, 1]),
        (f"# the ring, newest first\r\n2:{b64(ONE)} # since May, primary\r\n\r\n  # old\r\n1:{b64(TWO)}", [2, 1]),
        (f"3:{b64(ONE)}\n2:{b64(TWO)},1:{b64(THREE)}", [3, 2, 1]),
    ],
)
def test_a_ring_is_read_and_its_first_key_is_primary(text: str, ids: list[int]) -> None:
    ring = parse_master_keys(text)
    assert list(ring.keys) == ids
    assert ring.primary == ids[0]
    assert [ring.get(key_id) for key_id in ids] == [ONE, TWO, THREE][: len(ids)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", f"No master key is configured. {MAKE_ONE}"),
        (" \n# nothing but a comment: 1:abc\n,,\n", f"No master key is configured. {MAKE_ONE}"),
        (f"{b64(ONE)},{b64(TWO)}", f"Master key entry 1: {SHAPE}"),
        (f"1:{b64(ONE)},{b64(TWO)}", f"Master key entry 2: {SHAPE}"),
        (f"{b64(ONE)}:1", f"Master key entry 1: {SHAPE}"),
        (f":{b64(ONE)}", f"Master key entry 1: {SHAPE}"),
        (f"0:{b64(ONE)}", f"Master key entry 1: {SHAPE}"),
        (f"01:{b64(ONE)}", f"Master key entry 1: {SHAPE}"),
        (f"-1:{b64(ONE)}", f"Master key entry 1: {SHAPE}"),
        (f"+1:{b64(ONE)}", f"Master key entry 1: {SHAPE}"),
        (f"1_0:{b64(ONE)}", f"Master key entry 1: {SHAPE}"),
        (f"١:{b64(ONE)}", f"Master key entry 1: {SHAPE}"),
        (f"1 1:{b64(ONE)}", f"Master key entry 1: {SHAPE}"),
        (f"4294967296:{b64(ONE)}", f"Master key entry 1: {SHAPE}"),
        (f"99999999999999999999:{b64(ONE)}", f"Master key entry 1: {SHAPE}"),
        (f"1:1:{b64(ONE)}", f"Master key entry 1: {NOT_BASE64}"),
        (b64(ONE)[:-1], f"Master key entry 1: {NOT_BASE64}"),
        (f"{b64(ONE)}=", f"Master key entry 1: {NOT_BASE64}"),
        (f"{b64(ONE)[:-2]}9=", f"Master key entry 1: {NOT_BASE64}"),
        (f"1:{b64(ONE)[:20]} {b64(ONE)[20:]}", f"Master key entry 1: {NOT_BASE64}"),
        (f"1:{base64.urlsafe_b64encode(b'~' * 31 + b'?').decode()}", f"Master key entry 1: {NOT_BASE64}"),
        (f"1:{b64(ONE)[:-5]}ñ{b64(ONE)[-4:]}", f"Master key entry 1: {NOT_BASE64}"),
        (f"1:{b64(ONE)[:-5]}\ufffd{b64(ONE)[-4:]}", f"Master key entry 1: {NOT_BASE64}"),
        (f"1:{ONE.hex()[:63]}", f"Master key entry 1: {NOT_BASE64}"),
        ("1:", f"Master key entry 1: the key has 0 bytes, not 32. {MAKE_ONE}"),
        (f"1:{b64(ONE[:31])}", f"Master key entry 1: the key has 31 bytes, not 32. {MAKE_ONE}"),
        (f"1:{b64(ONE + b'x')}", f"Master key entry 1: the key has 33 bytes, not 32. {MAKE_ONE}"),
        (f"1:{b64(ONE[:16])}", f"Master key entry 1: the key has 16 bytes, not 32. {MAKE_ONE}"),
        (f"1:{ONE.hex()}", f"Master key entry 1: the key has 48 bytes, not 32. {MAKE_ONE}"),
        (f"1:{b64(bytes(32))}", f"Master key entry 1: all bytes of the key are the same. {MAKE_ONE}"),
        (f"1:{b64(ONE)},2:{b64(b'x' * 32)}", f"Master key entry 2: all bytes of the key are the same. {MAKE_ONE}"),
        (f"1:{b64(ONE)},1:{b64(TWO)}", "Master key entry 2: its id is used twice. Give every key its own id"),
        (f"1:{b64(ONE)},2:{b64(ONE)}", f"Master key entry 2: the same key is there under another id. {MAKE_ONE}"),
    ],
)
def test_a_wrong_entry_is_named_and_never_repeated(text: str, message: str) -> None:
    """T11: one clear error that says what to do and carries no key material, also not as an attribute."""
    with pytest.raises(MasterKeyError) as caught:
        parse_master_keys(text)
    assert str(caught.value) == message
    written = [b64(ONE), b64(TWO), ONE.hex(), "fn5+fn5+fn5+", "fn5-fn5-fn5-"]
    for error in chain(caught.value):
        shown = repr(error) + str(error) + repr(vars(error)) + repr(error.args)
        shown += repr(getattr(error, "object", ""))
        for secret in written:
            assert all(secret[start : start + 8] not in shown for start in range(len(secret) - 7))


def test_a_ring_never_shows_its_keys() -> None:
    """T11."""
    ring = MasterKeys(primary=2, keys={2: ONE, 1: TWO})
    assert repr(ring) == str(ring) == "MasterKeys(primary=2, ids=[2, 1])"
    assert not hasattr(ring, "__dict__")


def test_a_ring_cannot_be_changed() -> None:
    given = {1: ONE}
    ring = MasterKeys(primary=1, keys=given)
    given[1] = TWO
    assert ring.get(1) == ONE
    with pytest.raises(TypeError):
        ring.keys[2] = TWO  # type: ignore[index]
    with pytest.raises(AttributeError):
        ring.primary = 2  # type: ignore[misc]


def test_a_key_that_is_not_in_the_ring_is_one_more_way_of_not_opening() -> None:
    with pytest.raises(CryptoError, match=r"^Sealed data could not be opened$"):
        MasterKeys(primary=1, keys={1: ONE}).get(2)


def test_a_ring_built_wrongly_is_a_programming_error() -> None:
    with pytest.raises(ValueError, match=r"^The primary key is not in the ring$"):
        MasterKeys(primary=2, keys={1: ONE})
    with pytest.raises(ValueError, match=r"^A key has 32 bytes$"):
        MasterKeys(primary=1, keys={1: ONE, 2: TWO[:31]})
    for key_id in (0, -1, 0x100000000):
        with pytest.raises(ValueError, match=r"^The id of a master key is a number from 1 to 4294967295$"):
            MasterKeys(primary=key_id, keys={key_id: ONE})
    assert MasterKeys(primary=0xFFFFFFFF, keys={0xFFFFFFFF: ONE}).get(0xFFFFFFFF) == ONE


def test_a_check_value_is_an_hmac_of_a_constant() -> None:
    expected = reference.hmac.digest(ONE, b"clientela/v1/kcv", "sha256")
    assert check_value(ONE) == expected
    assert check_value(TWO) != expected
    with pytest.raises(ValueError, match=r"^A key has 32 bytes$"):
        check_value(ONE[:31])


def test_the_right_ring_is_accepted() -> None:
    """T11: also with keys that are new and have no stored value yet."""
    ring = MasterKeys(primary=2, keys={2: TWO, 1: ONE})
    verify_check_values(ring, {})
    verify_check_values(ring, {1: check_value(ONE)})
    verify_check_values(ring, {1: check_value(ONE), 2: check_value(TWO)})


def test_a_wrong_key_is_refused_by_its_id() -> None:
    """T11."""
    ring = MasterKeys(primary=1, keys={1: ONE, 2: TWO, 12: THREE})
    with pytest.raises(MasterKeyError) as caught:
        verify_check_values(ring, {12: check_value(ONE), 2: check_value(ONE), 1: check_value(ONE)})
    assert str(caught.value) == (
        "Master keys differ from those the stored data was sealed with; ids: 2, 12. "
        "Configure the original keys, or another database"
    )
    for value in (b"", check_value(ONE)[:31], check_value(ONE) + b"\0", os.urandom(32)):
        with pytest.raises(MasterKeyError, match=r"ids: 1[.]"):
            verify_check_values(ring, {1: value})


def test_a_missing_key_is_refused_by_its_id() -> None:
    """T11."""
    ring = MasterKeys(primary=3, keys={3: ONE})
    with pytest.raises(MasterKeyError) as caught:
        verify_check_values(ring, {12: check_value(TWO), 2: check_value(ONE), 3: check_value(THREE)})
    assert str(caught.value) == (
        "Stored data needs master keys that are not configured; ids: 2, 12. Add them to the ring"
    )


def test_check_values_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[bytes, bytes]] = []
    monkeypatch.setattr(module, "bytes_eq", lambda left, right: compared.append((left, right)) or True)
    verify_check_values(MasterKeys(primary=1, keys={1: ONE}), {1: b"stored"})
    assert compared == [(check_value(ONE), b"stored")]


def test_the_error_belongs_to_the_catalogue() -> None:
    assert issubclass(MasterKeyError, AppError)
    assert (MasterKeyError.slug, MasterKeyError.status) == ("master-key", 500)
