"""Every platform by its name. A new one is a line here."""

from collections.abc import Mapping

from app.shops import (
    bigcommerce,
    generic,
    insales,
    magento,
    mercadolibre,
    prestashop,
    shopify,
    tiendanube,
    vtex,
    woocommerce,
)
from app.shops.base import Platform

_ALL: tuple[Platform, ...] = (
    shopify.PLATFORM,
    woocommerce.PLATFORM,
    tiendanube.PLATFORM,
    bigcommerce.PLATFORM,
    vtex.PLATFORM,
    magento.PLATFORM,
    mercadolibre.PLATFORM,
    insales.PLATFORM,
    prestashop.PLATFORM,
    generic.PLATFORM,
)
PLATFORMS: Mapping[str, Platform] = {platform.name: platform for platform in _ALL}
