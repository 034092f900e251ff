from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.audience_contact_shown import AudienceContactShown
    from ..models.audience_rule import AudienceRule


T = TypeVar("T", bound="Audience")


@_attrs_define
class Audience:
    """Customers chosen by a rule. Identifiers in a kept rule are digests: they can be sent back, and not read.

    Attributes:
        id (str): The audience's id.
        name (str): Its name for people.
        rule (AudienceRule): An object with exactly one of: `all`, `any` (lists of rules), `not` (a rule), or a
            condition: `trait`, `source`, `event`, `order`, `rfm`, `consent`, `birthday`, `quality`, `hold_out`, `audience`.
            See docs/audiences.md.
        contactable (AudienceContactShown | None): Leave only those who may be contacted for this, at the moment of
            asking; null: everybody.
        version (int): How often it has been changed, beginning with 1.
        created_at (datetime.datetime): When it was made.
        updated_at (datetime.datetime): When it was last changed.
    """

    id: str
    name: str
    rule: AudienceRule
    contactable: AudienceContactShown | None
    version: int
    created_at: datetime.datetime
    updated_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.audience_contact_shown import AudienceContactShown  # noqa: PLC0415

        id = self.id

        name = self.name

        rule = self.rule.to_dict()

        contactable: dict[str, Any] | None
        if isinstance(self.contactable, AudienceContactShown):
            contactable = self.contactable.to_dict()
        else:
            contactable = self.contactable

        version = self.version

        created_at = self.created_at.isoformat()

        updated_at = self.updated_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "name": name,
                "rule": rule,
                "contactable": contactable,
                "version": version,
                "created_at": created_at,
                "updated_at": updated_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.audience_contact_shown import AudienceContactShown  # noqa: PLC0415
        from ..models.audience_rule import AudienceRule  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        rule = AudienceRule.from_dict(d.pop("rule"))

        def _parse_contactable(data: object) -> AudienceContactShown | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                contactable_type_0 = AudienceContactShown.from_dict(data)

                return contactable_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AudienceContactShown | None, data)

        contactable = _parse_contactable(d.pop("contactable"))

        version = d.pop("version")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

        audience = cls(
            id=id,
            name=name,
            rule=rule,
            contactable=contactable,
            version=version,
            created_at=created_at,
            updated_at=updated_at,
        )

        audience.additional_properties = d
        return audience

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
