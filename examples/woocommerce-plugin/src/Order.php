<?php

declare(strict_types=1);

namespace Clientela\WooCommerce;

/** What the service is told of an order: facts in, bodies of API calls out. Knows no WordPress. */
final class Order
{
    /**
     * @param array<string, string> $amounts total, shipping, tax, discount: decimal strings
     * @param list<array{sku: string, name: string, quantity: int|float, unit_price: string}> $items
     * @param list<array{id: string, amount: string, at: \DateTimeInterface}> $refunds
     * @param array<string, string> $buyer account (the number of the user), email, phone, country, first_name, last_name:
     *                                     what is not known is empty
     */
    public function __construct(
        public readonly string $id,
        public readonly string $status,
        public readonly string $currency,
        public readonly array $amounts,
        public readonly ?\DateTimeInterface $paidAt,
        public readonly \DateTimeInterface $changedAt,
        public readonly array $items,
        public readonly array $refunds,
        public readonly array $buyer,
        public readonly string $device = '',
    ) {
    }

    /**
     * The events of an order that was paid, the earliest first; of any other there are none.
     *
     * Their ids are those of the service's own WooCommerce adapter: where both are used, each event is stored once.
     *
     * @return list<array<string, mixed>> bodies of `record_event`
     */
    public function events(string $source): array
    {
        if ($this->paidAt === null) {
            return [];
        }
        $events = [$this->event($source, 'paid', $this->paidAt, 'paid', [
            'currency' => $this->currency,
            'updated_at' => self::moment($this->changedAt),
            'items' => array_map(array_filter(...), $this->items),
        ] + array_map(self::money(...), $this->amounts))];
        foreach ($this->refunds as $refund) {
            $amount = self::money($refund['amount']);
            $message = "refund:{$refund['id']}:" . rtrim(rtrim($amount, '0'), '.');
            $told = ['refund_id' => $refund['id'], 'amount' => $amount];
            $events[] = $this->event($source, 'refunded', $refund['at'], $message, $told);
        }
        if (in_array($this->status, ['cancelled', 'failed'], true)) {
            $events[] = $this->event($source, 'cancelled', $this->changedAt, 'cancelled', []);
        }
        return $events;
    }

    /** @return array<string, mixed> the body of `create_customer` */
    public function customer(string $source): array
    {
        $customer = new Customer(...['account' => $this->account()] + $this->buyer, device: $this->device);
        return $customer->record($source);
    }

    /** @return array<string, mixed> how the service is told who bought */
    public function reference(string $source): array
    {
        $account = $this->account();
        if ($account === '') {
            return ['email' => $this->buyer['email']];
        }
        return ['external_id' => ['source' => $source, 'id' => $account]];
    }

    /** Empty for a guest with an e-mail address; one without is somebody known by this order alone. */
    private function account(): string
    {
        return $this->buyer['account'] === '' && $this->buyer['email'] === '' ? "guest:$this->id" : $this->buyer['account'];
    }

    /** A decimal string of two to four places, from what WooCommerce calls an amount ("10", "9.9500001"). */
    public static function money(string $amount): string
    {
        if (preg_match('/^(\d+)(?:\.(\d{1,4}))?$/', $amount, $found)) {
            return $found[1] . '.' . str_pad($found[2] ?? '', 2, '0');
        }
        return preg_replace('/(\.\d\d)(\d*?)0*$/', '$1$2', number_format(abs((float) $amount), 4, '.', ''));
    }

    private static function moment(\DateTimeInterface $at): string
    {
        return gmdate(DATE_RFC3339, $at->getTimestamp());
    }

    /** @param array<string, mixed> $told */
    private function event(string $source, string $step, \DateTimeInterface $at, string $message, array $told): array
    {
        return [
            'type' => "order.$step",
            'message_id' => "shop:order:$this->id:$message",
            'source' => $source,
            'customer' => $this->reference($source),
            'occurred_at' => self::moment($at),
            'properties' => ['order_id' => $this->id] + $told,
        ];
    }
}
