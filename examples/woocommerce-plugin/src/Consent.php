<?php

declare(strict_types=1);

namespace Clientela\WooCommerce;

/**
 * The box that was ticked at the checkout, and what proves it. Knows no WordPress.
 *
 * A box that was not ticked is no decision: there is nothing to tell then.
 */
final class Consent
{
    private const PURPOSE = 'marketing';
    private const CHANNEL = 'email';

    /** `text` is what stood beside the box, `at` when she ordered (RFC 3339). */
    public function __construct(
        public readonly string $text,
        public readonly string $url,
        public readonly string $ip,
        public readonly string $user_agent,
        public readonly string $at,
    ) {
    }

    /** @return array<string, mixed>|null the body of `record_consent`; null where no e-mail address was left to write to */
    public function decision(Order $order, string $source, string $legalBasis): ?array
    {
        if ($order->buyer['email'] === '') {
            return null;
        }
        return [
            'customer' => $order->reference($source),
            'purpose' => self::PURPOSE,
            'channel' => self::CHANNEL,
            'decision' => 'given',
            'legal_basis' => $legalBasis,
            'indication_method' => 'checkbox',
            'occurred_at' => $this->at,
            'address' => $order->buyer['email'],
            'source' => $source,
            'message_id' => "checkout:$order->id:" . self::PURPOSE . ':' . self::CHANNEL,
            'provenance' => 'WooCommerce checkout',
            'evidence' => array_filter([
                'affirmative_action' => 'Ticked: ' . mb_substr($this->text, 0, 900),
                'url' => $this->url,
                'ip' => $this->ip,
                'user_agent' => mb_substr($this->user_agent, 0, 1000),
            ]),
        ];
    }
}
