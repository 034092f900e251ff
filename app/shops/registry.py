"""Every platform by its name. A new one is a line here."""

from collections.abc import Mapping

from app.shops import insales, mercadolibre, shopify, tiendanube, vtex, woocommerce
from app.shops.base import Platform

_ALL: tuple[Platform, ...] = (
    insales.PLATFORM,
    mercadolibre.PLATFORM,
    shopify.PLATFORM,
    tiendanube.PLATFORM,
    vtex.PLATFORM,
    woocommerce.PLATFORM,
)
PLATFORMS: Mapping[str, Platform] = {platform.name: platform for platform in _ALL}
