from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.preferences_sizes_type_0 import PreferencesSizesType0


T = TypeVar("T", bound="Preferences")


@_attrs_define
class Preferences:
    """What the person likes.

    Attributes:
        categories (list[str] | None | Unset): Favourite categories.
        products (list[str] | None | Unset): Favourite products.
        sizes (None | PreferencesSizesType0 | Unset): Sizes by kind.
        opinions (list[str] | None | Unset): Opinions in short.
    """

    categories: list[str] | None | Unset = UNSET
    products: list[str] | None | Unset = UNSET
    sizes: None | PreferencesSizesType0 | Unset = UNSET
    opinions: list[str] | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.preferences_sizes_type_0 import PreferencesSizesType0  # noqa: PLC0415

        categories: list[str] | None | Unset
        if isinstance(self.categories, Unset):
            categories = UNSET
        elif isinstance(self.categories, list):
            categories = self.categories

        else:
            categories = self.categories

        products: list[str] | None | Unset
        if isinstance(self.products, Unset):
            products = UNSET
        elif isinstance(self.products, list):
            products = self.products

        else:
            products = self.products

        sizes: dict[str, Any] | None | Unset
        if isinstance(self.sizes, Unset):
            sizes = UNSET
        elif isinstance(self.sizes, PreferencesSizesType0):
            sizes = self.sizes.to_dict()
        else:
            sizes = self.sizes

        opinions: list[str] | None | Unset
        if isinstance(self.opinions, Unset):
            opinions = UNSET
        elif isinstance(self.opinions, list):
            opinions = self.opinions

        else:
            opinions = self.opinions

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if categories is not UNSET:
            field_dict["categories"] = categories
        if products is not UNSET:
            field_dict["products"] = products
        if sizes is not UNSET:
            field_dict["sizes"] = sizes
        if opinions is not UNSET:
            field_dict["opinions"] = opinions

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.preferences_sizes_type_0 import PreferencesSizesType0  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_categories(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                categories_type_0 = cast(list[str], data)

                return categories_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        categories = _parse_categories(d.pop("categories", UNSET))

        def _parse_products(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                products_type_0 = cast(list[str], data)

                return products_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        products = _parse_products(d.pop("products", UNSET))

        def _parse_sizes(data: object) -> None | PreferencesSizesType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                sizes_type_0 = PreferencesSizesType0.from_dict(data)

                return sizes_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | PreferencesSizesType0 | Unset, data)

        sizes = _parse_sizes(d.pop("sizes", UNSET))

        def _parse_opinions(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                opinions_type_0 = cast(list[str], data)

                return opinions_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        opinions = _parse_opinions(d.pop("opinions", UNSET))

        preferences = cls(
            categories=categories,
            products=products,
            sizes=sizes,
            opinions=opinions,
        )

        return preferences
