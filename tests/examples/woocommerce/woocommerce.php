<?php

/* A stand-in for the few parts of WooCommerce that the plugin touches: enough to run it, and no proof that the real ones
 * behave so. */

declare(strict_types=1);

/** `get_…` answers what a test has told of it, else an empty string. */
abstract class Told
{
    public function __construct(public array $told)
    {
    }

    public function __call(string $name, array $arguments): mixed
    {
        $value = $this->told[preg_replace('/^get_/', '', $name)] ?? '';
        return str_starts_with($name, 'get_date') ? ($value ? new DateTime($value) : null) : $value;
    }
}

class WC_Product extends Told
{
}

class WC_Order_Refund extends Told
{
}

class WC_Order_Item_Product extends Told
{
    public function get_product(): WC_Product|false
    {
        return isset($this->told['sku']) ? new WC_Product($this->told) : false;
    }
}

class WC_Order extends Told
{
    public function get_id(): int
    {
        return $this->told['id'];
    }

    public function get_customer_id(): int
    {
        return $this->told['customer_id'] ?? 0;
    }

    public function get_items(): array
    {
        return array_map(fn ($told) => new WC_Order_Item_Product($told), $this->told['items'] ?? []);
    }

    public function get_item_total(WC_Order_Item_Product $item): float
    {
        return (float) $item->told['price'];
    }

    public function get_refunds(): array
    {
        return array_map(fn ($told) => new WC_Order_Refund($told), $this->told['refunds'] ?? []);
    }

    public function get_meta(string $name): mixed
    {
        return Kept::$all['orders'][$this->get_id()][$name] ?? '';
    }

    public function update_meta_data(string $name, mixed $value): void
    {
        Kept::$all['orders'][$this->get_id()][$name] = $value;
    }

    public function delete_meta_data(string $name): void
    {
        unset(Kept::$all['orders'][$this->get_id()][$name]);
    }

    public function save_meta_data(): void
    {
        Kept::save();
    }
}

class WC_Customer extends Told
{
    public function __construct(int $id)
    {
        parent::__construct($GLOBALS['customers'][$id] ?? []);
    }
}

class WC_Geolocation
{
    public static function get_ip_address(): string
    {
        return '198.51.100.7';
    }
}

$orders = [];

function wc_get_order(int $id): WC_Order|false
{
    return $GLOBALS['orders'][$id] ?? false;
}

function wc_get_checkout_url(): string
{
    return 'https://loja.example/checkout/';
}

function wc_get_user_agent(): string
{
    return 'Mozilla/5.0 (test)';
}

function wc_maybe_define_constant(string $name, mixed $value): void
{
    defined($name) || define($name, $value);
}

function woocommerce_register_additional_checkout_field(array $field): void
{
    $GLOBALS['checkout_fields'][] = $field;
}

function woocommerce_form_field(string $name, array $field, mixed $value): void
{
    printf('<input type="%s" name="%s" %s> %s', $field['type'], $name, $value ? 'checked' : '', $field['label']);
}

function wc_get_logger(): object
{
    return new class () {
        public function warning(string $text, array $context): void
        {
            Kept::$all['log'][] = $text;
            Kept::save();
        }
    };
}
