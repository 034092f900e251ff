"""Fitting by maximum likelihood, and the closed forms that score one customer.

BG/NBD: Fader, Hardie and Lee, "Counting Your Customers" the Easy Way, Marketing Science 24 (2005). Gamma-Gamma: Fader
and Hardie, The Gamma-Gamma Model of Monetary Value (2013).
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.special import gammaln, hyp2f1

from app.domain.predictions import DAYS_AHEAD, WEEK, Fitted, History, Prediction, PurchaseModel, SpendModel

# Parameters are positive, so that their logarithms are looked for; beyond these nothing is told apart.
_LEAST, _MOST = -12.0, 12.0


class DidNotConverge(Exception):
    """The likelihood has no maximum that could be found: what was bought does not tell the parameters."""


def fit_purchases(histories: Sequence[History]) -> PurchaseModel:
    """BG/NBD. Raises DidNotConverge."""
    x = np.array([one.repeats for one in histories], dtype=float)
    recency = np.array([one.recency for one in histories])
    age = np.array([one.age for one in histories])
    again = x > 0

    def likelihood(logs: Any) -> float:
        r, alpha, a, b = np.exp(logs)
        common = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
        common += gammaln(a + b) + gammaln(b + x) - gammaln(b) - gammaln(a + b + x)
        stayed = -(r + x) * np.log(alpha + age)
        left = np.log(a) - np.log(b + np.maximum(x, 1) - 1) - (r + x) * np.log(alpha + recency)
        return float(np.sum(common + np.where(again, np.logaddexp(stayed, left), stayed)))

    return PurchaseModel(*_maximum(likelihood, 4))


def fit_spend(histories: Sequence[History]) -> SpendModel:
    """Gamma-Gamma, of those who bought again for a known amount. Raises DidNotConverge."""
    priced = [one for one in histories if one.priced]
    x = np.array([one.priced for one in priced], dtype=float)
    mean = np.array([one.spend for one in priced])
    # Currencies differ by orders of magnitude: what is looked for is always near the same size.
    unit = float(np.median(mean))
    mean = mean / unit

    def likelihood(logs: Any) -> float:
        p, q, gamma = np.exp(logs)
        found = gammaln(p * x + q) - gammaln(p * x) - gammaln(q) + q * np.log(gamma)
        found += (p * x - 1) * np.log(mean) + p * x * np.log(x) - (p * x + q) * np.log(gamma + x * mean)
        return float(np.sum(found))

    p, q, gamma = _maximum(likelihood, 3)
    return SpendModel(p, q, gamma * unit)


def predict(fitted: Fitted, customer: History) -> Prediction:
    """What the models expect of a customer."""
    orders = expected_purchases(fitted.purchases, customer, weeks=DAYS_AHEAD / WEEK)
    spend = None if fitted.spend is None else expected_spend(fitted.spend, customer)
    return Prediction(alive(fitted.purchases, customer), orders, None if spend is None else orders * spend)


def expected_purchases(model: PurchaseModel, customer: History, *, weeks: float) -> float:
    """Days with a purchase in the next `weeks`."""
    r, alpha, b, x = model.r, model.alpha, model.b, customer.repeats
    a = model.a if abs(model.a - 1) > 1e-6 else 1 + 1e-6  # the form has a gap at 1, and the value has none
    z = weeks / (alpha + customer.age + weeks)
    # The published power times 2F1(r + x, b + x; …; z), by Euler's transformation: without powers that overflow.
    tail = (1 - z) ** (a - 1) * float(hyp2f1(a + b - r - 1, a - 1, a + b + x - 1, z))
    count = (a + b + x - 1) / (a - 1) * (1 - tail)
    return max(0.0, float(count) * alive(model, customer))


def alive(model: PurchaseModel, customer: History) -> float:
    """The probability that she still buys. Who bought once has, in this model, had no occasion to leave: 1."""
    if not customer.repeats:
        return 1.0
    r, alpha, x = model.r, model.alpha, customer.repeats
    # As a logarithm: of who bought often and long ago the power does not fit into a double.
    odds = np.log(model.a / (model.b + x - 1)) + (r + x) * np.log((alpha + customer.age) / (alpha + customer.recency))
    return float(1 / (1 + np.exp(min(odds, 700.0))))


def expected_spend(model: SpendModel, customer: History) -> float | None:
    """The average of what she spends on a day with a purchase; None where the model has no average."""
    below = model.p * customer.priced + model.q - 1
    return model.p * (model.gamma + customer.priced * customer.spend) / below if below > 0 else None


def _maximum(likelihood: Callable[[Any], float], parameters: int) -> list[float]:
    scale = abs(likelihood(np.zeros(parameters))) or 1.0
    found = minimize(
        lambda logs: -likelihood(logs) / scale,
        np.zeros(parameters),
        method="L-BFGS-B",
        bounds=[(_LEAST, _MOST)] * parameters,
        options={"ftol": 1e-13, "gtol": 1e-9, "maxiter": 1000},
    )
    if not np.all(np.isfinite(found.x)) or not np.isfinite(found.fun) or np.any(np.abs(found.x) > _MOST - 1e-6):
        raise DidNotConverge
    return [float(value) for value in np.exp(found.x)]
