from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.job_kind import JobKind, check_job_kind
from ..models.job_state import JobState, check_job_state

if TYPE_CHECKING:
    from ..models.job_progress import JobProgress


T = TypeVar("T", bound="Job")


@_attrs_define
class Job:
    """Something that is asked of a connected shop.

    Attributes:
        id (str): The job's id.
        source_id (str): Whose shop is asked.
        kind (JobKind): `fetch`: one object that a message has only named. `poll`: what has changed lately, for what
            messages have lost. `backfill`: a history. `renew`: credentials that have ended.
        object_kind (None | str): For `fetch`: what kind of object.
        object_id (None | str): For `fetch`: the shop's id of it; null where it is an address.
        state (JobState): `parked`: it failed for good and waits for somebody to look at it.
        progress (JobProgress | None): For `poll` and `backfill`, once begun: how far it has come.
        attempts (int): Failed attempts in a row, one under way included.
        created_at (datetime.datetime): When it was asked for.
        due_at (datetime.datetime | None): When it goes on; null: it has ended.
        finished_at (datetime.datetime | None): When it ended.
        error_code (None | str): Why the last attempt failed, as a code.
        error_detail (None | str): The same in words.
    """

    id: str
    source_id: str
    kind: JobKind
    object_kind: None | str
    object_id: None | str
    state: JobState
    progress: JobProgress | None
    attempts: int
    created_at: datetime.datetime
    due_at: datetime.datetime | None
    finished_at: datetime.datetime | None
    error_code: None | str
    error_detail: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.job_progress import JobProgress  # noqa: PLC0415

        id = self.id

        source_id = self.source_id

        kind: str = self.kind

        object_kind: None | str
        object_kind = self.object_kind

        object_id: None | str
        object_id = self.object_id

        state: str = self.state

        progress: dict[str, Any] | None
        if isinstance(self.progress, JobProgress):
            progress = self.progress.to_dict()
        else:
            progress = self.progress

        attempts = self.attempts

        created_at = self.created_at.isoformat()

        due_at: None | str
        if isinstance(self.due_at, datetime.datetime):
            due_at = self.due_at.isoformat()
        else:
            due_at = self.due_at

        finished_at: None | str
        if isinstance(self.finished_at, datetime.datetime):
            finished_at = self.finished_at.isoformat()
        else:
            finished_at = self.finished_at

        error_code: None | str
        error_code = self.error_code

        error_detail: None | str
        error_detail = self.error_detail

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "source_id": source_id,
                "kind": kind,
                "object_kind": object_kind,
                "object_id": object_id,
                "state": state,
                "progress": progress,
                "attempts": attempts,
                "created_at": created_at,
                "due_at": due_at,
                "finished_at": finished_at,
                "error_code": error_code,
                "error_detail": error_detail,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.job_progress import JobProgress  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        source_id = d.pop("source_id")

        kind = check_job_kind(d.pop("kind"))

        def _parse_object_kind(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        object_kind = _parse_object_kind(d.pop("object_kind"))

        def _parse_object_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        object_id = _parse_object_id(d.pop("object_id"))

        state = check_job_state(d.pop("state"))

        def _parse_progress(data: object) -> JobProgress | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                progress_type_0 = JobProgress.from_dict(data)

                return progress_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(JobProgress | None, data)

        progress = _parse_progress(d.pop("progress"))

        attempts = d.pop("attempts")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        def _parse_due_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                due_at_type_0 = datetime.datetime.fromisoformat(data)

                return due_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        due_at = _parse_due_at(d.pop("due_at"))

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

        def _parse_error_detail(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        error_detail = _parse_error_detail(d.pop("error_detail"))

        job = cls(
            id=id,
            source_id=source_id,
            kind=kind,
            object_kind=object_kind,
            object_id=object_id,
            state=state,
            progress=progress,
            attempts=attempts,
            created_at=created_at,
            due_at=due_at,
            finished_at=finished_at,
            error_code=error_code,
            error_detail=error_detail,
        )

        job.additional_properties = d
        return job

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
