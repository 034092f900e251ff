from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.rejected_item import RejectedItem


T = TypeVar("T", bound="Ingestion")


@_attrs_define
class Ingestion:
    """The fate of a batch, told again.

    Attributes:
        ingestion_id (str): Under this id the result can be read again for 7 days.
        received (int): How many events were sent.
        stored (int): How many are new.
        duplicates (int): How many were there already.
        rejected (list[RejectedItem]): The events that were refused, by place and reason.
        created_at (datetime.datetime): When the batch was received.
    """

    ingestion_id: str
    received: int
    stored: int
    duplicates: int
    rejected: list[RejectedItem]
    created_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        ingestion_id = self.ingestion_id

        received = self.received

        stored = self.stored

        duplicates = self.duplicates

        rejected = []
        for rejected_item_data in self.rejected:
            rejected_item = rejected_item_data.to_dict()
            rejected.append(rejected_item)

        created_at = self.created_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "ingestion_id": ingestion_id,
                "received": received,
                "stored": stored,
                "duplicates": duplicates,
                "rejected": rejected,
                "created_at": created_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.rejected_item import RejectedItem  # noqa: PLC0415

        d = dict(src_dict)
        ingestion_id = d.pop("ingestion_id")

        received = d.pop("received")

        stored = d.pop("stored")

        duplicates = d.pop("duplicates")

        rejected = []
        _rejected = d.pop("rejected")
        for rejected_item_data in _rejected:
            rejected_item = RejectedItem.from_dict(rejected_item_data)

            rejected.append(rejected_item)

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        ingestion = cls(
            ingestion_id=ingestion_id,
            received=received,
            stored=stored,
            duplicates=duplicates,
            rejected=rejected,
            created_at=created_at,
        )

        ingestion.additional_properties = d
        return ingestion

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
