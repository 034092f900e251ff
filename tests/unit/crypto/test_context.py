"""The encoding of contexts."""

from hypothesis import given
from hypothesis import strategies as st

from app.crypto.context import lp, lp_part

PARTS = st.lists(st.binary(max_size=12), max_size=5)


@given(PARTS, PARTS)
def test_two_contexts_encode_alike_exactly_when_they_are_the_same(left: list[bytes], right: list[bytes]) -> None:
    """T04."""
    assert (lp(*left) == lp(*right)) == (left == right)


@given(PARTS, st.data())
def test_the_same_bytes_cut_at_other_places_encode_differently(parts: list[bytes], data: st.DataObject) -> None:
    """T04: the neighbours that an encoding without lengths would confuse."""
    joined = b"".join(parts)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(joined)), max_size=4)))
    other = [joined[start:end] for start, end in zip([0, *cuts], [*cuts, len(joined)], strict=True)]
    assert (lp(*parts) == lp(*other)) == (parts == other)


@given(PARTS)
def test_a_context_can_be_read_back(parts: list[bytes]) -> None:
    """T04: decoding proves that nothing is lost."""
    encoded = lp(*parts)
    count, rest, decoded = int.from_bytes(encoded[:4], "big"), encoded[4:], []
    for _ in range(count):
        length = int.from_bytes(rest[:8], "big")
        decoded.append(rest[8 : 8 + length])
        rest = rest[8 + length :]
    assert rest == b""
    assert decoded == parts


def test_the_encoding_is_frozen() -> None:
    assert lp() == bytes(4)
    assert lp(b"") == bytes.fromhex("00000001 0000000000000000")
    assert lp(b"a", b"bcd") == bytes.fromhex("00000002 0000000000000001 61 0000000000000003 626364")
    assert lp_part(b"x" * 258) == bytes.fromhex("0000000000000102") + b"x" * 258
