from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.rfm_tier import RfmTier, check_rfm_tier

if TYPE_CHECKING:
    from ..models.storefront_consent import StorefrontConsent
    from ..models.storefront_context_traits import StorefrontContextTraits
    from ..models.storefront_events import StorefrontEvents
    from ..models.storefront_segment import StorefrontSegment


T = TypeVar("T", bound="StorefrontContext")


@_attrs_define
class StorefrontContext:
    """What the page may know. Where nobody is known, or nothing is proven of somebody who is, all of it is empty.

    Attributes:
        customer_id (None | str): Whom it is about; null: nobody that may be told of.
        segment (None | StorefrontSegment): Her segment, the events just sent included; null for who has bought nothing,
            or has opted out.
        tier (None | RfmTier): VIP, regular or ordinary, where `storefront_traits` names `tier`; else null.
        profiling_opt_out (bool): She has said no to profiling, and has neither segment nor tier.
        traits (StorefrontContextTraits): What the tenant's `storefront_traits` allow, shaped as in a customer.
        consents (list[StorefrontConsent]): Every purpose and channel she has decided on.
        events (StorefrontEvents): How many events were stored, and which were refused.
    """

    customer_id: None | str
    segment: None | StorefrontSegment
    tier: None | RfmTier
    profiling_opt_out: bool
    traits: StorefrontContextTraits
    consents: list[StorefrontConsent]
    events: StorefrontEvents
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.storefront_segment import StorefrontSegment  # noqa: PLC0415

        customer_id: None | str
        customer_id = self.customer_id

        segment: dict[str, Any] | None
        if isinstance(self.segment, StorefrontSegment):
            segment = self.segment.to_dict()
        else:
            segment = self.segment

        tier: None | str
        if isinstance(self.tier, str):
            tier = self.tier
        else:
            tier = self.tier

        profiling_opt_out = self.profiling_opt_out

        traits = self.traits.to_dict()

        consents = []
        for consents_item_data in self.consents:
            consents_item = consents_item_data.to_dict()
            consents.append(consents_item)

        events = self.events.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "customer_id": customer_id,
                "segment": segment,
                "tier": tier,
                "profiling_opt_out": profiling_opt_out,
                "traits": traits,
                "consents": consents,
                "events": events,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.storefront_consent import StorefrontConsent  # noqa: PLC0415
        from ..models.storefront_context_traits import StorefrontContextTraits  # noqa: PLC0415
        from ..models.storefront_events import StorefrontEvents  # noqa: PLC0415
        from ..models.storefront_segment import StorefrontSegment  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_customer_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        customer_id = _parse_customer_id(d.pop("customer_id"))

        def _parse_segment(data: object) -> None | StorefrontSegment:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                segment_type_0 = StorefrontSegment.from_dict(data)

                return segment_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | StorefrontSegment, data)

        segment = _parse_segment(d.pop("segment"))

        def _parse_tier(data: object) -> None | RfmTier:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                tier_type_0 = check_rfm_tier(data)

                return tier_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RfmTier, data)

        tier = _parse_tier(d.pop("tier"))

        profiling_opt_out = d.pop("profiling_opt_out")

        traits = StorefrontContextTraits.from_dict(d.pop("traits"))

        consents = []
        _consents = d.pop("consents")
        for consents_item_data in _consents:
            consents_item = StorefrontConsent.from_dict(consents_item_data)

            consents.append(consents_item)

        events = StorefrontEvents.from_dict(d.pop("events"))

        storefront_context = cls(
            customer_id=customer_id,
            segment=segment,
            tier=tier,
            profiling_opt_out=profiling_opt_out,
            traits=traits,
            consents=consents,
            events=events,
        )

        storefront_context.additional_properties = d
        return storefront_context

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
