from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="SocialHandle")


@_attrs_define
class SocialHandle:
    """A handle in a social network.

    Attributes:
        network (str): The network.
        handle (str): The handle there.
    """

    network: str
    handle: str

    def to_dict(self) -> dict[str, Any]:
        network = self.network

        handle = self.handle

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "network": network,
                "handle": handle,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        network = d.pop("network")

        handle = d.pop("handle")

        social_handle = cls(
            network=network,
            handle=handle,
        )

        return social_handle
