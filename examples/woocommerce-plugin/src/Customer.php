<?php

declare(strict_types=1);

namespace Clientela\WooCommerce;

/** What the service is told of a person, and of the device she came with. Knows no WordPress. */
final class Customer
{
    /** What is not known is empty. */
    public function __construct(
        public readonly string $account = '',
        public readonly string $email = '',
        public readonly string $phone = '',
        public readonly string $country = '',
        public readonly string $first_name = '',
        public readonly string $last_name = '',
        public readonly string $device = '',
    ) {
    }

    /**
     * No addresses and nothing else: this is what segments, consents and audiences need.
     *
     * @return array<string, mixed> the body of `create_customer`
     */
    public function record(string $source): array
    {
        return array_filter([
            'external_ids' => $this->account === '' ? [] : [['source' => $source, 'id' => $this->account]],
            'emails' => $this->email === '' ? [] : [['value' => $this->email, 'role' => 'main']],
            'phones' => $this->phone === '' ? [] : [['value' => $this->phone]],
            'country' => $this->country,
            'first_name' => $this->first_name,
            'last_name' => $this->last_name,
            'anonymous_ids' => $this->device === '' ? [] : [$this->device],
        ]);
    }
}
