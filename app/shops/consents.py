"""What somebody has decided about marketing, as a shop shows it: with the time of it, or as a bare state."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from app.domain import normalize
from app.errors import Invalid
from app.shops.base import MESSAGE_ID, Decided, Shop
from app.shops.people import e164

YES: Final = frozenset({"given", "requested"})


def decided(
    shop: Shop,
    customer: Mapping[str, Any],
    *,
    about: str,
    decision: str,
    at: datetime,
    channel: str = "email",
    address: str | None = None,
    double_opt_in: bool = False,
    only_ends: bool = False,
) -> Decided:
    """A decision. `about` names the object that tells it: with channel, decision and time it is what makes a repetition
    the same message. `address` is the one meant, where it is told."""
    raw = {
        "customer": dict(customer),
        "purpose": "marketing",
        "channel": channel,
        "decision": decision,
        # A no needs no basis, and none may stand in its way.
        "legal_basis": shop.legal_basis if decision in YES else None,
        "event_type": "expressed",
        "indication_method": "double_opt_in" if double_opt_in and decision == "given" else "shop_webhook",
        "occurred_at": at,
        "address": _address(address, channel, shop),
        "source": shop.source,
        "message_id": f"{MESSAGE_ID}{about}:consent:{channel}:{decision}:{at.isoformat()}",
    }
    return Decided({name: value for name, value in raw.items() if value is not None}, only_ends=only_ends)


def subscription(
    shop: Shop,
    customer: Mapping[str, Any],
    subscribed: Any,
    *,
    about: str,
    since: datetime | None,
    changed: datetime | None,
    address: str | None = None,
) -> list[Decided]:
    """What a shop tells that knows whether somebody is subscribed to e-mails, and not when she decided. A yes counts
    from as early as can be (`since`), so that it never undoes what she has decided elsewhere since; a no from the last
    change (`changed`), and only ends what this shop has told. Neither true nor false is no state."""
    if subscribed is True and since is not None:
        return [decided(shop, customer, about=about, decision="given", at=since, address=address)]
    if subscribed is False and changed is not None:
        no = decided(shop, customer, about=about, decision="withdrawn", at=changed, address=address, only_ends=True)
        return [no]
    return []


def _address(value: str | None, channel: str, shop: Shop) -> str | None:
    """Left out where it cannot be one: the decision counts all the same."""
    if channel != "email":
        return e164(value, shop.country)
    try:
        return normalize.email(value, pointer="").value
    except Invalid:
        return None
