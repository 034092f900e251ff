<?php

declare(strict_types=1);

namespace Clientela\WooCommerce\WordPress;

/** The cookie that names a browser: random, the shop's own, and only where the visitor or the shop allows it. */
final class Device
{
    public const META = '_clientela_device';
    private const COOKIE = 'clientela_device';
    private const SHAPE = '/^[0-9a-f]{32}$/';

    /** Empty where there is none. */
    public static function id(): string
    {
        $given = $_COOKIE[self::COOKIE] ?? '';
        return is_string($given) && preg_match(self::SHAPE, $given) ? $given : '';
    }

    /** Before a page is sent. Consent plugins are asked by the WP Consent API, where it is there. */
    public static function give(): void
    {
        $allowed = function_exists('wp_has_consent') ? wp_has_consent('marketing') : true;
        if (self::id() !== '' || !apply_filters('clientela_cookie_allowed', $allowed) || headers_sent()) {
            return;
        }
        $id = bin2hex(random_bytes(16));
        $options = ['expires' => time() + YEAR_IN_SECONDS, 'path' => COOKIEPATH ?: '/', 'domain' => COOKIE_DOMAIN ?: ''];
        setcookie(self::COOKIE, $id, $options + ['secure' => is_ssl(), 'httponly' => true, 'samesite' => 'Lax']);
        $_COOKIE[self::COOKIE] = $id;
    }
}
