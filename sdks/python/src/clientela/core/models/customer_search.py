from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.document import Document
    from ..models.external_id import ExternalId


T = TypeVar("T", bound="CustomerSearch")


@_attrs_define
class CustomerSearch:
    """Exactly one identifier.

    Attributes:
        email (str | Unset): E-mail address.
        phone (str | Unset): Phone number.
        document (Document | Unset): An identity or tax document.
        external_id (ExternalId | Unset): The id that a source uses for the customer.
        anonymous_id (str | Unset): Id of a device or browser.
    """

    email: str | Unset = UNSET
    phone: str | Unset = UNSET
    document: Document | Unset = UNSET
    external_id: ExternalId | Unset = UNSET
    anonymous_id: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        email = self.email

        phone = self.phone

        document: dict[str, Any] | Unset = UNSET
        if not isinstance(self.document, Unset):
            document = self.document.to_dict()

        external_id: dict[str, Any] | Unset = UNSET
        if not isinstance(self.external_id, Unset):
            external_id = self.external_id.to_dict()

        anonymous_id = self.anonymous_id

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if email is not UNSET:
            field_dict["email"] = email
        if phone is not UNSET:
            field_dict["phone"] = phone
        if document is not UNSET:
            field_dict["document"] = document
        if external_id is not UNSET:
            field_dict["external_id"] = external_id
        if anonymous_id is not UNSET:
            field_dict["anonymous_id"] = anonymous_id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.document import Document  # noqa: PLC0415
        from ..models.external_id import ExternalId  # noqa: PLC0415

        d = dict(src_dict)
        email = d.pop("email", UNSET)

        phone = d.pop("phone", UNSET)

        _document = d.pop("document", UNSET)
        document: Document | Unset
        if isinstance(_document, Unset):
            document = UNSET
        else:
            document = Document.from_dict(_document)

        _external_id = d.pop("external_id", UNSET)
        external_id: ExternalId | Unset
        if isinstance(_external_id, Unset):
            external_id = UNSET
        else:
            external_id = ExternalId.from_dict(_external_id)

        anonymous_id = d.pop("anonymous_id", UNSET)

        customer_search = cls(
            email=email,
            phone=phone,
            document=document,
            external_id=external_id,
            anonymous_id=anonymous_id,
        )

        return customer_search
