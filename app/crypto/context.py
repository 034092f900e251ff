"""The unambiguous encoding of what a ciphertext or a derived key belongs to."""

COUNT_BYTES = 4
LENGTH_BYTES = 8


def lp(*parts: bytes) -> bytes:
    """Encode `parts` so that two different sequences never give the same bytes.

    uint32 count, then uint64 length and bytes of each part, all big-endian. Fixed width, because decimal lengths
    without separators are ambiguous.
    """
    return len(parts).to_bytes(COUNT_BYTES, "big") + b"".join([lp_part(part) for part in parts])


def lp_part(part: bytes) -> bytes:
    """One part as it stands inside `lp`, for callers that keep the constant parts ready."""
    return len(part).to_bytes(LENGTH_BYTES, "big") + part
