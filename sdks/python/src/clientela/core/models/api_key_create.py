from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.api_key_kind import ApiKeyKind, check_api_key_kind
from ..models.scope import Scope, check_scope
from ..types import UNSET, Unset

T = TypeVar("T", bound="ApiKeyCreate")


@_attrs_define
class ApiKeyCreate:
    """What a new key may do.

    Attributes:
        name (str): What it is for.
        scopes (list[Scope]): What it may do.
        kind (ApiKeyKind | Unset): A secret key stays on servers; a publishable one may stand in a page.
        allowed_origins (list[str] | Unset): For publishable keys: the origins of pages that may use it. None: no page
            may, only what sends no Origin header, as servers and apps.
        source (None | str | Unset): The source it speaks for.
        requests_per_second (int | None | Unset): Its rate limit, in each process.
        expires_at (datetime.datetime | None | Unset): When it ends.
    """

    name: str
    scopes: list[Scope]
    kind: ApiKeyKind | Unset = UNSET
    allowed_origins: list[str] | Unset = UNSET
    source: None | str | Unset = UNSET
    requests_per_second: int | None | Unset = UNSET
    expires_at: datetime.datetime | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        scopes = []
        for scopes_item_data in self.scopes:
            scopes_item: str = scopes_item_data
            scopes.append(scopes_item)

        kind: str | Unset = UNSET
        if not isinstance(self.kind, Unset):
            kind = self.kind

        allowed_origins: list[str] | Unset = UNSET
        if not isinstance(self.allowed_origins, Unset):
            allowed_origins = self.allowed_origins

        source: None | str | Unset
        if isinstance(self.source, Unset):
            source = UNSET
        else:
            source = self.source

        requests_per_second: int | None | Unset
        if isinstance(self.requests_per_second, Unset):
            requests_per_second = UNSET
        else:
            requests_per_second = self.requests_per_second

        expires_at: None | str | Unset
        if isinstance(self.expires_at, Unset):
            expires_at = UNSET
        elif isinstance(self.expires_at, datetime.datetime):
            expires_at = self.expires_at.isoformat()
        else:
            expires_at = self.expires_at

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "scopes": scopes,
            }
        )
        if kind is not UNSET:
            field_dict["kind"] = kind
        if allowed_origins is not UNSET:
            field_dict["allowed_origins"] = allowed_origins
        if source is not UNSET:
            field_dict["source"] = source
        if requests_per_second is not UNSET:
            field_dict["requests_per_second"] = requests_per_second
        if expires_at is not UNSET:
            field_dict["expires_at"] = expires_at

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        scopes = []
        _scopes = d.pop("scopes")
        for scopes_item_data in _scopes:
            scopes_item = check_scope(scopes_item_data)

            scopes.append(scopes_item)

        _kind = d.pop("kind", UNSET)
        kind: ApiKeyKind | Unset
        if isinstance(_kind, Unset):
            kind = UNSET
        else:
            kind = check_api_key_kind(_kind)

        allowed_origins = cast(list[str], d.pop("allowed_origins", UNSET))

        def _parse_source(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        source = _parse_source(d.pop("source", UNSET))

        def _parse_requests_per_second(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        requests_per_second = _parse_requests_per_second(d.pop("requests_per_second", UNSET))

        def _parse_expires_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                expires_at_type_0 = datetime.datetime.fromisoformat(data)

                return expires_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        expires_at = _parse_expires_at(d.pop("expires_at", UNSET))

        api_key_create = cls(
            name=name,
            scopes=scopes,
            kind=kind,
            allowed_origins=allowed_origins,
            source=source,
            requests_per_second=requests_per_second,
            expires_at=expires_at,
        )

        return api_key_create
