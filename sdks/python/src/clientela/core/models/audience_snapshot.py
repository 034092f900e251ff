from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="AudienceSnapshot")


@_attrs_define
class AudienceSnapshot:
    """One look at an audience, kept.

    Attributes:
        id (str): The snapshot's id.
        taken_at (datetime.datetime): When it was taken.
        size (int): How many were in.
        entered (int): How many came since the snapshot before.
        left (int): How many went since the snapshot before.
    """

    id: str
    taken_at: datetime.datetime
    size: int
    entered: int
    left: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        taken_at = self.taken_at.isoformat()

        size = self.size

        entered = self.entered

        left = self.left

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "taken_at": taken_at,
                "size": size,
                "entered": entered,
                "left": left,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        taken_at = datetime.datetime.fromisoformat(d.pop("taken_at"))

        size = d.pop("size")

        entered = d.pop("entered")

        left = d.pop("left")

        audience_snapshot = cls(
            id=id,
            taken_at=taken_at,
            size=size,
            entered=entered,
            left=left,
        )

        audience_snapshot.additional_properties = d
        return audience_snapshot

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
