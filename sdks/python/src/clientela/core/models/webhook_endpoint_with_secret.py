from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.webhook_endpoint_disabled_for import (
    WebhookEndpointDisabledFor,
    check_webhook_endpoint_disabled_for,
)
from ..models.webhook_endpoint_state import (
    WebhookEndpointState,
    check_webhook_endpoint_state,
)

T = TypeVar("T", bound="WebhookEndpointWithSecret")


@_attrs_define
class WebhookEndpointWithSecret:
    """An endpoint with its new secret, which is shown this once.

    Attributes:
        id (str): The endpoint's id.
        url (str): Where messages are sent: https, port 443, a public address. Redirects are not followed.
        description (str): What it is for.
        event_types (list[str]): What it is told of: types such as order.paid, all of a noun (`order.*`), or everything
            (`*`).
        fields (list[str]): Which fields of customers, orders, consents and privacy requests it may have, named as in
            the answers of the API. Without any it gets ids, type and status. Personal ones need a key with pii:read.
        state (WebhookEndpointState): Whether anything is sent to an endpoint.
        disabled_for (None | WebhookEndpointDisabledFor): Why it is disabled.
        failing_since (datetime.datetime | None): Since when nothing has arrived there; null: the last delivery did.
        created_at (datetime.datetime): When it was made.
        updated_at (datetime.datetime): When it was last changed.
        secret (str): Signs every message, as Standard Webhooks has it.
    """

    id: str
    url: str
    description: str
    event_types: list[str]
    fields: list[str]
    state: WebhookEndpointState
    disabled_for: None | WebhookEndpointDisabledFor
    failing_since: datetime.datetime | None
    created_at: datetime.datetime
    updated_at: datetime.datetime
    secret: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        url = self.url

        description = self.description

        event_types = self.event_types

        fields = self.fields

        state: str = self.state

        disabled_for: None | str
        if isinstance(self.disabled_for, str):
            disabled_for = self.disabled_for
        else:
            disabled_for = self.disabled_for

        failing_since: None | str
        if isinstance(self.failing_since, datetime.datetime):
            failing_since = self.failing_since.isoformat()
        else:
            failing_since = self.failing_since

        created_at = self.created_at.isoformat()

        updated_at = self.updated_at.isoformat()

        secret = self.secret

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "url": url,
                "description": description,
                "event_types": event_types,
                "fields": fields,
                "state": state,
                "disabled_for": disabled_for,
                "failing_since": failing_since,
                "created_at": created_at,
                "updated_at": updated_at,
                "secret": secret,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        url = d.pop("url")

        description = d.pop("description")

        event_types = cast(list[str], d.pop("event_types"))

        fields = cast(list[str], d.pop("fields"))

        state = check_webhook_endpoint_state(d.pop("state"))

        def _parse_disabled_for(data: object) -> None | WebhookEndpointDisabledFor:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                disabled_for_type_0 = check_webhook_endpoint_disabled_for(data)

                return disabled_for_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | WebhookEndpointDisabledFor, data)

        disabled_for = _parse_disabled_for(d.pop("disabled_for"))

        def _parse_failing_since(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                failing_since_type_0 = datetime.datetime.fromisoformat(data)

                return failing_since_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        failing_since = _parse_failing_since(d.pop("failing_since"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

        secret = d.pop("secret")

        webhook_endpoint_with_secret = cls(
            id=id,
            url=url,
            description=description,
            event_types=event_types,
            fields=fields,
            state=state,
            disabled_for=disabled_for,
            failing_since=failing_since,
            created_at=created_at,
            updated_at=updated_at,
            secret=secret,
        )

        webhook_endpoint_with_secret.additional_properties = d
        return webhook_endpoint_with_secret

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
