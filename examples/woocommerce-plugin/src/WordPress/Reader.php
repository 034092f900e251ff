<?php

declare(strict_types=1);

namespace Clientela\WooCommerce\WordPress;

use Clientela\WooCommerce\Customer;
use Clientela\WooCommerce\Order;

/** WooCommerce's objects as plain facts. By their methods alone, wherever WooCommerce keeps orders. */
final class Reader
{
    public static function order(\WC_Order $order): Order
    {
        $account = $order->get_customer_id();
        return new Order(
            id: (string) $order->get_id(),
            status: $order->get_status(),
            currency: $order->get_currency(),
            amounts: array_map(strval(...), [
                'total' => $order->get_total(),
                'shipping' => $order->get_shipping_total(),
                'tax' => $order->get_total_tax(),
                'discount' => $order->get_discount_total(),
            ]),
            paidAt: $order->get_date_paid(),
            changedAt: $order->get_date_modified() ?? $order->get_date_created(),
            items: array_values(array_map(fn ($item) => self::item($order, $item), $order->get_items())),
            refunds: array_map(fn ($refund) => [
                'id' => (string) $refund->get_id(),
                'amount' => (string) $refund->get_amount(),
                'at' => $refund->get_date_created(),
            ], $order->get_refunds()),
            buyer: [
                'account' => $account ? (string) $account : '',
                'email' => $order->get_billing_email(),
                'phone' => $order->get_billing_phone(),
                'country' => $order->get_billing_country(),
                // With an account her name is that of the account: what stands on a bill may be another's.
                'first_name' => $account ? '' : $order->get_billing_first_name(),
                'last_name' => $account ? '' : $order->get_billing_last_name(),
            ],
            device: (string) $order->get_meta(Device::META),
        );
    }

    public static function customer(int $user): Customer
    {
        $customer = new \WC_Customer($user);
        return new Customer(
            account: (string) $user,
            email: $customer->get_email(),
            phone: $customer->get_billing_phone(),
            country: $customer->get_billing_country(),
            first_name: $customer->get_first_name(),
            last_name: $customer->get_last_name(),
            device: (string) get_user_meta($user, Device::META, true),
        );
    }

    /** @return array{sku: string, name: string, quantity: int|float, unit_price: string} */
    private static function item(\WC_Order $order, \WC_Order_Item_Product $item): array
    {
        $product = $item->get_product();
        return [
            'sku' => $product ? (string) $product->get_sku() : '',
            'name' => wp_strip_all_tags($item->get_name()),
            'quantity' => $item->get_quantity(),
            'unit_price' => Order::money((string) $order->get_item_total($item, false, true)),
        ];
    }
}
