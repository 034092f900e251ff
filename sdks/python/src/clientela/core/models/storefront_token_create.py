from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.customer_reference import CustomerReference


T = TypeVar("T", bound="StorefrontTokenCreate")


@_attrs_define
class StorefrontTokenCreate:
    """Who the visitor is, says the shop's backend.

    Attributes:
        customer (CustomerReference): Whom an event is about: exactly one of these. An unknown identifier creates the
            customer.
        expires_in (int | Unset): Seconds until it ends. Default: 86400.
    """

    customer: CustomerReference
    expires_in: int | Unset = 86400

    def to_dict(self) -> dict[str, Any]:
        customer = self.customer.to_dict()

        expires_in = self.expires_in

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "customer": customer,
            }
        )
        if expires_in is not UNSET:
            field_dict["expires_in"] = expires_in

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.customer_reference import CustomerReference  # noqa: PLC0415

        d = dict(src_dict)
        customer = CustomerReference.from_dict(d.pop("customer"))

        expires_in = d.pop("expires_in", UNSET)

        storefront_token_create = cls(
            customer=customer,
            expires_in=expires_in,
        )

        return storefront_token_create
