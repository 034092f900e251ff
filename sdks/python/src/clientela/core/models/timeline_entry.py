from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.timeline_kind import TimelineKind, check_timeline_kind

if TYPE_CHECKING:
    from ..models.consent_decision import ConsentDecision
    from ..models.event import Event
    from ..models.order import Order


T = TypeVar("T", bound="TimelineEntry")


@_attrs_define
class TimelineEntry:
    """One thing that happened: exactly one of `event`, `consent` and `merged` is there.

    Attributes:
        kind (TimelineKind): What an entry of a timeline is.
        at (datetime.datetime): When it happened.
        event (Event | None): The event.
        order (None | Order): For an order's event: the order as it stands today.
        consent (ConsentDecision | None): The decision, without its evidence; `get_customer_consents` has it.
        merged (None | str): For a merge: the id that an anonymous visitor had before she turned out to be this
            customer.
    """

    kind: TimelineKind
    at: datetime.datetime
    event: Event | None
    order: None | Order
    consent: ConsentDecision | None
    merged: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.consent_decision import ConsentDecision  # noqa: PLC0415
        from ..models.event import Event  # noqa: PLC0415
        from ..models.order import Order  # noqa: PLC0415

        kind: str = self.kind

        at = self.at.isoformat()

        event: dict[str, Any] | None
        if isinstance(self.event, Event):
            event = self.event.to_dict()
        else:
            event = self.event

        order: dict[str, Any] | None
        if isinstance(self.order, Order):
            order = self.order.to_dict()
        else:
            order = self.order

        consent: dict[str, Any] | None
        if isinstance(self.consent, ConsentDecision):
            consent = self.consent.to_dict()
        else:
            consent = self.consent

        merged: None | str
        merged = self.merged

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "kind": kind,
                "at": at,
                "event": event,
                "order": order,
                "consent": consent,
                "merged": merged,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.consent_decision import ConsentDecision  # noqa: PLC0415
        from ..models.event import Event  # noqa: PLC0415
        from ..models.order import Order  # noqa: PLC0415

        d = dict(src_dict)
        kind = check_timeline_kind(d.pop("kind"))

        at = datetime.datetime.fromisoformat(d.pop("at"))

        def _parse_event(data: object) -> Event | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                event_type_0 = Event.from_dict(data)

                return event_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Event | None, data)

        event = _parse_event(d.pop("event"))

        def _parse_order(data: object) -> None | Order:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                order_type_0 = Order.from_dict(data)

                return order_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Order, data)

        order = _parse_order(d.pop("order"))

        def _parse_consent(data: object) -> ConsentDecision | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                consent_type_0 = ConsentDecision.from_dict(data)

                return consent_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ConsentDecision | None, data)

        consent = _parse_consent(d.pop("consent"))

        def _parse_merged(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        merged = _parse_merged(d.pop("merged"))

        timeline_entry = cls(
            kind=kind,
            at=at,
            event=event,
            order=order,
            consent=consent,
            merged=merged,
        )

        timeline_entry.additional_properties = d
        return timeline_entry

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
