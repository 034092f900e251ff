"""Whether somebody may be contacted, where the history alone does not tell."""

from datetime import UTC, datetime, timedelta

import pytest

from app.domain.consents import Channel, Current, EventType, LegalBasis, Permission, Reason, State
from app.domain.permissions import Standing, may_contact

T0 = datetime(2026, 1, 1, 12, tzinfo=UTC)
NOW = T0 + timedelta(days=100)
SECOND = timedelta(seconds=1)
GIVEN = Current(State.GIVEN, T0, LegalBasis.LGPD_I)


def answer(current=GIVEN, *, event_type=EventType.EXPRESSED, addresses=1, suppressed_at=None, channel=Channel.EMAIL):
    standing = Standing(current, event_type, addresses, suppressed_at)
    return may_contact(standing, NOW, channel=channel, allow_imported=False)


def test_nobody_may_not_be_contacted():
    found = may_contact(None, NOW, channel=Channel.EMAIL, allow_imported=True)
    assert found == Permission(False, Reason.UNKNOWN_CUSTOMER, None)


@pytest.mark.parametrize("channel", Channel)
def test_only_channels_that_lead_to_an_address_need_one(channel):
    needs = channel in {Channel.EMAIL, Channel.SMS, Channel.WHATSAPP, Channel.PHONE}
    expected = Permission(False, Reason.NO_ADDRESS, None) if needs else Permission(True, Reason.GIVEN, T0)
    assert answer(addresses=0, channel=channel) == expected


@pytest.mark.parametrize(("ago", "allowed"), [(-SECOND, False), (0 * SECOND, False), (SECOND, True)])
def test_a_suppressed_address_gives_way_only_to_a_later_word(ago, allowed):
    found = answer(suppressed_at=T0 - ago)
    assert found == (Permission(True, Reason.GIVEN, T0) if allowed else Permission(False, Reason.SUPPRESSED, T0 - ago))


@pytest.mark.parametrize("event_type", [None, EventType.IMPORTED])
def test_an_import_never_lifts_a_suppression(event_type):
    before = T0 - SECOND
    assert answer(suppressed_at=before, event_type=event_type) == Permission(False, Reason.SUPPRESSED, before)


def test_a_later_no_is_told_as_it_is():
    withdrawn = Current(State.WITHDRAWN, T0, None)
    assert answer(withdrawn, suppressed_at=T0 - SECOND) == Permission(False, Reason.WITHDRAWN, T0)
    assert answer(Current(), event_type=None, suppressed_at=T0).reason is Reason.SUPPRESSED
