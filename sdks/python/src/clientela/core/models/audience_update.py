from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.audience_contact import AudienceContact
    from ..models.audience_update_rule_type_0 import AudienceUpdateRuleType0


T = TypeVar("T", bound="AudienceUpdate")


@_attrs_define
class AudienceUpdate:
    """JSON Merge Patch (RFC 7396): what is sent changes; the rule is replaced whole.

    Attributes:
        name (None | str | Unset): Its name for people.
        rule (AudienceUpdateRuleType0 | None | Unset): An object with exactly one of: `all`, `any` (lists of rules),
            `not` (a rule), or a condition: `trait`, `source`, `event`, `order`, `rfm`, `consent`, `birthday`, `hold_out`,
            `audience`. See docs/audiences.md.
        contactable (AudienceContact | None | Unset): Leave only those who may be contacted for this, at the moment of
            asking; null: everybody.
    """

    name: None | str | Unset = UNSET
    rule: AudienceUpdateRuleType0 | None | Unset = UNSET
    contactable: AudienceContact | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.audience_contact import AudienceContact  # noqa: PLC0415
        from ..models.audience_update_rule_type_0 import AudienceUpdateRuleType0  # noqa: PLC0415

        name: None | str | Unset
        if isinstance(self.name, Unset):
            name = UNSET
        else:
            name = self.name

        rule: dict[str, Any] | None | Unset
        if isinstance(self.rule, Unset):
            rule = UNSET
        elif isinstance(self.rule, AudienceUpdateRuleType0):
            rule = self.rule.to_dict()
        else:
            rule = self.rule

        contactable: dict[str, Any] | None | Unset
        if isinstance(self.contactable, Unset):
            contactable = UNSET
        elif isinstance(self.contactable, AudienceContact):
            contactable = self.contactable.to_dict()
        else:
            contactable = self.contactable

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if name is not UNSET:
            field_dict["name"] = name
        if rule is not UNSET:
            field_dict["rule"] = rule
        if contactable is not UNSET:
            field_dict["contactable"] = contactable

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.audience_contact import AudienceContact  # noqa: PLC0415
        from ..models.audience_update_rule_type_0 import AudienceUpdateRuleType0  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        name = _parse_name(d.pop("name", UNSET))

        def _parse_rule(data: object) -> AudienceUpdateRuleType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                rule_type_0 = AudienceUpdateRuleType0.from_dict(data)

                return rule_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AudienceUpdateRuleType0 | None | Unset, data)

        rule = _parse_rule(d.pop("rule", UNSET))

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

        audience_update = cls(
            name=name,
            rule=rule,
            contactable=contactable,
        )

        return audience_update
