from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.segment_message_data_customer_type_0 import (
        SegmentMessageDataCustomerType0,
    )


T = TypeVar("T", bound="SegmentMessageData")


@_attrs_define
class SegmentMessageData:
    """Who moved, from where to where.

    Attributes:
        customer_id (str): Whom it is about.
        from_ (str): Her RFM segment before, `prospect` or `opted_out`.
        to (str): Her RFM segment now, `prospect` or `opted_out`.
        omitted (list[str] | None | Unset): Fields left out because the message would have been too large; read them
            from the API.
        erased (bool | None | Unset): There where she has been erased since: then all else are ids.
        merged_into (None | str | Unset): Whom she turned out to be; the record is hers.
        customer (None | SegmentMessageDataCustomerType0 | Unset): Of the record the fields that the endpoint asked for,
            named as in `Customer`; null where nothing is known.
        status (None | str | Unset): Her status.
    """

    customer_id: str
    from_: str
    to: str
    omitted: list[str] | None | Unset = UNSET
    erased: bool | None | Unset = UNSET
    merged_into: None | str | Unset = UNSET
    customer: None | SegmentMessageDataCustomerType0 | Unset = UNSET
    status: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.segment_message_data_customer_type_0 import (
            SegmentMessageDataCustomerType0,  # noqa: PLC0415
        )

        customer_id = self.customer_id

        from_ = self.from_

        to = self.to

        omitted: list[str] | None | Unset
        if isinstance(self.omitted, Unset):
            omitted = UNSET
        elif isinstance(self.omitted, list):
            omitted = self.omitted

        else:
            omitted = self.omitted

        erased: bool | None | Unset
        if isinstance(self.erased, Unset):
            erased = UNSET
        else:
            erased = self.erased

        merged_into: None | str | Unset
        if isinstance(self.merged_into, Unset):
            merged_into = UNSET
        else:
            merged_into = self.merged_into

        customer: dict[str, Any] | None | Unset
        if isinstance(self.customer, Unset):
            customer = UNSET
        elif isinstance(self.customer, SegmentMessageDataCustomerType0):
            customer = self.customer.to_dict()
        else:
            customer = self.customer

        status: None | str | Unset
        if isinstance(self.status, Unset):
            status = UNSET
        else:
            status = self.status

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "customer_id": customer_id,
                "from": from_,
                "to": to,
            }
        )
        if omitted is not UNSET:
            field_dict["omitted"] = omitted
        if erased is not UNSET:
            field_dict["erased"] = erased
        if merged_into is not UNSET:
            field_dict["merged_into"] = merged_into
        if customer is not UNSET:
            field_dict["customer"] = customer
        if status is not UNSET:
            field_dict["status"] = status

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.segment_message_data_customer_type_0 import (
            SegmentMessageDataCustomerType0,  # noqa: PLC0415
        )

        d = dict(src_dict)
        customer_id = d.pop("customer_id")

        from_ = d.pop("from")

        to = d.pop("to")

        def _parse_omitted(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                omitted_type_0 = cast(list[str], data)

                return omitted_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        omitted = _parse_omitted(d.pop("omitted", UNSET))

        def _parse_erased(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        erased = _parse_erased(d.pop("erased", UNSET))

        def _parse_merged_into(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        merged_into = _parse_merged_into(d.pop("merged_into", UNSET))

        def _parse_customer(data: object) -> None | SegmentMessageDataCustomerType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                customer_type_0 = SegmentMessageDataCustomerType0.from_dict(data)

                return customer_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | SegmentMessageDataCustomerType0 | Unset, data)

        customer = _parse_customer(d.pop("customer", UNSET))

        def _parse_status(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        status = _parse_status(d.pop("status", UNSET))

        segment_message_data = cls(
            customer_id=customer_id,
            from_=from_,
            to=to,
            omitted=omitted,
            erased=erased,
            merged_into=merged_into,
            customer=customer,
            status=status,
        )

        segment_message_data.additional_properties = d
        return segment_message_data

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
