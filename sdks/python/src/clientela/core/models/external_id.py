from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="ExternalId")


@_attrs_define
class ExternalId:
    """The id that a source uses for the customer.

    Attributes:
        source (str): The slug of the source.
        id (str): The customer's id there.
    """

    source: str
    id: str

    def to_dict(self) -> dict[str, Any]:
        source = self.source

        id = self.id

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "source": source,
                "id": id,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        source = d.pop("source")

        id = d.pop("id")

        external_id = cls(
            source=source,
            id=id,
        )

        return external_id
