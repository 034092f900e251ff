"""What a tenant sets about RFM: who is VIP, what scores weigh, edges of her own."""

from decimal import Decimal

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import rfm, rfm_settings
from app.domain.rfm import Buyer, MethodId, Scores
from app.domain.rfm_maps import MAPS
from app.domain.rfm_settings import RfmSettings, Tier, VipRule, Weights
from app.errors import Invalid

RFM125 = MAPS["rfm125"]
scores = st.builds(Scores, *[st.integers(1, 5)] * 3)
weights = st.builds(Weights, *[st.integers(0, 100)] * 3).filter(lambda w: w.r or w.f or w.m)
vip_rules = st.one_of(
    st.builds(VipRule, st.lists(st.sampled_from(RFM125.order), unique=True).map(tuple)),
    st.builds(
        VipRule,
        st.just(()),
        st.none() | st.integers(1, 50),
        st.none() | st.integers(0, 10**6).map(lambda cents: Decimal(cents) / 100),
    ),
)


def buyer(orders=3, net="100"):
    return Buyer(10, orders, Decimal(net))


@given(scores, weights)
def test_a_weighted_score_lies_between_the_scores_it_is_made_of(found, weigh):
    lowest, highest = min(found.r, found.f, found.m), max(found.r, found.f, found.m)
    assert lowest <= weigh.score(found) <= highest


@given(scores, scores, weights)
def test_a_weighted_score_never_falls_where_no_score_does(one, other, weigh):
    better = Scores(max(one.r, other.r), max(one.f, other.f), max(one.m, other.m))
    assert weigh.score(better) >= weigh.score(one)


def test_a_weight_of_nothing_leaves_a_score_out():
    assert Weights(1, 0, 0).score(Scores(5, 1, 1)) == 5
    assert Weights(1, 1, 2).score(Scores(5, 4, 3)) == Decimal("3.75")
    assert Weights(1, 1, 1).score(Scores(5, 5, 4)) == Decimal("4.67")


@pytest.mark.parametrize(
    ("rule", "orders", "net", "segment", "tier"),
    [
        (VipRule(), 3, "1", "champions", Tier.VIP),
        (VipRule(), 3, "1", "loyal", Tier.REGULAR),
        (VipRule(), 1, "1", "loyal", Tier.ORDINARY),
        (VipRule(("champions", "loyal")), 1, "1", "loyal", Tier.VIP),
        (VipRule(("loyal",)), 9, "1", "champions", Tier.REGULAR),
        (VipRule(("premium_customer",)), 9, "1", "champions", Tier.VIP),  # of another map: the top of this one
        (VipRule(orders_at_least=3), 3, "0", "lost", Tier.VIP),
        (VipRule(orders_at_least=4), 3, "0", "champions", Tier.REGULAR),
        (VipRule(net_at_least=Decimal(100)), 1, "100", "lost", Tier.VIP),
        (VipRule((), 3, Decimal(100)), 3, "99.99", "champions", Tier.REGULAR),
        (VipRule(net_at_least=Decimal(0)), 1, "0", "lost", Tier.VIP),
    ],
)
def test_a_customer_is_vip_by_the_rule_regular_by_her_orders_or_ordinary(rule, orders, net, segment, tier):
    assert rfm_settings.tier(buyer(orders, net), segment, RFM125, rule) is tier


def test_who_has_bought_nothing_is_ordinary_whatever_the_rule():
    assert rfm_settings.tier(None, rfm.PROSPECT, RFM125, VipRule(net_at_least=Decimal(0))) is Tier.ORDINARY


@given(vip_rules, weights, st.none() | st.integers(1, 36_500), st.sampled_from([None, (30, 60, 90, 120)]))
def test_settings_are_read_again_as_they_were_stored(rule, weigh, window, r_days):
    method = MethodId.FIXED if r_days else MethodId.QUANTILE
    given_settings = RfmSettings("rfm125", method, window, r_days, None, None, weigh, rule)
    assert rfm_settings.settings(orjson.loads(orjson.dumps(rfm_settings.stored(given_settings)))) == given_settings


def test_nothing_stored_is_the_defaults():
    assert rfm_settings.settings({}) == RfmSettings() == rfm_settings.DEFAULTS


@pytest.mark.parametrize(
    ("raw", "pointer", "code"),
    [
        ({"r_days": [1, 2, 3, 4]}, "/r_days", "not_fixed"),
        ({"method": "fixed", "r_days": []}, "/r_days", "wrong_length"),
        ({"method": "fixed", "r_days": [1, 2, 3]}, "/r_days", "wrong_length"),
        ({"method": "fixed", "preset": "pymc4", "f_orders": [1, 2, 3, 4]}, "/f_orders", "wrong_length"),
        ({"method": "fixed", "f_orders": [1, 3, 2, 4]}, "/f_orders", "not_ascending"),
        ({"method": "fixed", "m_net": ["1", "2", "2", "3"]}, "/m_net", "not_ascending"),
        ({"method": "fixed", "m_net": ["1", "2", "x", "3"]}, "/m_net/2", "invalid_amount"),
        ({"weights": {"r": 0, "f": 0, "m": 0}}, "/weights", "all_zero"),
        ({"vip": {"segments": ["champions", "best"]}}, "/vip/segments/1", "unknown_segment"),
        ({"preset": "rf25", "vip": {"segments": ["loyal"]}}, "/vip/segments/0", "unknown_segment"),
        ({"vip": {"segments": ["champions"], "orders_at_least": 3}}, "/vip", "ambiguous"),
        ({"vip": {"net_at_least": "-1"}}, "/vip/net_at_least", "invalid_amount"),
    ],
)
def test_settings_that_cannot_hold_are_refused_with_their_place(raw, pointer, code):
    with pytest.raises(Invalid) as refused:
        rfm_settings.settings(raw)
    assert [(error.pointer, error.code) for error in refused.value.errors] == [(pointer, code)]
