from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.rejected_item import RejectedItem
    from ..models.upserted_item import UpsertedItem


T = TypeVar("T", bound="CustomerBatchResult")


@_attrs_define
class CustomerBatchResult:
    """What became of each item.

    Attributes:
        received (int): How many items were sent.
        created (int): How many became new customers.
        matched (int): How many led to customers that were known.
        results (list[UpsertedItem]): The items that were stored.
        rejected (list[RejectedItem]): The items that were refused.
    """

    received: int
    created: int
    matched: int
    results: list[UpsertedItem]
    rejected: list[RejectedItem]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        received = self.received

        created = self.created

        matched = self.matched

        results = []
        for results_item_data in self.results:
            results_item = results_item_data.to_dict()
            results.append(results_item)

        rejected = []
        for rejected_item_data in self.rejected:
            rejected_item = rejected_item_data.to_dict()
            rejected.append(rejected_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "received": received,
                "created": created,
                "matched": matched,
                "results": results,
                "rejected": rejected,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.rejected_item import RejectedItem  # noqa: PLC0415
        from ..models.upserted_item import UpsertedItem  # noqa: PLC0415

        d = dict(src_dict)
        received = d.pop("received")

        created = d.pop("created")

        matched = d.pop("matched")

        results = []
        _results = d.pop("results")
        for results_item_data in _results:
            results_item = UpsertedItem.from_dict(results_item_data)

            results.append(results_item)

        rejected = []
        _rejected = d.pop("rejected")
        for rejected_item_data in _rejected:
            rejected_item = RejectedItem.from_dict(rejected_item_data)

            rejected.append(rejected_item)

        customer_batch_result = cls(
            received=received,
            created=created,
            matched=matched,
            results=results,
            rejected=rejected,
        )

        customer_batch_result.additional_properties = d
        return customer_batch_result

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
