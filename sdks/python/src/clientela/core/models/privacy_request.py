from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import (
    Any,
    Literal,
    TypeVar,
    cast,
)

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.privacy_request_kind import PrivacyRequestKind, check_privacy_request_kind

T = TypeVar("T", bound="PrivacyRequest")


@_attrs_define
class PrivacyRequest:
    """What a data subject asks for, as it reached us.

    Attributes:
        id (str): The request's id.
        kind (PrivacyRequestKind): `shop_erasure`: the shop has left its platform, and all that came from there is to
            go.
        state (Literal['received']): Where it stands.
        source_id (str): The source it came from.
        source (str): Its slug.
        customer_id (None | str): Whom it was about, if she is known.
        platform_reference (None | str): The platform's own number.
        order_ids (list[str]): The orders it names.
        received_at (datetime.datetime): When it arrived.
        deadline (datetime.datetime): By when it must be answered.
    """

    id: str
    kind: PrivacyRequestKind
    state: Literal["received"]
    source_id: str
    source: str
    customer_id: None | str
    platform_reference: None | str
    order_ids: list[str]
    received_at: datetime.datetime
    deadline: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        kind: str = self.kind

        state = self.state

        source_id = self.source_id

        source = self.source

        customer_id: None | str
        customer_id = self.customer_id

        platform_reference: None | str
        platform_reference = self.platform_reference

        order_ids = self.order_ids

        received_at = self.received_at.isoformat()

        deadline = self.deadline.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "kind": kind,
                "state": state,
                "source_id": source_id,
                "source": source,
                "customer_id": customer_id,
                "platform_reference": platform_reference,
                "order_ids": order_ids,
                "received_at": received_at,
                "deadline": deadline,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        kind = check_privacy_request_kind(d.pop("kind"))

        state = cast(Literal["received"], d.pop("state"))
        if state != "received":
            raise ValueError(f"state must match const 'received', got '{state}'")

        source_id = d.pop("source_id")

        source = d.pop("source")

        def _parse_customer_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        customer_id = _parse_customer_id(d.pop("customer_id"))

        def _parse_platform_reference(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        platform_reference = _parse_platform_reference(d.pop("platform_reference"))

        order_ids = cast(list[str], d.pop("order_ids"))

        received_at = datetime.datetime.fromisoformat(d.pop("received_at"))

        deadline = datetime.datetime.fromisoformat(d.pop("deadline"))

        privacy_request = cls(
            id=id,
            kind=kind,
            state=state,
            source_id=source_id,
            source=source,
            customer_id=customer_id,
            platform_reference=platform_reference,
            order_ids=order_ids,
            received_at=received_at,
            deadline=deadline,
        )

        privacy_request.additional_properties = d
        return privacy_request

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
