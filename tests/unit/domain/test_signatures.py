"""Signatures of Standard Webhooks: made here, checked here and by the library of the specification's authors."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import signatures

KEY = bytes(range(24))
AT = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
SECONDS = int(AT.timestamp())
BODY = b'{"type":"order.paid"}'


def verify(signature: str | None, *, body: bytes = BODY, **changed: object) -> bool:
    given_: dict[str, object] = {"message_id": "msg_1", "timestamp": str(SECONDS), "now": AT, **changed}
    return signatures.verify([KEY], signatures=signature, body=body, **given_)  # type: ignore[arg-type]


def test_the_vector_of_the_specification() -> None:
    """From the specification's own repository: secret, id, timestamp and payload of its examples."""
    key = signatures.key_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    signed = signatures.sign(
        key, message_id="msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp=1614265330, body=b'{"test": 2432232314}'
    )
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_what_is_signed_is_verified_and_nothing_else() -> None:
    """T24"""
    good = signatures.sign(KEY, message_id="msg_1", timestamp=SECONDS, body=BODY)
    assert verify(good)
    assert verify(f"v1a,abc v1,AAAA {good}")
    assert not verify(good, body=BODY + b" ")
    assert not verify(good, message_id="msg_2")
    assert not verify(good, timestamp=str(SECONDS + 1))
    assert not verify(good.replace("v1,", "v2,"))
    for nothing in (None, "", "v1,", "v1", "v1,ü", ",", "v1,A"):
        assert not verify(nothing)


@pytest.mark.parametrize("timestamp", [None, "", "-1", "1e9", "0x10", "9" * 12, "٣", " 1"])
def test_an_odd_timestamp_is_refused(timestamp: str | None) -> None:
    """T24"""
    assert not verify("v1,AAAA", timestamp=timestamp)


def test_a_signature_holds_for_five_minutes_both_ways() -> None:
    """T24"""
    good = signatures.sign(KEY, message_id="msg_1", timestamp=SECONDS, body=BODY)
    for minutes, expected in ((-5.1, False), (-4.9, True), (4.9, True), (5.1, False)):
        assert verify(good, now=AT + timedelta(minutes=minutes)) is expected


@given(st.text(max_size=80), st.text(max_size=20), st.text(max_size=20))
def test_nothing_that_is_sent_raises(signature: str, message_id: str, timestamp: str) -> None:
    """T24"""
    assert not verify(signature, message_id=message_id, timestamp=timestamp)


def test_a_secret_is_shown_and_read() -> None:
    assert signatures.key_of(signatures.secret_of(KEY)) == KEY
    assert signatures.key_of(base64.b64encode(KEY).decode()) == KEY
    with pytest.raises(ValueError, match="base64"):
        signatures.key_of("whsec_not base64!")
