from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.rfm_basis import RfmBasis
    from ..models.rfm_move import RfmMove


T = TypeVar("T", bound="RfmMigration")


@_attrs_define
class RfmMigration:
    """Who moved from where to where, among all who were buyers at either moment.

    Attributes:
        from_ (RfmBasis): What scores are measured by, and the settings that held.
        to (RfmBasis): What scores are measured by, and the settings that held.
        segments (list[str]): Every segment of the map, best first.
        moves (list[RfmMove]): Every pair of segments with anybody in it, best first, `prospect` last.
        customers (int): All of them.
        stayed (int): In the same segment.
        risen (int): Into a better one.
        fallen (int): Into a worse one.
        new (int): No buyers then (of the window).
        lost (int): Buyers then and not later: cancelled, or out of the window.
    """

    from_: RfmBasis
    to: RfmBasis
    segments: list[str]
    moves: list[RfmMove]
    customers: int
    stayed: int
    risen: int
    fallen: int
    new: int
    lost: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from_ = self.from_.to_dict()

        to = self.to.to_dict()

        segments = self.segments

        moves = []
        for moves_item_data in self.moves:
            moves_item = moves_item_data.to_dict()
            moves.append(moves_item)

        customers = self.customers

        stayed = self.stayed

        risen = self.risen

        fallen = self.fallen

        new = self.new

        lost = self.lost

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "from": from_,
                "to": to,
                "segments": segments,
                "moves": moves,
                "customers": customers,
                "stayed": stayed,
                "risen": risen,
                "fallen": fallen,
                "new": new,
                "lost": lost,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.rfm_basis import RfmBasis  # noqa: PLC0415
        from ..models.rfm_move import RfmMove  # noqa: PLC0415

        d = dict(src_dict)
        from_ = RfmBasis.from_dict(d.pop("from"))

        to = RfmBasis.from_dict(d.pop("to"))

        segments = cast(list[str], d.pop("segments"))

        moves = []
        _moves = d.pop("moves")
        for moves_item_data in _moves:
            moves_item = RfmMove.from_dict(moves_item_data)

            moves.append(moves_item)

        customers = d.pop("customers")

        stayed = d.pop("stayed")

        risen = d.pop("risen")

        fallen = d.pop("fallen")

        new = d.pop("new")

        lost = d.pop("lost")

        rfm_migration = cls(
            from_=from_,
            to=to,
            segments=segments,
            moves=moves,
            customers=customers,
            stayed=stayed,
            risen=risen,
            fallen=fallen,
            new=new,
            lost=lost,
        )

        rfm_migration.additional_properties = d
        return rfm_migration

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
