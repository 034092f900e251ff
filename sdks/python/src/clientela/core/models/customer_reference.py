from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.external_id import ExternalId


T = TypeVar("T", bound="CustomerReference")


@_attrs_define
class CustomerReference:
    """Whom an event is about: exactly one of these. An unknown identifier creates the customer.

    Attributes:
        id (str | Unset): The customer's id here.
        external_id (ExternalId | Unset): The id that a source uses for the customer.
        email (str | Unset): Her e-mail address.
        phone (str | Unset): Her phone number.
        anonymous_id (str | Unset): The id of a device or browser.
    """

    id: str | Unset = UNSET
    external_id: ExternalId | Unset = UNSET
    email: str | Unset = UNSET
    phone: str | Unset = UNSET
    anonymous_id: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        external_id: dict[str, Any] | Unset = UNSET
        if not isinstance(self.external_id, Unset):
            external_id = self.external_id.to_dict()

        email = self.email

        phone = self.phone

        anonymous_id = self.anonymous_id

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if id is not UNSET:
            field_dict["id"] = id
        if external_id is not UNSET:
            field_dict["external_id"] = external_id
        if email is not UNSET:
            field_dict["email"] = email
        if phone is not UNSET:
            field_dict["phone"] = phone
        if anonymous_id is not UNSET:
            field_dict["anonymous_id"] = anonymous_id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.external_id import ExternalId  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id", UNSET)

        _external_id = d.pop("external_id", UNSET)
        external_id: ExternalId | Unset
        if isinstance(_external_id, Unset):
            external_id = UNSET
        else:
            external_id = ExternalId.from_dict(_external_id)

        email = d.pop("email", UNSET)

        phone = d.pop("phone", UNSET)

        anonymous_id = d.pop("anonymous_id", UNSET)

        customer_reference = cls(
            id=id,
            external_id=external_id,
            email=email,
            phone=phone,
            anonymous_id=anonymous_id,
        )

        return customer_reference
