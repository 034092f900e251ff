"""Route of predicted value."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from fastapi import APIRouter

from app.api.access import TenantRoute, allow
from app.api.call import Call
from app.api.problems import problems
from app.api.responses import ALWAYS
from app.api.schemas import predictions as schemas
from app.api.schemas.base import CustomerId
from app.domain.api_keys import Scope
from app.domain.codes import smallest_amount
from app.domain.orders import amount_text
from app.domain.predictions import DAYS_AHEAD
from app.services import predictions as service
from app.services.customers import UnknownCustomer
from app.services.predictions import NotFitted, Predicted, PredictNotInstalled

router = APIRouter(prefix="/v1", tags=["segments"], route_class=TenantRoute)


@router.get(
    "/customers/{customer_id}/predicted-value",
    summary="Predict a customer's value",
    response_description="What is expected, and by which model.",
    response_model=schemas.PredictedValue,
    responses=problems(*ALWAYS, UnknownCustomer, NotFitted, PredictNotInstalled),
)
@allow(Scope.SEGMENTS_READ, reads=True)
async def get_predicted_value(customer_id: CustomerId, call: Call) -> Any:
    """Orders and net of the next 12 months, by BG/NBD and Gamma-Gamma fitted on a sample of the tenant's buyers.

    Needs the extra `predict` (else 501), and models that were fitted (else 409): `clientela predict fit`.
    """
    return _shown(await service.predict(call.tx, customer_id), call.tx.tenant.currency)


def _shown(found: Predicted, currency: str) -> dict[str, Any]:
    fitted, predicted, history = found.fitted, found.prediction, found.history
    return {
        "customer_id": found.customer_id,
        "days_ahead": DAYS_AHEAD,
        "probability_alive": round(predicted.alive, 6) if predicted else None,
        "expected_orders": round(predicted.orders, 4) if predicted else None,
        "expected_value": _money(predicted.value, currency) if predicted and predicted.value is not None else None,
        "days_bought": history.repeats + 1 if history else None,
        "profiling_opt_out": found.opted_out,
        "model": {
            "purchases": "BG/NBD",
            "spend": "Gamma-Gamma" if fitted.spend else None,
            "fitted_at": fitted.fitted_at,
            "sample": fitted.sample,
            "repeat_sample": fitted.repeat_sample,
        },
    }


def _money(value: float, currency: str) -> dict[str, Any]:
    amount = Decimal(value).quantize(smallest_amount(currency), ROUND_HALF_UP)
    return {"amount": amount_text(amount), "currency": currency}
