from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.audience_contact import AudienceContact
    from ..models.audience_create_rule import AudienceCreateRule


T = TypeVar("T", bound="AudienceCreate")


@_attrs_define
class AudienceCreate:
    """A new audience.

    Attributes:
        name (str): Its name for people.
        rule (AudienceCreateRule): An object with exactly one of: `all`, `any` (lists of rules), `not` (a rule), or a
            condition: `trait`, `source`, `event`, `order`, `rfm`, `consent`, `birthday`, `quality`, `hold_out`, `audience`.
            See docs/audiences.md.
        contactable (AudienceContact | None | Unset): Leave only those who may be contacted for this, at the moment of
            asking; null: everybody.
    """

    name: str
    rule: AudienceCreateRule
    contactable: AudienceContact | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.audience_contact import AudienceContact  # noqa: PLC0415

        name = self.name

        rule = self.rule.to_dict()

        contactable: dict[str, Any] | None | Unset
        if isinstance(self.contactable, Unset):
            contactable = UNSET
        elif isinstance(self.contactable, AudienceContact):
            contactable = self.contactable.to_dict()
        else:
            contactable = self.contactable

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "rule": rule,
            }
        )
        if contactable is not UNSET:
            field_dict["contactable"] = contactable

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.audience_contact import AudienceContact  # noqa: PLC0415
        from ..models.audience_create_rule import AudienceCreateRule  # noqa: PLC0415

        d = dict(src_dict)
        name = d.pop("name")

        rule = AudienceCreateRule.from_dict(d.pop("rule"))

        def _parse_contactable(data: object) -> AudienceContact | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                contactable_type_0 = AudienceContact.from_dict(data)

                return contactable_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AudienceContact | None | Unset, data)

        contactable = _parse_contactable(d.pop("contactable", UNSET))

        audience_create = cls(
            name=name,
            rule=rule,
            contactable=contactable,
        )

        return audience_create
