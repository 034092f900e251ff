from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.webhook_delivery_state import (
    WebhookDeliveryState,
    check_webhook_delivery_state,
)

if TYPE_CHECKING:
    from ..models.webhook_try import WebhookTry


T = TypeVar("T", bound="WebhookDelivery")


@_attrs_define
class WebhookDelivery:
    """One message on its way to one endpoint. It holds nothing personal.

    Attributes:
        id (str): The delivery's id.
        endpoint_id (str): Where it goes.
        message_id (str): The `webhook-id`, the same at every attempt.
        type_ (str): What it tells of.
        state (WebhookDeliveryState): Waiting for its next attempt, arrived, or given up.
        error (None | str): What was wrong with the last attempt, or endpoint_disabled.
        happened_at (datetime.datetime): When it happened.
        created_at (datetime.datetime): When the delivery was made.
        next_try_at (datetime.datetime | None): When it is tried next; null once it has ended.
        finished_at (datetime.datetime | None): When it arrived, or was given up.
        tries (list[WebhookTry]): The attempts, the first one first.
    """

    id: str
    endpoint_id: str
    message_id: str
    type_: str
    state: WebhookDeliveryState
    error: None | str
    happened_at: datetime.datetime
    created_at: datetime.datetime
    next_try_at: datetime.datetime | None
    finished_at: datetime.datetime | None
    tries: list[WebhookTry]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        endpoint_id = self.endpoint_id

        message_id = self.message_id

        type_ = self.type_

        state: str = self.state

        error: None | str
        error = self.error

        happened_at = self.happened_at.isoformat()

        created_at = self.created_at.isoformat()

        next_try_at: None | str
        if isinstance(self.next_try_at, datetime.datetime):
            next_try_at = self.next_try_at.isoformat()
        else:
            next_try_at = self.next_try_at

        finished_at: None | str
        if isinstance(self.finished_at, datetime.datetime):
            finished_at = self.finished_at.isoformat()
        else:
            finished_at = self.finished_at

        tries = []
        for tries_item_data in self.tries:
            tries_item = tries_item_data.to_dict()
            tries.append(tries_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "endpoint_id": endpoint_id,
                "message_id": message_id,
                "type": type_,
                "state": state,
                "error": error,
                "happened_at": happened_at,
                "created_at": created_at,
                "next_try_at": next_try_at,
                "finished_at": finished_at,
                "tries": tries,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.webhook_try import WebhookTry  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        endpoint_id = d.pop("endpoint_id")

        message_id = d.pop("message_id")

        type_ = d.pop("type")

        state = check_webhook_delivery_state(d.pop("state"))

        def _parse_error(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        error = _parse_error(d.pop("error"))

        happened_at = datetime.datetime.fromisoformat(d.pop("happened_at"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        def _parse_next_try_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                next_try_at_type_0 = datetime.datetime.fromisoformat(data)

                return next_try_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        next_try_at = _parse_next_try_at(d.pop("next_try_at"))

        def _parse_finished_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                finished_at_type_0 = datetime.datetime.fromisoformat(data)

                return finished_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        finished_at = _parse_finished_at(d.pop("finished_at"))

        tries = []
        _tries = d.pop("tries")
        for tries_item_data in _tries:
            tries_item = WebhookTry.from_dict(tries_item_data)

            tries.append(tries_item)

        webhook_delivery = cls(
            id=id,
            endpoint_id=endpoint_id,
            message_id=message_id,
            type_=type_,
            state=state,
            error=error,
            happened_at=happened_at,
            created_at=created_at,
            next_try_at=next_try_at,
            finished_at=finished_at,
            tries=tries,
        )

        webhook_delivery.additional_properties = d
        return webhook_delivery

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
