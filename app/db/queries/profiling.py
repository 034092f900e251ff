"""Who is not to be profiled, as a condition. Whatever uses a segment, or anything that stands for one, joins it."""

from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, exists, literal_column, select

from app.db.models.consents import Consent
from app.domain.consents import Channel
from app.domain.profiling import PERMITTING


def decided() -> ColumnElement[bool]:
    """What a row of `consents` is that says something about profiling. Spelled out rather than bound: the planner must
    see that the partial index holds them all."""
    return and_(Consent.tenant_id == bindparam("tenant_id"), Consent.channel == _constant(Channel.PROFILING))


def opted_out(customer_id: Any) -> ColumnElement[bool]:
    """Whether this customer is not to be profiled (`app/domain/profiling.py` has the rule): a look-up in an index of
    decisions on profiling alone, which costs next to nothing where there are none."""
    return exists(select(Consent.customer_id).where(decided(), Consent.customer_id == customer_id, _refusing()))


def among_opted_out(customer_id: Any) -> ColumnElement[bool]:
    """The same where everybody is read: who has opted out is read once and kept to be looked up in, which costs nothing
    where nobody has. (A join of all customers with nobody costs a third of reading them.)"""
    among: ColumnElement[bool] = customer_id.in_(select(Consent.customer_id).where(decided(), _refusing()))
    return among


def _refusing() -> ColumnElement[bool]:
    return and_(*(Consent.state != _constant(state) for state in sorted(PERMITTING)))


def _constant(value: str) -> ColumnElement[str]:
    """One of our own words."""
    return literal_column(f"'{value}'")
