"""What a customer is expected to buy in the next year. Models are fitted apart from requests, on a sample of buyers;
scoring one customer is arithmetic. Needs the extra `predict`: without it every question is answered by NotInstalled."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import ModuleType
from uuid import UUID
from zoneinfo import ZoneInfo

from app.db.engine import Database
from app.db.queries import predictions as query
from app.db.tx import Tx, begin
from app.domain import predictions as rules
from app.domain.predictions import LEAST_BUYERS, LEAST_REPEAT_BUYERS, Fitted, History, Prediction
from app.domain.tenants import Tenant
from app.errors import Conflict, NotInstalled
from app.services.customers import UnknownCustomer

SAMPLE = 10_000
FITTED_ANEW_AFTER = timedelta(days=7)


class PredictNotInstalled(NotInstalled):
    slug, title = "predict-not-installed", "Predictions need the extra `predict` (numpy and scipy)"


class NotFitted(Conflict):
    slug, title = "not-fitted", "No model has been fitted for this tenant yet"


class CannotFit(Conflict):
    slug, title = "cannot-fit", "What was bought does not tell how customers buy"


@dataclass(frozen=True, slots=True)
class Predicted:
    """One customer. Without `prediction` she has bought nothing, or has opted out of profiling."""

    customer_id: UUID
    fitted: Fitted
    history: History | None
    prediction: Prediction | None
    opted_out: bool


async def predict(tx: Tx, customer_id: UUID) -> Predicted:
    """By the models that were fitted last. Raises PredictNotInstalled, NotFitted, UnknownCustomer."""
    found = await query.days_of(tx, customer_id)
    if found is None:
        raise UnknownCustomer
    models = _models()
    fitted = await query.fitted(tx)
    if fitted is None:
        raise NotFitted("An operator fits one with: clientela predict fit --tenant NAME.")
    opted_out, days = found
    history = None if opted_out else rules.history(days, _today(tx))
    prediction = None if history is None else models.predict(fitted, history)
    return Predicted(customer_id, fitted, history, prediction, opted_out)


async def fit(database: Database, tenant: Tenant, *, now: datetime) -> Fitted:
    """Fit a tenant's models anew and keep them; seconds of computing, in a thread and between two transactions.
    Raises PredictNotInstalled, CannotFit."""
    models = _models()
    async with begin(database, tenant, now=now, read_only=True) as tx:
        found = await query.days_of_sample(tx, SAMPLE)
        day = _today(tx)
    sample = [history for days in found if (history := rules.history(days, day)) is not None]
    repeat = sum(1 for history in sample if history.repeats)
    if len(sample) < LEAST_BUYERS or repeat < LEAST_REPEAT_BUYERS:
        needed = f"At least {LEAST_BUYERS} buyers are needed, {LEAST_REPEAT_BUYERS} of whom have bought again"
        raise CannotFit(f"{needed}; here are {len(sample)} and {repeat}.")
    try:
        purchases, spend = await asyncio.to_thread(_fit, models, sample)
    except models.DidNotConverge:
        raise CannotFit from None
    fitted = Fitted(purchases, spend, len(sample), repeat, now)
    async with begin(database, tenant, now=now) as tx:
        await query.keep(tx, fitted)
    return fitted


async def refit(database: Database, tenant: Tenant, *, now: datetime) -> bool:
    """Fit anew what was fitted a week ago; whether it was. A tenant whose models were never fitted has not asked for
    them, and what can no longer be fitted stays as it is."""
    async with begin(database, tenant, now=now, read_only=True) as tx:
        known = await query.fitted(tx)
    if known is None or now - known.fitted_at < FITTED_ANEW_AFTER:
        return False
    try:
        await fit(database, tenant, now=now)
    except (PredictNotInstalled, CannotFit):
        return False
    return True


def _fit(models: ModuleType, sample: Sequence[History]) -> tuple[rules.PurchaseModel, rules.SpendModel | None]:
    purchases = models.fit_purchases(sample)
    if sum(1 for history in sample if history.priced) < LEAST_REPEAT_BUYERS:
        return purchases, None
    try:
        return purchases, models.fit_spend(sample)
    except models.DidNotConverge:  # all amounts alike: what will be bought is known, and what for is not
        return purchases, None


def _models() -> ModuleType:
    # Where it is used: numpy and scipy are not everywhere, and cost half a second and 40 MB.
    try:
        from app.predict import models
    except ImportError:
        raise PredictNotInstalled("Install it with: pip install -r requirements-predict.lock.") from None
    return models


def _today(tx: Tx) -> date:
    return tx.now.astimezone(ZoneInfo(tx.tenant.timezone)).date()
