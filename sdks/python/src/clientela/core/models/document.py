from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.document_type import DocumentType, check_document_type

T = TypeVar("T", bound="Document")


@_attrs_define
class Document:
    """An identity or tax document.

    Attributes:
        type_ (DocumentType): A kind of identity or tax document.
        value (str): Its number; punctuation is accepted.
    """

    type_: DocumentType
    value: str

    def to_dict(self) -> dict[str, Any]:
        type_: str = self.type_

        value = self.value

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "type": type_,
                "value": value,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        type_ = check_document_type(d.pop("type"))

        value = d.pop("value")

        document = cls(
            type_=type_,
            value=value,
        )

        return document
