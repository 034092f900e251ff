<?php

/* A shop with the plugin, over the stand-in of WordPress: `php shop.php ACTIONS JSON` does what a test asks, one action
 * after the other, and prints what each has answered. */

declare(strict_types=1);

use Clientela\Model\StorefrontContext;
use Clientela\Model\StorefrontSegment;
use Clientela\WooCommerce\Offer;
use Clientela\WooCommerce\Order;
use Clientela\WooCommerce\Settings;
use Clientela\WooCommerce\WordPress\Checkout;
use Clientela\WooCommerce\WordPress\Device;
use Clientela\WooCommerce\WordPress\Plugin;
use Clientela\WooCommerce\WordPress\Queue;
use Clientela\WooCommerce\WordPress\Reader;
use Clientela\WooCommerce\WordPress\SettingsPage;

require dirname(__DIR__, 2) . '/sdks/php/autoload.php';
require __DIR__ . '/wordpress.php';
require __DIR__ . '/woocommerce.php';
require __DIR__ . '/features.php';

$told = json_decode($argv[2], true, flags: JSON_THROW_ON_ERROR);
foreach ($told['orders'] ?? [] as $order) {
    $orders[$order['id']] = new WC_Order($order);
}
$customers = $told['customers'] ?? [];
$roles = $told['roles'] ?? [];
if (isset($told['settings'])) {
    Kept::$all['options']['clientela'] = $told['settings'];
    Kept::save();
}
Plugin::start(dirname(__DIR__, 3) . '/examples/woocommerce-plugin/clientela.php');
do_action('before_woocommerce_init');
do_action('admin_init');
do_action('woocommerce_init');

function visit(?string $device): void
{
    $_COOKIE = $device === null ? [] : ['clientela_device' => $device];
}

$actions = [
    'money' => fn (array $amounts) => array_map(Order::money(...), $amounts),
    'events' => fn (int $id) => Reader::order($orders[$id])->events('loja'),
    'customer' => fn (int $id) => Reader::order($orders[$id])->customer('loja'),
    'decision' => fn (int $id) => Checkout::consent($orders[$id])?->decision(Reader::order($orders[$id]), 'loja', 'lgpd.7.I'),
    'choose' => fn (?string $segment, ?string $tier, bool $hasCoupon) => Offer::choose(new StorefrontContext([
        'segment' => $segment === null ? null : new StorefrontSegment(['name' => $segment]), 'tier' => $tier,
    ]), $hasCoupon)->value,
    'sanitised' => fn (mixed $given, array $kept) => Settings::sanitised($given, $kept),
    'status' => fn (int $id) => do_action('woocommerce_order_status_changed', $id, 'pending', 'processing', $orders[$id]),
    'refund' => fn (int $id, int $refund) => do_action('woocommerce_order_refunded', $id, $refund),
    'checkout' => function (int $id, array $post, ?string $device = null) use (&$orders) {
        visit($device);
        $_POST = $post;
        do_action('woocommerce_checkout_create_order', $orders[$id]);
        do_action('woocommerce_checkout_order_processed', $id);
    },
    'block checkout' => function (int $id, array $request) use (&$orders) {
        do_action('woocommerce_store_api_checkout_update_order_from_request', $orders[$id], new WP_REST_Request($request));
        do_action('woocommerce_store_api_checkout_order_processed', $orders[$id]);
    },
    'box' => function () {
        ob_start();
        do_action('woocommerce_review_order_before_submit');
        return [ob_get_clean(), $GLOBALS['checkout_fields'] ?? []];
    },
    'register' => function (int $user, ?string $device = null) {
        visit($device);
        do_action('woocommerce_created_customer', $user, [], false);
    },
    'login' => function (int $user, ?string $device = null) {
        visit($device);
        do_action('wp_login', 'name', get_userdata($user));
    },
    'run' => fn (int $seconds = 0) => run_schedule($seconds),
    'die while sending' => function () use (&$hooks) {
        $hooks[Queue::HOOK] = [];
        $queue = new Queue(fn () => posix_kill(getmypid(), SIGKILL));
        add_action(Queue::HOOK, $queue->run(...), 10, 4);
        run_schedule();
    },
    'banner' => function (int $user, ?string $device = null) {
        visit($device);
        $GLOBALS['current_user'] = $user;
        $began = microtime(true);
        $html = $GLOBALS['shortcodes']['clientela_offer']([], null, 'clientela_offer');
        return ['html' => $html, 'seconds' => microtime(true) - $began, 'is_cached' => !defined('DONOTCACHEPAGE')];
    },
    'cookie' => function (?bool $consent) {
        $_COOKIE = [];
        if ($consent !== null) {
            add_filter('clientela_cookie_allowed', fn () => $consent);
        }
        do_action('template_redirect');
        return Device::id();
    },
    'settings page' => function (array $capabilities) {
        $GLOBALS['capabilities'] = $capabilities;
        do_action('admin_menu');
        ob_start();
        $GLOBALS['pages']['clientela'][1]();
        $needed = apply_filters('option_page_capability_clientela', 'manage_options');
        return [$GLOBALS['pages']['clientela'][0], ob_get_clean(), $needed];
    },
    'save settings' => fn (mixed $given) => [SettingsPage::sanitise($given), $GLOBALS['settings_errors'] ?? []],
    'uninstall' => function () {
        define('WP_UNINSTALL_PLUGIN', 'clientela/clientela.php');
        $GLOBALS['wpdb'] = $wpdb = new class () {
            public string $postmeta = 'wp_postmeta';
            public string $options = 'wp_options';
            public string $prefix = 'wp_';
            public array $queries = [];

            public function prepare(string $query, string ...$values): string
            {
                $query = str_replace('%i', '%s', $query);
                return vsprintf(str_replace('%s', "'%s'", $query), $values);
            }

            public function esc_like(string $text): string
            {
                return addcslashes($text, '_%\\');
            }

            public function get_var(string $query): ?string
            {
                return preg_match("/LIKE '(.*)'/", $query, $found) ? stripslashes($found[1]) : null;
            }

            public function query(string $query): void
            {
                $this->queries[] = $query;
            }
        };
        require dirname(__DIR__, 3) . '/examples/woocommerce-plugin/uninstall.php';
        return $wpdb->queries;
    },
    'kept' => fn () => Kept::$all,
    'declared' => fn () => Automattic\WooCommerce\Utilities\FeaturesUtil::$declared,
];

$answers = [];
foreach (json_decode($argv[1], true, flags: JSON_THROW_ON_ERROR) as $given) {
    $answers[] = $actions[array_shift($given)](...$given);
}
echo json_encode($answers, JSON_THROW_ON_ERROR);
