<?php

/**
 * Plugin Name: Clientela for WooCommerce
 * Description: Tells Clientela of orders, customers and consents, and greets those who come back.
 * Version: 0.1.0
 * Requires at least: 6.5
 * Requires PHP: 8.1
 * Requires Plugins: woocommerce
 * WC requires at least: 8.2
 * License: Apache-2.0
 * Text Domain: clientela
 * Domain Path: /languages
 */

declare(strict_types=1);

defined('ABSPATH') || exit;

if (is_readable(__DIR__ . '/vendor/autoload.php')) {
    require __DIR__ . '/vendor/autoload.php';
    Clientela\WooCommerce\WordPress\Plugin::start(__FILE__);
} else {
    add_action('admin_notices', function () {
        $text = __('Clientela for WooCommerce needs its libraries: run composer install in its folder.', 'clientela');
        printf('<div class="notice notice-error"><p>%s</p></div>', esc_html($text));
    });
}
