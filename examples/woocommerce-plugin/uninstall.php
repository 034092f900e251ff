<?php

/* Leaves nothing behind: settings, what waits to be sent, and what orders and users bear of this plugin. */

declare(strict_types=1);

defined('WP_UNINSTALL_PLUGIN') || exit;

global $wpdb;

delete_option('clientela');
wp_unschedule_hook('clientela_send');
if (function_exists('as_unschedule_all_actions')) {
    as_unschedule_all_actions('clientela_send', [], 'clientela');
}
delete_metadata('user', 0, '_clientela_device', '', true);

// Orders are posts, or rows of a table of their own (HPOS); WooCommerce may be gone by now, and its tables still there.
$tables = [$wpdb->postmeta, $wpdb->prefix . 'wc_orders_meta'];
foreach ($tables as $table) {
    if ($wpdb->get_var($wpdb->prepare('SHOW TABLES LIKE %s', $wpdb->esc_like($table))) === $table) {
        $delete = 'DELETE FROM %i WHERE meta_key IN (%s, %s)';
        $wpdb->query($wpdb->prepare($delete, $table, '_clientela_consent', '_clientela_device'));
    }
}
$like = [$wpdb->esc_like('_transient_clientela_') . '%', $wpdb->esc_like('_transient_timeout_clientela_') . '%'];
$wpdb->query($wpdb->prepare("DELETE FROM $wpdb->options WHERE option_name LIKE %s OR option_name LIKE %s", ...$like));
