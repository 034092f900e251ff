from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.connection_put_credentials import ConnectionPutCredentials
    from ..models.connection_put_options import ConnectionPutOptions


T = TypeVar("T", bound="ConnectionPut")


@_attrs_define
class ConnectionPut:
    """How a source's shop proves its messages, and is asked for more.

    Attributes:
        platform (str): shopify, woocommerce, tiendanube, …
        secrets (list[str]): What its messages are signed with; several while one is being changed. Never shown again.
        credentials (ConnectionPutCredentials | Unset): What opens the platform's API, by the platform's names. Never
            shown again.
        options (ConnectionPutOptions | Unset): What is not secret, by the platform's names.
    """

    platform: str
    secrets: list[str]
    credentials: ConnectionPutCredentials | Unset = UNSET
    options: ConnectionPutOptions | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        platform = self.platform

        secrets = self.secrets

        credentials: dict[str, Any] | Unset = UNSET
        if not isinstance(self.credentials, Unset):
            credentials = self.credentials.to_dict()

        options: dict[str, Any] | Unset = UNSET
        if not isinstance(self.options, Unset):
            options = self.options.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "platform": platform,
                "secrets": secrets,
            }
        )
        if credentials is not UNSET:
            field_dict["credentials"] = credentials
        if options is not UNSET:
            field_dict["options"] = options

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.connection_put_credentials import ConnectionPutCredentials  # noqa: PLC0415
        from ..models.connection_put_options import ConnectionPutOptions  # noqa: PLC0415

        d = dict(src_dict)
        platform = d.pop("platform")

        secrets = cast(list[str], d.pop("secrets"))

        _credentials = d.pop("credentials", UNSET)
        credentials: ConnectionPutCredentials | Unset
        if isinstance(_credentials, Unset):
            credentials = UNSET
        else:
            credentials = ConnectionPutCredentials.from_dict(_credentials)

        _options = d.pop("options", UNSET)
        options: ConnectionPutOptions | Unset
        if isinstance(_options, Unset):
            options = UNSET
        else:
            options = ConnectionPutOptions.from_dict(_options)

        connection_put = cls(
            platform=platform,
            secrets=secrets,
            credentials=credentials,
            options=options,
        )

        return connection_put
