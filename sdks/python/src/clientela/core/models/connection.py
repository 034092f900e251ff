from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.connection_options import ConnectionOptions


T = TypeVar("T", bound="Connection")


@_attrs_define
class Connection:
    """How a source is connected; nothing secret.

    Attributes:
        source_id (str): The source.
        source (str): Its slug.
        platform (str): The platform of its shop.
        webhook_path (str): Where the shop sends its messages: this service's address, and this path. Platforms without
            a topic in their messages put it behind, as in `/orders-create`.
        secrets (int): How many secrets are valid.
        credentials (list[str]): Which credentials are set.
        options (ConnectionOptions): What is set and not secret.
        created_at (datetime.datetime): When it was first connected.
        updated_at (datetime.datetime): When that changed.
    """

    source_id: str
    source: str
    platform: str
    webhook_path: str
    secrets: int
    credentials: list[str]
    options: ConnectionOptions
    created_at: datetime.datetime
    updated_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        source_id = self.source_id

        source = self.source

        platform = self.platform

        webhook_path = self.webhook_path

        secrets = self.secrets

        credentials = self.credentials

        options = self.options.to_dict()

        created_at = self.created_at.isoformat()

        updated_at = self.updated_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "source_id": source_id,
                "source": source,
                "platform": platform,
                "webhook_path": webhook_path,
                "secrets": secrets,
                "credentials": credentials,
                "options": options,
                "created_at": created_at,
                "updated_at": updated_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.connection_options import ConnectionOptions  # noqa: PLC0415

        d = dict(src_dict)
        source_id = d.pop("source_id")

        source = d.pop("source")

        platform = d.pop("platform")

        webhook_path = d.pop("webhook_path")

        secrets = d.pop("secrets")

        credentials = cast(list[str], d.pop("credentials"))

        options = ConnectionOptions.from_dict(d.pop("options"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

        connection = cls(
            source_id=source_id,
            source=source,
            platform=platform,
            webhook_path=webhook_path,
            secrets=secrets,
            credentials=credentials,
            options=options,
            created_at=created_at,
            updated_at=updated_at,
        )

        connection.additional_properties = d
        return connection

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
