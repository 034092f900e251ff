"""Every fake shop by the name of its platform."""

from collections.abc import Mapping

from tests.factories.fake_shops.base import FakeShop
from tests.factories.fake_shops.bigcommerce import BigCommerce
from tests.factories.fake_shops.magento import Magento
from tests.factories.fake_shops.prestashop import PrestaShop
from tests.factories.fake_shops.shopify import Shopify
from tests.factories.fake_shops.woocommerce import WooCommerce

FAKE_SHOPS: Mapping[str, type[FakeShop]] = {
    one.platform: one for one in (Shopify, WooCommerce, BigCommerce, Magento, PrestaShop)
}
