<?php

/* What Composer would make of the SDK's and the plugin's composer.json, over the Guzzle of the operating system. */

declare(strict_types=1);

require_once 'GuzzleHttp/autoload.php';

(function () {
    $root = dirname(__DIR__, 3);
    foreach (["$root/sdks/php", "$root/examples/woocommerce-plugin"] as $package) {
        $places = json_decode(file_get_contents("$package/composer.json"), true, flags: JSON_THROW_ON_ERROR);
        foreach ($places['autoload']['psr-4'] as $prefix => $folders) {
            spl_autoload_register(function (string $class) use ($package, $prefix, $folders) {
                if (!str_starts_with($class, $prefix)) {
                    return;
                }
                $path = strtr(substr($class, strlen($prefix)), '\\', '/') . '.php';
                foreach ((array) $folders as $folder) {
                    if (is_file("$package/$folder$path")) {
                        require_once "$package/$folder$path";
                        return;
                    }
                }
            });
        }
    }
})();
