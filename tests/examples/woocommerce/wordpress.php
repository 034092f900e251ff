<?php

/*
 * A stand-in for the few parts of WordPress that the plugin touches (those of WooCommerce are in woocommerce.php): enough
 * to run it, and no proof that the real ones behave so. What the real ones keep in their database is kept in one file,
 * written at each change, so that a process may die. `ACTION_SCHEDULER=1` brings the functions of Action Scheduler; without it there is WordPress's schedule.
 */

declare(strict_types=1);

const ABSPATH = __DIR__;
const COOKIEPATH = '/';
const COOKIE_DOMAIN = '';
const YEAR_IN_SECONDS = 31536000;

/** Options, transients, metadata, what is scheduled, the log: by name. */
final class Kept
{
    public static array $all = [
        'options' => [], 'transients' => [], 'users' => [], 'orders' => [], 'schedule' => [], 'log' => [],
    ];

    public static function load(): void
    {
        $file = getenv('KEPT');
        self::$all = is_file($file) ? json_decode(file_get_contents($file), true) : self::$all;
    }

    public static function save(): void
    {
        file_put_contents(getenv('KEPT'), json_encode(self::$all));
    }
}

Kept::load();

// --- Hooks ------------------------------------------------------------------------------------------------------------

$hooks = [];
$shortcodes = [];

function add_action(string $name, callable $call, int $priority = 10, int $arguments = 1): void
{
    $GLOBALS['hooks'][$name][] = fn (...$given) => $call(...array_slice($given, 0, $arguments));
}

function add_filter(string $name, callable $call): void
{
    add_action($name, $call);
}

function do_action(string $name, mixed ...$given): void
{
    array_map(fn ($call) => $call(...$given), $GLOBALS['hooks'][$name] ?? []);
}

function apply_filters(string $name, mixed $value): mixed
{
    return array_reduce($GLOBALS['hooks'][$name] ?? [], fn ($value, $call) => $call($value), $value);
}

function add_shortcode(string $name, callable $call): void
{
    $GLOBALS['shortcodes'][$name] = $call;
}

// --- What is kept -----------------------------------------------------------------------------------------------------

function get_option(string $name, mixed $default = false): mixed
{
    return Kept::$all['options'][$name] ?? $default;
}

function delete_option(string $name): void
{
    unset(Kept::$all['options'][$name]);
    Kept::save();
}

function get_transient(string $name): mixed
{
    return Kept::$all['transients'][$name] ?? false;
}

function set_transient(string $name, mixed $value, int $seconds): void
{
    Kept::$all['transients'][$name] = $value;
    Kept::save();
}

function get_user_meta(int $user, string $name, bool $single): mixed
{
    return Kept::$all['users'][$user][$name] ?? '';
}

function update_user_meta(int $user, string $name, mixed $value): void
{
    Kept::$all['users'][$user][$name] = $value;
    Kept::save();
}

function wp_schedule_single_event(int $at, string $hook, array $arguments): void
{
    Kept::$all['schedule'][] = ['at' => $at, 'hook' => $hook, 'arguments' => $arguments];
    Kept::save();
}

function wp_clear_scheduled_hook(string $hook, array $arguments): void
{
    $isOther = fn ($one) => [$one['hook'], $one['arguments']] !== [$hook, $arguments];
    Kept::$all['schedule'] = array_values(array_filter(Kept::$all['schedule'], $isOther));
    Kept::save();
}

if (getenv('ACTION_SCHEDULER')) {
    function as_schedule_single_action(int $at, string $hook, array $arguments, string $group): void
    {
        wp_schedule_single_event($at, $hook, $arguments);
    }

    function as_unschedule_action(string $hook, array $arguments, string $group): void
    {
        wp_clear_scheduled_hook($hook, $arguments);
    }
}

/** Run what is due in so many seconds; each is off the schedule before it is run. How many there were. */
function run_schedule(int $seconds = 0): int
{
    $done = 0;
    while ($due = array_filter(Kept::$all['schedule'], fn ($one) => $one['at'] <= time() + $seconds)) {
        $place = array_key_first($due);
        array_splice(Kept::$all['schedule'], $place, 1);
        Kept::save();
        do_action($due[$place]['hook'], ...$due[$place]['arguments']);
        $done++;
    }
    return $done;
}

// --- Words and people -------------------------------------------------------------------------------------------------

function __(string $text, string $domain): string
{
    return $text;
}

function esc_html(string $text): string
{
    return htmlspecialchars($text, ENT_QUOTES);
}

function wp_kses_post(string $text): string
{
    return $text;
}

function wp_strip_all_tags(string $text): string
{
    return strip_tags($text);
}

function is_ssl(): bool
{
    return true;
}

function get_current_user_id(): int
{
    return $GLOBALS['current_user'] ?? 0;
}

class WP_User
{
    public function __construct(public int $ID, public array $roles = ['customer'])
    {
    }
}

function get_userdata(int $id): WP_User
{
    return new WP_User($id, $GLOBALS['roles'][$id] ?? ['customer']);
}

class WP_REST_Request extends ArrayObject
{
}

// --- What only the plugin's start, its settings page and its removal use ------------------------------------------------

function plugin_basename(string $file): string
{
    return basename(dirname($file)) . '/' . basename($file);
}

function load_plugin_textdomain(string $domain, bool $deprecated, string $folder): void
{
}

function wp_unschedule_hook(string $hook): void
{
    Kept::$all['schedule'] = array_values(array_filter(Kept::$all['schedule'], fn ($one) => $one['hook'] !== $hook));
    Kept::save();
}

function delete_metadata(string $type, int $id, string $name, string $value, bool $all): void
{
    foreach (array_keys(Kept::$all['users']) as $user) {
        unset(Kept::$all['users'][$user][$name]);
    }
    Kept::save();
}

function add_settings_error(string $setting, string $code, string $text): void
{
    $GLOBALS['settings_errors'][] = $text;
}

function current_user_can(string $capability): bool
{
    return in_array($capability, $GLOBALS['capabilities'] ?? [], true);
}

function esc_html__(string $text, string $domain): string
{
    return esc_html(__($text, $domain));
}

function esc_attr(string $text): string
{
    return esc_html($text);
}

function settings_errors(string $setting): void
{
}

function settings_fields(string $group): void
{
    printf('<input type="hidden" name="_wpnonce" value="of-%s">', esc_attr($group));
}

function checked(mixed $one, mixed $other, bool $echo): string
{
    return $one === $other ? 'checked' : '';
}

function selected(mixed $one, mixed $other, bool $echo): string
{
    return $one === $other ? 'selected' : '';
}

function submit_button(): void
{
    echo '<button>Save</button>';
}

function add_submenu_page(string $parent, string $title, string $menu, string $capability, string $slug, callable $show): void
{
    $GLOBALS['pages'][$slug] = [$capability, $show];
}

function register_setting(string $group, string $name, array $options): void
{
    $GLOBALS['registered'][$name] = $options;
}

function wpautop(string $text): string
{
    return "<p>$text</p>";
}

function wp_add_privacy_policy_content(string $name, string $text): void
{
    $GLOBALS['privacy'] = $text;
}
