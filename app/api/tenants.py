"""Routes of the tenant's own settings and currency rates."""

from typing import Any

from fastapi import APIRouter

from app.api.access import TenantRoute, allow
from app.api.call import Call
from app.api.problems import problems
from app.api.responses import ALWAYS, WITH_BODY
from app.api.schemas import tenants as schemas
from app.domain.api_keys import Scope
from app.domain.tenants import Tenant
from app.services import orders as order_service
from app.services import tenants as service

router = APIRouter(prefix="/v1", tags=["tenants"], route_class=TenantRoute)


@router.get(
    "/tenant",
    summary="Read the tenant",
    response_description="The tenant of this key.",
    response_model=schemas.Tenant,
    responses=problems(*ALWAYS),
)
@allow(Scope.ADMIN, reads=True)
async def get_tenant(call: Call) -> Any:
    """The tenant that this key belongs to."""
    return _shown(call.tx.tenant)


@router.patch(
    "/tenant",
    summary="Change the tenant's settings",
    response_description="The tenant as it is now.",
    response_model=schemas.Tenant,
    responses=problems(*ALWAYS, *WITH_BODY),
)
@allow(Scope.ADMIN)
async def update_tenant(body: schemas.TenantUpdate, call: Call) -> Any:
    """JSON Merge Patch. Every process knows the new settings within a second."""
    given = {name: getattr(body, name) for name in body.model_fields_set}
    if body.consent_categories is not None:
        given["consent_categories"] = body.consent_categories_stored()
    return _shown(await service.update(call.tx, {n: v for n, v in given.items() if v is not None or n == "country"}))


@router.get(
    "/currency-rates", summary="List currency rates", response_description="Every rate.", responses=problems(*ALWAYS)
)
@allow(Scope.ADMIN, reads=True)
async def list_currency_rates(call: Call) -> schemas.CurrencyRateList:
    """The rates that orders in other currencies are brought into the reporting currency with."""
    return await _rates(call)


@router.put(
    "/currency-rates",
    summary="Set currency rates",
    response_description="Every rate.",
    responses=problems(*ALWAYS, *WITH_BODY),
)
@allow(Scope.ADMIN)
async def set_currency_rates(body: schemas.CurrencyRates, call: Call) -> schemas.CurrencyRateList:
    """Orders in these currencies, and the totals of their buyers, are brought up to them at once."""
    await order_service.set_rates(
        call.tx, [order_service.rate(r.model_dump(), f"/rates/{i}") for i, r in enumerate(body.rates)]
    )
    return await _rates(call)


async def _rates(call: Call) -> schemas.CurrencyRateList:
    known = await order_service.list_rates(call.tx)
    return schemas.CurrencyRateList(
        data=[
            schemas.CurrencyRateOut(currency=c, valid_from=day, rate=f"{rate.normalize():f}") for c, day, rate in known
        ]
    )


def _shown(tenant: Tenant) -> dict[str, Any]:
    return {
        "id": tenant.tenant_id,
        "name": tenant.name,
        "currency": tenant.currency,
        "timezone": tenant.timezone,
        "country": tenant.country,
        "strict_sources": tenant.strict_sources,
        "allow_imported_consent": tenant.allow_imported_consent,
        "rfm_include_shipping_and_tax": tenant.rfm_include_shipping_and_tax,
        "consent_categories": tenant.consent_categories,
        "storefront_traits": list(tenant.storefront_traits),
        "created_at": tenant.created_at,
    }
