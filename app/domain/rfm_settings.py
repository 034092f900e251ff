"""What a tenant has set about RFM: the defaults of every question, who is VIP, and what each score weighs."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any, Final

from app.domain import normalize, rfm
from app.domain.rfm import PROSPECT, Buyer, Method, MethodId, Scores
from app.domain.rfm_maps import SegmentMap
from app.errors import FieldError, Invalid

REGULAR_FROM: Final = 2
"""Orders from which a customer is a regular one."""

_HUNDREDTH: Final = Decimal("0.01")


class Tier(StrEnum):
    """A customer at a glance: VIP by the tenant's rule, regular with two orders or more, else ordinary."""

    VIP = "vip"
    REGULAR = "regular"
    ORDINARY = "ordinary"


@dataclass(frozen=True, slots=True)
class Weights:
    """What R, F and M weigh in the weighted score: whole numbers from 0 to 100, not all of them 0."""

    r: int = 1
    f: int = 1
    m: int = 1

    def score(self, scores: Scores) -> Decimal:
        """(r·R + f·F + m·M) / (r + f + m): from 1 to the scale, to two decimals."""
        total = self.r * scores.r + self.f * scores.f + self.m * scores.m
        return (Decimal(total) / (self.r + self.f + self.m)).quantize(_HUNDREDTH, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class VipRule:
    """In one of these segments; or at least so many orders and so much net (of the window, in the reporting currency).
    Without anything, or under a map that knows none of the segments: in its top segment."""

    segments: tuple[str, ...] = ()
    orders_at_least: int | None = None
    net_at_least: Decimal | None = None

    def holds(self, buyer: Buyer, segment: str, segment_map: SegmentMap) -> bool:
        if self.orders_at_least is not None or self.net_at_least is not None:
            enough_orders = self.orders_at_least is None or buyer.orders >= self.orders_at_least
            return enough_orders and (self.net_at_least is None or buyer.net >= self.net_at_least)
        known = [name for name in self.segments if name in segment_map.order]
        return segment in (known or (segment_map.top,))


@dataclass(frozen=True, slots=True)
class RfmSettings:
    """The defaults. The edges are the tenant's own, for the method `fixed` on the scale of the preset; those that are
    None are ours."""

    preset: str = rfm.DEFAULT_PRESET
    method: MethodId = MethodId.QUANTILE
    window_days: int | None = None
    r_days: tuple[int, ...] | None = None
    f_orders: tuple[int, ...] | None = None
    m_net: tuple[Decimal, ...] | None = None
    weights: Weights = Weights()
    vip: VipRule = VipRule()


DEFAULTS: Final = RfmSettings()


def tier(buyer: Buyer | None, segment: str, segment_map: SegmentMap, rule: VipRule) -> Tier:
    """`buyer` is None for who has bought nothing."""
    if buyer is None or segment == PROSPECT:
        return Tier.ORDINARY
    if rule.holds(buyer, segment, segment_map):
        return Tier.VIP
    return Tier.REGULAR if buyer.orders >= REGULAR_FROM else Tier.ORDINARY


def own_method(
    preset: Method,
    r_days: tuple[int, ...] | None,
    f_orders: tuple[int, ...] | None,
    m_net: tuple[Decimal, ...] | None,
) -> Method:
    """Fixed edges on the scale of `preset`; those not given are the preset's or ours, for M multiples of the median.
    Raises Invalid with the pointers /r_days, /f_orders, /m_net."""
    scale = preset.scale
    edges = rfm.Thresholds(
        r_days or preset.r_days or rfm.FIXED_R_DAYS[scale],
        f_orders or rfm.FIXED_F_ORDERS[scale],
        m_net or rfm.MEDIAN_MULTIPLES[scale],
    )
    try:
        method = rfm.fixed_method(scale, edges)
    except Invalid as error:
        found = (FieldError(f"/{e.pointer.rpartition('/')[2]}", e.code, e.message) for e in error.errors)
        raise Invalid(error.detail, errors=tuple(found)) from None
    return method if m_net else replace(method, m_net=None)


def settings(raw: Mapping[str, Any]) -> RfmSettings:
    """Read what was sent (its shape has been checked) or stored. Invalid with pointers into it."""
    vip, weights = raw.get("vip") or {}, Weights(**(raw.get("weights") or {}))
    found = RfmSettings(
        preset=raw.get("preset") or rfm.DEFAULT_PRESET,
        method=MethodId(raw.get("method") or MethodId.QUANTILE),
        window_days=raw.get("window_days"),
        r_days=_edges(raw, "r_days"),
        f_orders=_edges(raw, "f_orders"),
        m_net=_amounts(raw, "m_net"),
        weights=weights,
        vip=VipRule(
            tuple(dict.fromkeys(vip.get("segments") or ())),
            vip.get("orders_at_least"),
            None
            if vip.get("net_at_least") is None
            else normalize.money(vip["net_at_least"], pointer="/vip/net_at_least"),
        ),
    )
    _check(found)
    return found


def stored(given: RfmSettings) -> dict[str, Any]:
    """As JSON, which `settings` reads again."""
    return {
        "preset": given.preset,
        "method": given.method.value,
        "window_days": given.window_days,
        "r_days": given.r_days,
        "f_orders": given.f_orders,
        "m_net": None if given.m_net is None else [f"{edge:f}" for edge in given.m_net],
        "weights": {"r": given.weights.r, "f": given.weights.f, "m": given.weights.m},
        "vip": {
            "segments": given.vip.segments,
            "orders_at_least": given.vip.orders_at_least,
            "net_at_least": None if given.vip.net_at_least is None else f"{given.vip.net_at_least:f}",
        },
    }


def _edges(raw: Mapping[str, Any], name: str) -> tuple[int, ...] | None:
    return None if raw.get(name) is None else tuple(raw[name])


def _amounts(raw: Mapping[str, Any], name: str) -> tuple[Decimal, ...] | None:
    if raw.get(name) is None:
        return None
    return tuple(
        normalize.money(text, pointer=f"/{name}/{index}", allow_negative=True) for index, text in enumerate(raw[name])
    )


def _check(given: RfmSettings) -> None:
    preset = rfm.PRESETS[given.preset]
    own = [name for name in ("r_days", "f_orders", "m_net") if getattr(given, name) is not None]
    if own and given.method is not MethodId.FIXED:
        raise Invalid.at(f"/{own[0]}", "not_fixed", "Edges of your own go with the method fixed.")
    for name in own:
        if not getattr(given, name):  # else none at all would mean ours
            raise Invalid.at(f"/{name}", "wrong_length", f"A scale of {preset.method.scale} needs edges.")
    if own:
        own_method(preset.method, given.r_days, given.f_orders, given.m_net)
    if not (given.weights.r or given.weights.f or given.weights.m):
        raise Invalid.at("/weights", "all_zero", "One score at least must weigh something.")
    rule = given.vip
    if rule.segments and (rule.orders_at_least is not None or rule.net_at_least is not None):
        raise Invalid.at("/vip", "ambiguous", "Give either segments, or what is reached at least.")
    for index, name in enumerate(rule.segments):
        if name not in preset.map.order:
            message = f"The map {preset.map.id} has these segments: {', '.join(preset.map.order)}."
            raise Invalid.at(f"/vip/segments/{index}", "unknown_segment", message)
