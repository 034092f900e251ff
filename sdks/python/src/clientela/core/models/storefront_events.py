from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.rejected_item import RejectedItem


T = TypeVar("T", bound="StorefrontEvents")


@_attrs_define
class StorefrontEvents:
    """How many events were stored, and which were refused.

    Attributes:
        received (int): How many were sent.
        stored (int): How many are new.
        duplicates (int): How many were there already.
        rejected (list[RejectedItem]): Those that were refused, by place and reason.
    """

    received: int
    stored: int
    duplicates: int
    rejected: list[RejectedItem]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        received = self.received

        stored = self.stored

        duplicates = self.duplicates

        rejected = []
        for rejected_item_data in self.rejected:
            rejected_item = rejected_item_data.to_dict()
            rejected.append(rejected_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "received": received,
                "stored": stored,
                "duplicates": duplicates,
                "rejected": rejected,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.rejected_item import RejectedItem  # noqa: PLC0415

        d = dict(src_dict)
        received = d.pop("received")

        stored = d.pop("stored")

        duplicates = d.pop("duplicates")

        rejected = []
        _rejected = d.pop("rejected")
        for rejected_item_data in _rejected:
            rejected_item = RejectedItem.from_dict(rejected_item_data)

            rejected.append(rejected_item)

        storefront_events = cls(
            received=received,
            stored=stored,
            duplicates=duplicates,
            rejected=rejected,
        )

        storefront_events.additional_properties = d
        return storefront_events

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
