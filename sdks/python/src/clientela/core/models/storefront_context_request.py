from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.customer_reference import CustomerReference
    from ..models.storefront_event import StorefrontEvent


T = TypeVar("T", bound="StorefrontContextRequest")


@_attrs_define
class StorefrontContextRequest:
    """What happened on the page, and who is there.

    Attributes:
        customer (CustomerReference | None | Unset): The visitor. May be left out with a token.
        identity_token (None | str | Unset): Proof of who the visitor is, from `create_storefront_token`; it counts
            before `customer`.
        events (list[StorefrontEvent] | Unset): What happened; one that is refused never fails the others.
    """

    customer: CustomerReference | None | Unset = UNSET
    identity_token: None | str | Unset = UNSET
    events: list[StorefrontEvent] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.customer_reference import CustomerReference  # noqa: PLC0415

        customer: dict[str, Any] | None | Unset
        if isinstance(self.customer, Unset):
            customer = UNSET
        elif isinstance(self.customer, CustomerReference):
            customer = self.customer.to_dict()
        else:
            customer = self.customer

        identity_token: None | str | Unset
        if isinstance(self.identity_token, Unset):
            identity_token = UNSET
        else:
            identity_token = self.identity_token

        events: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.events, Unset):
            events = []
            for events_item_data in self.events:
                events_item = events_item_data.to_dict()
                events.append(events_item)

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if customer is not UNSET:
            field_dict["customer"] = customer
        if identity_token is not UNSET:
            field_dict["identity_token"] = identity_token
        if events is not UNSET:
            field_dict["events"] = events

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.customer_reference import CustomerReference  # noqa: PLC0415
        from ..models.storefront_event import StorefrontEvent  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_customer(data: object) -> CustomerReference | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                customer_type_0 = CustomerReference.from_dict(data)

                return customer_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(CustomerReference | None | Unset, data)

        customer = _parse_customer(d.pop("customer", UNSET))

        def _parse_identity_token(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        identity_token = _parse_identity_token(d.pop("identity_token", UNSET))

        _events = d.pop("events", UNSET)
        events: list[StorefrontEvent] | Unset = UNSET
        if _events is not UNSET:
            events = []
            for events_item_data in _events:
                events_item = StorefrontEvent.from_dict(events_item_data)

                events.append(events_item)

        storefront_context_request = cls(
            customer=customer,
            identity_token=identity_token,
            events=events,
        )

        return storefront_context_request
