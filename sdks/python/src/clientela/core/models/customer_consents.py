from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.consent import Consent
    from ..models.consent_decision_page import ConsentDecisionPage


T = TypeVar("T", bound="CustomerConsents")


@_attrs_define
class CustomerConsents:
    """Where a customer stands.

    Attributes:
        customer_id (str): The customer's id.
        consents (list[Consent]): Per purpose and channel; what was never told is not here.
        history (ConsentDecisionPage | None): Her decisions, the latest first; null unless asked for with
            include=history.
    """

    customer_id: str
    consents: list[Consent]
    history: ConsentDecisionPage | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.consent_decision_page import ConsentDecisionPage  # noqa: PLC0415

        customer_id = self.customer_id

        consents = []
        for consents_item_data in self.consents:
            consents_item = consents_item_data.to_dict()
            consents.append(consents_item)

        history: dict[str, Any] | None
        if isinstance(self.history, ConsentDecisionPage):
            history = self.history.to_dict()
        else:
            history = self.history

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "customer_id": customer_id,
                "consents": consents,
                "history": history,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.consent import Consent  # noqa: PLC0415
        from ..models.consent_decision_page import ConsentDecisionPage  # noqa: PLC0415

        d = dict(src_dict)
        customer_id = d.pop("customer_id")

        consents = []
        _consents = d.pop("consents")
        for consents_item_data in _consents:
            consents_item = Consent.from_dict(consents_item_data)

            consents.append(consents_item)

        def _parse_history(data: object) -> ConsentDecisionPage | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                history_type_0 = ConsentDecisionPage.from_dict(data)

                return history_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ConsentDecisionPage | None, data)

        history = _parse_history(d.pop("history"))

        customer_consents = cls(
            customer_id=customer_id,
            consents=consents,
            history=history,
        )

        customer_consents.additional_properties = d
        return customer_consents

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
