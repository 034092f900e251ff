"""Every fake shop by the name of its platform."""

from collections.abc import Mapping

from tests.factories.fake_shops.base import FakeShop
from tests.factories.fake_shops.bigcommerce import BigCommerce
from tests.factories.fake_shops.insales import InSales
from tests.factories.fake_shops.magento import Magento
from tests.factories.fake_shops.mercadolibre import MercadoLibre
from tests.factories.fake_shops.prestashop import PrestaShop
from tests.factories.fake_shops.shopify import Shopify
from tests.factories.fake_shops.tiendanube import Tiendanube
from tests.factories.fake_shops.vtex import Vtex
from tests.factories.fake_shops.woocommerce import WooCommerce

FAKE_SHOPS: Mapping[str, type[FakeShop]] = {
    one.platform: one
    for one in (
        Shopify,
        WooCommerce,
        Tiendanube,
        BigCommerce,
        Vtex,
        Magento,
        MercadoLibre,
        InSales,
        PrestaShop,
    )
}
