<?php

declare(strict_types=1);

namespace Clientela\WooCommerce\WordPress;

use Clientela\WooCommerce\Consent;

/** The box at the checkout, the classic one and that of blocks, and what an order keeps of it until it is sent. */
final class Checkout
{
    public const META = '_clientela_consent';
    private const FIELD = 'clientela_marketing';
    private const BLOCK_FIELD = 'clientela/marketing';

    public static function hook(): void
    {
        add_action('woocommerce_review_order_before_submit', self::box(...));
        add_action('woocommerce_checkout_create_order', self::classic(...));
        add_action('woocommerce_init', self::blockBox(...));
        add_action('woocommerce_store_api_checkout_update_order_from_request', self::block(...), 10, 2);
    }

    /** What stands beside the box, and goes with the proof as she saw it. */
    public static function text(): string
    {
        $text = __('Send me news and offers by e-mail. I can stop this at any time.', 'clientela');
        return (string) apply_filters('clientela_consent_text', $text);
    }

    /** Never ticked beforehand. */
    public static function box(): void
    {
        woocommerce_form_field(self::FIELD, ['type' => 'checkbox', 'label' => esc_html(self::text())], 0);
    }

    public static function blockBox(): void
    {
        if (function_exists('woocommerce_register_additional_checkout_field')) {
            woocommerce_register_additional_checkout_field([
                'id' => self::BLOCK_FIELD, 'label' => self::text(), 'location' => 'order', 'type' => 'checkbox',
            ]);
        }
    }

    /** WooCommerce has checked the form's nonce by now, and saves the order after this. */
    public static function classic(\WC_Order $order): void
    {
        self::keep($order, !empty($_POST[self::FIELD]));
    }

    public static function block(\WC_Order $order, \WP_REST_Request $request): void
    {
        self::keep($order, !empty($request['additional_fields'][self::BLOCK_FIELD]));
    }

    public static function consent(\WC_Order $order): ?Consent
    {
        $kept = $order->get_meta(self::META);
        return is_array($kept) ? new Consent(...$kept) : null;
    }

    private static function keep(\WC_Order $order, bool $ticked): void
    {
        if (Device::id() !== '') {
            $order->update_meta_data(Device::META, Device::id());
        }
        if ($ticked) {
            $order->update_meta_data(self::META, [
                'text' => self::text(),
                'url' => wc_get_checkout_url(),
                'ip' => \WC_Geolocation::get_ip_address(),
                'user_agent' => wc_get_user_agent(),
                'at' => gmdate(DATE_RFC3339),
            ]);
        }
    }
}
