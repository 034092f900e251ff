<?php

declare(strict_types=1);

namespace Clientela\WooCommerce;

use Clientela\Clientela;
use Clientela\Model\StorefrontContext;
use Clientela\Model\StorefrontContextRequest;

/** What a page shows to whom. Knows no WordPress, and never lets a page wait for long or fail. */
enum Offer: string
{
    case None = 'none';
    case Vip = 'vip';
    case WinBack = 'win_back';

    public const SECONDS = 0.3; // what a page waits at most
    private const SLEEPING = ['cannot_lose', 'at_risk', 'about_to_sleep', 'hibernating', 'lost'];

    /**
     * Ask the service; null where it does not know better in time, for whatever reason.
     *
     * @param array<string, mixed> $visitor the reference of an event
     */
    public static function ask(Clientela $quick, array $visitor, bool $hasCoupon): ?self
    {
        try {
            $context = $quick->storefront->getStorefrontContext(new StorefrontContextRequest(['customer' => $visitor]));
            return self::choose($context, $hasCoupon);
        } catch (\Throwable) {
            return null;
        }
    }

    /** Who has opted out of profiling has neither tier nor segment, and is shown nothing. */
    public static function choose(StorefrontContext $context, bool $hasCoupon): self
    {
        $segment = $context->getSegment()?->getName();
        return match (true) {
            $context->getTier() === 'vip', $context->getTier() === null && $segment === 'champions' => self::Vip,
            $hasCoupon && in_array($segment, self::SLEEPING, true) => self::WinBack,
            default => self::None,
        };
    }
}
