from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="WebhookEndpointCreate")


@_attrs_define
class WebhookEndpointCreate:
    """A new endpoint.

    Attributes:
        url (str): Where messages are sent: https, port 443, a public address. Redirects are not followed.
        event_types (list[str]): What it is told of: types such as order.paid, all of a noun (`order.*`), or everything
            (`*`).
        fields (list[str] | Unset): Which fields of customers, orders, consents and privacy requests it may have, named
            as in the answers of the API. Without any it gets ids, type and status. Personal ones need a key with pii:read.
        description (str | Unset): What it is for. Default: ''.
    """

    url: str
    event_types: list[str]
    fields: list[str] | Unset = UNSET
    description: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        url = self.url

        event_types = self.event_types

        fields: list[str] | Unset = UNSET
        if not isinstance(self.fields, Unset):
            fields = self.fields

        description = self.description

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "url": url,
                "event_types": event_types,
            }
        )
        if fields is not UNSET:
            field_dict["fields"] = fields
        if description is not UNSET:
            field_dict["description"] = description

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        url = d.pop("url")

        event_types = cast(list[str], d.pop("event_types"))

        fields = cast(list[str], d.pop("fields", UNSET))

        description = d.pop("description", UNSET)

        webhook_endpoint_create = cls(
            url=url,
            event_types=event_types,
            fields=fields,
            description=description,
        )

        return webhook_endpoint_create
