from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.audience_reason import AudienceReason


T = TypeVar("T", bound="AudienceMembership")


@_attrs_define
class AudienceMembership:
    """Why a customer is in an audience, or is not.

    Attributes:
        customer_id (str): The customer.
        member (bool): Whether she is in at this moment.
        why (list[AudienceReason]): Every node of the rule, from the outside in.
    """

    customer_id: str
    member: bool
    why: list[AudienceReason]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        customer_id = self.customer_id

        member = self.member

        why = []
        for why_item_data in self.why:
            why_item = why_item_data.to_dict()
            why.append(why_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "customer_id": customer_id,
                "member": member,
                "why": why,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.audience_reason import AudienceReason  # noqa: PLC0415

        d = dict(src_dict)
        customer_id = d.pop("customer_id")

        member = d.pop("member")

        why = []
        _why = d.pop("why")
        for why_item_data in _why:
            why_item = AudienceReason.from_dict(why_item_data)

            why.append(why_item)

        audience_membership = cls(
            customer_id=customer_id,
            member=member,
            why=why,
        )

        audience_membership.additional_properties = d
        return audience_membership

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
