<?php

/* The stand-in of the one class of WooCommerce's own namespace that the plugin calls. */

declare(strict_types=1);

namespace Automattic\WooCommerce\Utilities;

final class FeaturesUtil
{
    public static array $declared = [];

    public static function declare_compatibility(string $feature, string $file, bool $is): void
    {
        self::$declared[$feature] = $is;
    }
}
