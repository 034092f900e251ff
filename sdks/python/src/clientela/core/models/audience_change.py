from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.audience_change_kind import AudienceChangeKind, check_audience_change_kind
from ..models.audience_change_reason import (
    AudienceChangeReason,
    check_audience_change_reason,
)

if TYPE_CHECKING:
    from ..models.audience_turn import AudienceTurn


T = TypeVar("T", bound="AudienceChange")


@_attrs_define
class AudienceChange:
    """One customer who came or went between two snapshots.

    Attributes:
        snapshot_id (str): The snapshot that noticed it.
        customer_id (str): Who.
        at (datetime.datetime): When the snapshot was taken.
        kind (AudienceChangeKind): Whether she came or went.
        reason (AudienceChangeReason): `conditions`: what the rule asks for has changed with her. `gone`: erased, or
            somebody else all along.
        conditions (list[AudienceTurn]): Who came in: every condition. Who went: those that have changed since she came
            in.
    """

    snapshot_id: str
    customer_id: str
    at: datetime.datetime
    kind: AudienceChangeKind
    reason: AudienceChangeReason
    conditions: list[AudienceTurn]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        snapshot_id = self.snapshot_id

        customer_id = self.customer_id

        at = self.at.isoformat()

        kind: str = self.kind

        reason: str = self.reason

        conditions = []
        for conditions_item_data in self.conditions:
            conditions_item = conditions_item_data.to_dict()
            conditions.append(conditions_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "snapshot_id": snapshot_id,
                "customer_id": customer_id,
                "at": at,
                "kind": kind,
                "reason": reason,
                "conditions": conditions,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.audience_turn import AudienceTurn  # noqa: PLC0415

        d = dict(src_dict)
        snapshot_id = d.pop("snapshot_id")

        customer_id = d.pop("customer_id")

        at = datetime.datetime.fromisoformat(d.pop("at"))

        kind = check_audience_change_kind(d.pop("kind"))

        reason = check_audience_change_reason(d.pop("reason"))

        conditions = []
        _conditions = d.pop("conditions")
        for conditions_item_data in _conditions:
            conditions_item = AudienceTurn.from_dict(conditions_item_data)

            conditions.append(conditions_item)

        audience_change = cls(
            snapshot_id=snapshot_id,
            customer_id=customer_id,
            at=at,
            kind=kind,
            reason=reason,
            conditions=conditions,
        )

        audience_change.additional_properties = d
        return audience_change

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
