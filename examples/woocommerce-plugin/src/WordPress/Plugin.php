<?php

declare(strict_types=1);

namespace Clientela\WooCommerce\WordPress;

use Automattic\WooCommerce\Utilities\FeaturesUtil;
use Clientela\Clientela;
use Clientela\WooCommerce\Sender;
use Clientela\WooCommerce\Settings;

/** Which of WordPress's and WooCommerce's hooks leads where. While a shop serves a page, nothing is sent: it is queued. */
final class Plugin
{
    public static function start(string $file): void
    {
        add_action('before_woocommerce_init', function () use ($file) {
            FeaturesUtil::declare_compatibility('custom_order_tables', $file, true);
            FeaturesUtil::declare_compatibility('cart_checkout_blocks', $file, true);
        });
        $texts = dirname(plugin_basename($file)) . '/languages';
        add_action('init', fn () => load_plugin_textdomain('clientela', false, $texts));
        add_action('admin_init', self::tellOfPrivacy(...));
        SettingsPage::hook();
        $settings = SettingsPage::settings();
        if ($settings->isComplete()) {
            self::hook($settings);
        }
    }

    private static function hook(Settings $settings): void
    {
        $order = fn ($given) => Queue::put('order', $given instanceof \WC_Order ? $given->get_id() : (int) $given);
        add_action('woocommerce_order_status_changed', $order);
        add_action('woocommerce_order_refunded', $order);
        add_action('woocommerce_checkout_order_processed', $order);
        add_action('woocommerce_store_api_checkout_order_processed', $order);
        add_action('woocommerce_created_customer', self::customer(...));
        add_action('wp_login', fn (string $name, \WP_User $user) => self::customer($user->ID), 10, 2);
        $queue = new Queue(fn (string $kind, int $id) => self::send($settings, $kind, $id));
        add_action(Queue::HOOK, $queue->run(...), 10, 4);
        Checkout::hook();
        if ($settings->cookie) {
            add_action('template_redirect', Device::give(...));
        }
        $banner = new Banner($settings);
        add_shortcode('clientela_offer', $banner->html(...));
        if ($settings->banner) {
            add_action('woocommerce_before_shop_loop', function () use ($banner) {
                echo wp_kses_post($banner->html());
            });
        }
    }

    /** Shoppers only: who works here is no customer. */
    private static function customer(int $user): void
    {
        if (!in_array('customer', get_userdata($user)->roles ?? [], true)) {
            return;
        }
        if (Device::id() !== '') {
            update_user_meta($user, Device::META, Device::id());
        }
        Queue::put('customer', $user);
    }

    private static function send(Settings $settings, string $kind, int $id): void
    {
        $clientela = new Clientela($settings->url, $settings->secret_key, timeout: 10, tries: 2);
        $sender = new Sender($clientela, $settings->source, $settings->legal_basis);
        $refused = [];
        if ($kind === 'customer' && get_userdata($id)) {
            $refused = $sender->customer(Reader::customer($id));
        }
        $order = $kind === 'order' ? wc_get_order($id) : null;
        if ($order instanceof \WC_Order) {
            $consent = Checkout::consent($order);
            $refused = $sender->order(Reader::order($order), $consent);
            if ($consent !== null) {
                // The proof is with the service now, sealed; no second copy of address and browser stays here.
                $order->delete_meta_data(Checkout::META);
                $order->save_meta_data();
            }
        }
        if ($refused !== []) {
            Queue::log("$kind $id: " . implode(', ', $refused));
        }
    }

    private static function tellOfPrivacy(): void
    {
        $text = __('Orders, names, e-mail addresses, phone numbers and consents go to our customer database (Clientela).', 'clientela');
        wp_add_privacy_policy_content(__('Clientela', 'clientela'), wp_kses_post(wpautop($text)));
    }
}
