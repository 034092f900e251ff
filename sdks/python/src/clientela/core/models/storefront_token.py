from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="StorefrontToken")


@_attrs_define
class StorefrontToken:
    """Proof of who a page's visitor is.

    Attributes:
        token (str): Give it to her page, as `identity_token`.
        customer_id (str): Who she is.
        expires_at (datetime.datetime): When it ends.
    """

    token: str
    customer_id: str
    expires_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        token = self.token

        customer_id = self.customer_id

        expires_at = self.expires_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "token": token,
                "customer_id": customer_id,
                "expires_at": expires_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        token = d.pop("token")

        customer_id = d.pop("customer_id")

        expires_at = datetime.datetime.fromisoformat(d.pop("expires_at"))

        storefront_token = cls(
            token=token,
            customer_id=customer_id,
            expires_at=expires_at,
        )

        storefront_token.additional_properties = d
        return storefront_token

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
