"""Answers about RFM: what the services found, in the fields of `schemas/segments.py`."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from app.domain.codes import smallest_amount
from app.domain.orders import amount_text
from app.domain.rfm_settings import VipRule
from app.domain.rfm_steps import Step, StepKind
from app.domain.tenants import Tenant
from app.services.segments import Explained, Migration, Summary, Tally, Yardstick


def explained(found: Explained, tenant: Tenant) -> dict[str, Any]:
    """The fields of `CustomerRfm`."""
    currency = tenant.currency
    buyer, scores, fall = found.buyer, found.scores, found.fall
    return {
        **basis(found.yardstick, tenant),
        "customer_id": f"cus_{found.customer_id.hex}",
        "r": {"days": buyer.days, "score": scores.r} if buyer and scores else None,
        "f": {"orders": buyer.orders, "score": scores.f} if buyer and scores else None,
        "m": {"net": _money(buyer.net, currency), "score": scores.m} if buyer and scores else None,
        "code": scores.code if scores else None,
        "segment": found.segment,
        "tier": found.tier,
        "weighted_score": None if found.weighted_score is None else float(found.weighted_score),
        "profiling_opt_out": found.opted_out,
        "next": [_step(step, currency) for step in found.steps],
        "losing_in_days": fall.in_days if fall else None,
        "falls_to": {"code": fall.code, "segment": fall.segment} if fall else None,
        "without_rate": found.without_rate,
    }


def summary(found: Summary, tenant: Tenant) -> dict[str, Any]:
    """The fields of `RfmSummary`."""
    currency, total = tenant.currency, found.total
    return {
        **basis(found.yardstick, tenant),
        "segments": [_segment(name, tally, found, currency) for name, tally in found.segments.items()],
        "matrix": [
            {"r": r, "f": f, "customers": tally.customers, "net": _money(tally.net, currency)}
            for (r, f), tally in found.cells.items()
        ],
        "orders": total.orders,
        "net": _money(total.net, currency),
        "opted_out": _tally(found.opted_out, currency),
        "prospects": found.prospects,
        "without_rate": found.without_rate,
    }


def _segment(name: str, tally: Tally, found: Summary, currency: str) -> dict[str, Any]:
    everyone, total = found.everyone, found.total
    count = tally.customers
    average = (tally.net / count).quantize(smallest_amount(currency), ROUND_HALF_UP) if count else None
    return {
        "segment": name,
        **_tally(tally, currency),
        "customer_share": _share(count, everyone.customers),
        "revenue_share": round(float(tally.net / total.net), 6) if total.net else None,
        "average_net": _money(average, currency) if average is not None else None,
        "average_orders": round(tally.orders / count, 2) if count else None,
    }


def _tally(tally: Tally, currency: str) -> dict[str, Any]:
    return {"customers": tally.customers, "orders": tally.orders, "net": _money(tally.net, currency)}


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 6) if whole else None


def migration(found: Migration, tenant: Tenant) -> dict[str, Any]:
    """The fields of `RfmMigration`."""
    return {
        "from": basis(found.before, tenant),
        "to": basis(found.after, tenant),
        "segments": list(found.after.question.map.order),
        "moves": [
            {"from": was, "to": now, "customers": count, "share": _share(count, found.customers)}
            for (was, now), count in found.moves.items()
        ],
        "customers": found.customers,
        "stayed": found.stayed,
        "risen": found.risen,
        "fallen": found.fallen,
        "new": found.new,
        "lost": found.lost,
    }


def settings(tenant: Tenant) -> dict[str, Any]:
    """The fields of `RfmSettings`."""
    found = tenant.rfm
    return {
        "preset": found.preset,
        "method": found.method.value,
        "window_days": found.window_days,
        "r_days": found.r_days,
        "f_orders": found.f_orders,
        "m_net": None if found.m_net is None else [amount_text(edge) for edge in found.m_net],
        **_held(tenant),
    }


def _held(tenant: Tenant) -> dict[str, Any]:
    """The settings that no question changes."""
    weights, rule = tenant.rfm.weights, tenant.rfm.vip
    return {
        "weights": {"r": weights.r, "f": weights.f, "m": weights.m},
        "vip": _rule(rule),
        "includes_shipping_and_tax": tenant.rfm_include_shipping_and_tax,
    }


def _rule(rule: VipRule) -> dict[str, Any]:
    return {
        "segments": list(rule.segments),
        "orders_at_least": rule.orders_at_least,
        "net_at_least": None if rule.net_at_least is None else amount_text(rule.net_at_least),
    }


def basis(yardstick: Yardstick, tenant: Tenant) -> dict[str, Any]:
    """The fields of `RfmBasis`."""
    asked, thresholds = yardstick.question, yardstick.thresholds
    return {
        "map": {"id": asked.map.id, "version": asked.map.version},
        "method": yardstick.method.id.value,
        "money_basis": yardstick.method.money_basis.value,
        "as_of": asked.as_of,
        "window_days": asked.window_days,
        "category": asked.span.category,
        **_held(tenant),
        "population": yardstick.population,
        "thresholds": {
            "r_days": thresholds.r_days,
            "f_orders": thresholds.f_orders,
            "m_net": [amount_text(edge) for edge in thresholds.m_net],
        },
        "thresholds_age_seconds": int(yardstick.age_seconds),
    }


def _step(step: Step, currency: str) -> dict[str, Any]:
    return {
        "kind": step.kind.value,
        "orders": step.orders,
        "net": _money(step.net, currency),
        "net_at_least": _money(step.net_at_least, currency),
        "within_days": step.within_days,
        "code": step.code,
        "segment": step.segment,
        "text": _sentence(step, currency),
    }


def _sentence(step: Step, currency: str) -> str:
    """As in "2 more orders of at least 40.00 BRL together within 12 days → loyal"."""
    words = [f"{step.orders} more {'order' if step.orders == 1 else 'orders'}"]
    if step.net_at_least:
        words.append(f"of at least {step.net_at_least:f} {currency}{'' if step.orders == 1 else ' together'}")
    if step.within_days is not None:
        words.append("today" if step.within_days == 0 else f"within {step.within_days} days")
    stays = "stays " if step.kind is StepKind.KEEP else ""
    return f"{' '.join(words)} → {stays}{step.segment}"


def _money(amount: Decimal, currency: str) -> dict[str, Any]:
    return {"amount": amount_text(amount), "currency": currency}
