from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.event_create import EventCreate


T = TypeVar("T", bound="EventBatch")


@_attrs_define
class EventBatch:
    """Up to 1,000 events.

    Attributes:
        events (list[EventCreate]): Each is what `record_event` takes.
        backfill (bool | Unset): History: stored and counted, and triggers nothing. Default: False.
    """

    events: list[EventCreate]
    backfill: bool | Unset = False

    def to_dict(self) -> dict[str, Any]:
        events = []
        for events_item_data in self.events:
            events_item = events_item_data.to_dict()
            events.append(events_item)

        backfill = self.backfill

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "events": events,
            }
        )
        if backfill is not UNSET:
            field_dict["backfill"] = backfill

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.event_create import EventCreate  # noqa: PLC0415

        d = dict(src_dict)
        events = []
        _events = d.pop("events")
        for events_item_data in _events:
            events_item = EventCreate.from_dict(events_item_data)

            events.append(events_item)

        backfill = d.pop("backfill", UNSET)

        event_batch = cls(
            events=events,
            backfill=backfill,
        )

        return event_batch
