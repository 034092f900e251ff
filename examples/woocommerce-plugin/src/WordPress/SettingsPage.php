<?php

declare(strict_types=1);

namespace Clientela\WooCommerce\WordPress;

use Clientela\WooCommerce\Settings;

/** WooCommerce › Clientela. WordPress's own settings form: it checks nonce and capability before anything is kept. */
final class SettingsPage
{
    public const OPTION = 'clientela';
    private const CAPABILITY = 'manage_woocommerce';

    public static function hook(): void
    {
        add_action('admin_menu', function () {
            $title = __('Clientela', 'clientela');
            add_submenu_page('woocommerce', $title, $title, self::CAPABILITY, self::OPTION, self::show(...));
        });
        add_action('admin_init', function () {
            register_setting(self::OPTION, self::OPTION, ['type' => 'array', 'sanitize_callback' => self::sanitise(...)]);
        });
        add_filter('option_page_capability_' . self::OPTION, fn () => self::CAPABILITY);
    }

    /** A key that stands in wp-config.php is not in the database, and counts before the one that is. */
    public static function settings(): Settings
    {
        $kept = get_option(self::OPTION, []);
        $kept = is_array($kept) ? $kept : [];
        return Settings::of(defined('CLIENTELA_SECRET_KEY') ? ['secret_key' => CLIENTELA_SECRET_KEY] + $kept : $kept);
    }

    /** @return array<string, string|bool> */
    public static function sanitise(mixed $given): array
    {
        $kept = get_option(self::OPTION, []);
        [$settings, $wrong] = Settings::sanitised($given, is_array($kept) ? $kept : []);
        foreach ($wrong as $name) {
            /* translators: %s: the name of a setting */
            $text = sprintf(__('%s is not of the right form and was left as it was.', 'clientela'), self::labels()[$name]);
            add_settings_error(self::OPTION, $name, $text);
        }
        return $settings;
    }

    public static function show(): void
    {
        if (!current_user_can(self::CAPABILITY)) {
            return;
        }
        $settings = self::settings();
        echo '<div class="wrap"><h1>', esc_html__('Clientela', 'clientela'), '</h1>';
        settings_errors(self::OPTION);
        echo '<form method="post" action="options.php" autocomplete="off">';
        settings_fields(self::OPTION);
        echo '<table class="form-table" role="presentation">';
        foreach (self::labels() as $name => $label) {
            $field = sprintf('%s[%s]', self::OPTION, $name);
            printf('<tr><th scope="row"><label for="%s">%s</label></th><td>', esc_attr($field), esc_html($label));
            self::input($field, $name, $settings);
            echo '</td></tr>';
        }
        echo '</table>';
        submit_button();
        echo '</form></div>';
    }

    /** The secret key is never shown again. */
    private static function input(string $field, string $name, Settings $settings): void
    {
        $value = $settings->$name;
        if (is_bool($value)) {
            $checked = checked($value, true, false);
            printf('<input type="checkbox" id="%1$s" name="%1$s" value="1" %2$s>', esc_attr($field), $checked);
        } elseif ($name === 'legal_basis') {
            printf('<select id="%1$s" name="%1$s">', esc_attr($field));
            foreach (Settings::LEGAL_BASES as $one) {
                printf('<option value="%1$s" %2$s>%1$s</option>', esc_attr($one), selected($value, $one, false));
            }
            echo '</select>';
        } elseif ($name === 'secret_key') {
            $hint = $value === '' ? '' : __('Set. Leave this empty to keep it.', 'clientela');
            $input = '<input type="password" class="regular-text" id="%1$s" name="%1$s" autocomplete="off" placeholder="%2$s">';
            printf($input, esc_attr($field), esc_attr($hint));
        } else {
            $input = '<input type="text" class="regular-text" id="%1$s" name="%1$s" value="%2$s">';
            printf($input, esc_attr($field), esc_attr($value));
        }
    }

    /** @return array<string, string> in the order of the form */
    private static function labels(): array
    {
        return [
            'url' => __('Address of the service', 'clientela'),
            'secret_key' => __('Secret key', 'clientela'),
            'publishable_key' => __('Publishable key, for visitors who have not logged in', 'clientela'),
            'source' => __('Source: how this shop is called there', 'clientela'),
            'legal_basis' => __('Legal basis of consents', 'clientela'),
            'coupon' => __('Coupon for those who have not bought for long', 'clientela'),
            'banner' => __('Show greeting and coupon above the list of products', 'clientela'),
            'cookie' => __('Recognise browsers by a cookie', 'clientela'),
        ];
    }
}
