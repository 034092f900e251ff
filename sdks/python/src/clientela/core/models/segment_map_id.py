from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.rfm_preset import RfmPreset, check_rfm_preset

T = TypeVar("T", bound="SegmentMapId")


@_attrs_define
class SegmentMapId:
    """A segment map: an exact partition of all codes.

    Attributes:
        id (RfmPreset): A segment map, with the method that goes with it.
        version (int): Its version.
    """

    id: RfmPreset
    version: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id: str = self.id

        version = self.version

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "version": version,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = check_rfm_preset(d.pop("id"))

        version = d.pop("version")

        segment_map_id = cls(
            id=id,
            version=version,
        )

        segment_map_id.additional_properties = d
        return segment_map_id

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
