from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..models.consent_channel import ConsentChannel, check_consent_channel

if TYPE_CHECKING:
    from ..models.customer_reference import CustomerReference


T = TypeVar("T", bound="ConsentCheck")


@_attrs_define
class ConsentCheck:
    """May these people be contacted, for this purpose, on this channel, now?

    Attributes:
        purpose (str): What for: a slug of your own.
        channel (ConsentChannel): Where she would be contacted, or what would be done with her data.
        customers (list[CustomerReference]): Up to 1,000, each by an id or an identifier.
    """

    purpose: str
    channel: ConsentChannel
    customers: list[CustomerReference]

    def to_dict(self) -> dict[str, Any]:
        purpose = self.purpose

        channel: str = self.channel

        customers = []
        for customers_item_data in self.customers:
            customers_item = customers_item_data.to_dict()
            customers.append(customers_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "purpose": purpose,
                "channel": channel,
                "customers": customers,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.customer_reference import CustomerReference  # noqa: PLC0415

        d = dict(src_dict)
        purpose = d.pop("purpose")

        channel = check_consent_channel(d.pop("channel"))

        customers = []
        _customers = d.pop("customers")
        for customers_item_data in _customers:
            customers_item = CustomerReference.from_dict(customers_item_data)

            customers.append(customers_item)

        consent_check = cls(
            purpose=purpose,
            channel=channel,
            customers=customers,
        )

        return consent_check
