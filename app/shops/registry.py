"""Every platform by its name. A new one is a line here."""

from collections.abc import Mapping

from app.shops import bigcommerce, generic, magento, prestashop, shopify, woocommerce
from app.shops.base import Platform

_ALL: tuple[Platform, ...] = (
    shopify.PLATFORM,
    woocommerce.PLATFORM,
    bigcommerce.PLATFORM,
    magento.PLATFORM,
    prestashop.PLATFORM,
    generic.PLATFORM,
)
PLATFORMS: Mapping[str, Platform] = {platform.name: platform for platform in _ALL}
