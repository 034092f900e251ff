<?php

declare(strict_types=1);

namespace Clientela\WooCommerce;

/** What the shop has set. Knows no WordPress. */
final class Settings
{
    public const LEGAL_BASES = ['lgpd.7.I', 'gdpr.6.1.a'];

    private const DEFAULTS = [
        'url' => '', 'secret_key' => '', 'publishable_key' => '', 'source' => 'woocommerce', 'legal_basis' => 'gdpr.6.1.a',
        'coupon' => '', 'cookie' => false, 'banner' => false,
    ];
    // Keys and personal data go over https; a service on the same machine is the exception.
    private const URL = '~^(https://[a-z0-9.-]+(:\d+)?|http://(localhost|127\.0\.0\.1)(:\d+)?)(/[\w./-]*)?$~i';
    private const SHAPES = [
        'url' => self::URL,
        'secret_key' => '/^ck_[a-z]+_\w{20,200}$/',
        'publishable_key' => '/^(pk_[a-z]+_\w{20,200})?$/',
        'source' => '/^[a-z0-9][a-z0-9_-]{0,62}$/',
        'coupon' => '/^[^<>&"\x00-\x1f]{0,100}$/',
    ];

    private function __construct(
        public readonly string $url,
        public readonly string $secret_key,
        public readonly string $publishable_key,
        public readonly string $source,
        public readonly string $legal_basis,
        public readonly string $coupon,
        public readonly bool $cookie,
        public readonly bool $banner,
    ) {
    }

    /** @param array<string, mixed> $kept what `sanitised` has answered, or less */
    public static function of(array $kept): self
    {
        return new self(...array_intersect_key($kept, self::DEFAULTS) + self::DEFAULTS);
    }

    /**
     * What may be kept of a form: what is not of its shape stays as it was. An empty secret key leaves the one that is set,
     * so that the form need not show it.
     *
     * @return array{0: array<string, string|bool>, 1: list<string>} the settings, and the names of what was wrong
     */
    public static function sanitised(mixed $given, array $kept): array
    {
        $given = is_array($given) ? $given : [];
        $settings = array_intersect_key($kept, self::DEFAULTS) + self::DEFAULTS;
        $wrong = [];
        foreach (self::SHAPES as $name => $shape) {
            $value = is_string($given[$name] ?? null) ? trim($given[$name]) : '';
            if ($name === 'secret_key' && $value === '') {
                continue;
            }
            if (preg_match($shape, $value)) {
                $settings[$name] = $name === 'url' ? rtrim($value, '/') : $value;
            } else {
                $wrong[] = $name;
            }
        }
        if (in_array($given['legal_basis'] ?? null, self::LEGAL_BASES, true)) {
            $settings['legal_basis'] = $given['legal_basis'];
        }
        $settings['cookie'] = !empty($given['cookie']);
        $settings['banner'] = !empty($given['banner']);
        return [$settings, $wrong];
    }

    public function isComplete(): bool
    {
        return $this->url !== '' && $this->secret_key !== '';
    }
}
