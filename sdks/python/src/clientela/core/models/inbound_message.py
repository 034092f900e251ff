from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.inbound_state import InboundState, check_inbound_state

if TYPE_CHECKING:
    from ..models.inbound_note import InboundNote


T = TypeVar("T", bound="InboundMessage")


@_attrs_define
class InboundMessage:
    """A message of a shop, and what became of it.

    Attributes:
        id (str): The message's id.
        source_id (str): The source it came from.
        topic (str): What the platform calls it.
        state (InboundState): `ignored`: it means nothing here, and is kept all the same; `parked`: it failed for good,
            and waits for somebody to look at it.
        attempts (int): How often it was tried.
        sent_at (datetime.datetime | None): When the shop says it happened.
        received_at (datetime.datetime): When it arrived.
        next_attempt_at (datetime.datetime | None): When it is tried (again).
        finished_at (datetime.datetime | None): When it was dealt with.
        error_code (None | str): Why it failed.
        error_message (None | str): The same in words.
        notes (list[InboundNote]): What of it was left out.
    """

    id: str
    source_id: str
    topic: str
    state: InboundState
    attempts: int
    sent_at: datetime.datetime | None
    received_at: datetime.datetime
    next_attempt_at: datetime.datetime | None
    finished_at: datetime.datetime | None
    error_code: None | str
    error_message: None | str
    notes: list[InboundNote]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        source_id = self.source_id

        topic = self.topic

        state: str = self.state

        attempts = self.attempts

        sent_at: None | str
        if isinstance(self.sent_at, datetime.datetime):
            sent_at = self.sent_at.isoformat()
        else:
            sent_at = self.sent_at

        received_at = self.received_at.isoformat()

        next_attempt_at: None | str
        if isinstance(self.next_attempt_at, datetime.datetime):
            next_attempt_at = self.next_attempt_at.isoformat()
        else:
            next_attempt_at = self.next_attempt_at

        finished_at: None | str
        if isinstance(self.finished_at, datetime.datetime):
            finished_at = self.finished_at.isoformat()
        else:
            finished_at = self.finished_at

        error_code: None | str
        error_code = self.error_code

        error_message: None | str
        error_message = self.error_message

        notes = []
        for notes_item_data in self.notes:
            notes_item = notes_item_data.to_dict()
            notes.append(notes_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "source_id": source_id,
                "topic": topic,
                "state": state,
                "attempts": attempts,
                "sent_at": sent_at,
                "received_at": received_at,
                "next_attempt_at": next_attempt_at,
                "finished_at": finished_at,
                "error_code": error_code,
                "error_message": error_message,
                "notes": notes,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.inbound_note import InboundNote  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        source_id = d.pop("source_id")

        topic = d.pop("topic")

        state = check_inbound_state(d.pop("state"))

        attempts = d.pop("attempts")

        def _parse_sent_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                sent_at_type_0 = datetime.datetime.fromisoformat(data)

                return sent_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        sent_at = _parse_sent_at(d.pop("sent_at"))

        received_at = datetime.datetime.fromisoformat(d.pop("received_at"))

        def _parse_next_attempt_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                next_attempt_at_type_0 = datetime.datetime.fromisoformat(data)

                return next_attempt_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        next_attempt_at = _parse_next_attempt_at(d.pop("next_attempt_at"))

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

        def _parse_error_code(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        error_code = _parse_error_code(d.pop("error_code"))

        def _parse_error_message(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        error_message = _parse_error_message(d.pop("error_message"))

        notes = []
        _notes = d.pop("notes")
        for notes_item_data in _notes:
            notes_item = InboundNote.from_dict(notes_item_data)

            notes.append(notes_item)

        inbound_message = cls(
            id=id,
            source_id=source_id,
            topic=topic,
            state=state,
            attempts=attempts,
            sent_at=sent_at,
            received_at=received_at,
            next_attempt_at=next_attempt_at,
            finished_at=finished_at,
            error_code=error_code,
            error_message=error_message,
            notes=notes,
        )

        inbound_message.additional_properties = d
        return inbound_message

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
