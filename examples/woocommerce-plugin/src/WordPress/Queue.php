<?php

declare(strict_types=1);

namespace Clientela\WooCommerce\WordPress;

use Clientela\ClientelaException;
use Clientela\WooCommerce\Sender;

/**
 * What is still to be sent: Action Scheduler keeps it where WooCommerce brings one, else WordPress's own schedule, both in
 * the database. Ids alone wait there; what is sent is read when it is sent.
 */
final class Queue
{
    public const HOOK = 'clientela_send';
    private const GROUP = 'clientela';
    private const WAITS = [60, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400]; // seconds, three days in all

    /** @param \Closure(string, int): void $send what a kind and an id mean; ClientelaException where it cannot be sent */
    public function __construct(private readonly \Closure $send)
    {
    }

    public static function put(string $kind, int $id): void
    {
        // A chain of tries has a name of its own, so that the success of one ends no other.
        self::book(0, [$kind, $id, 0, bin2hex(random_bytes(6))]);
    }

    /** One try. The next is booked before it begins, so that a process that dies has not lost it. */
    public function run(string $kind, int $id, int $try, string $chain): void
    {
        $next = [$kind, $id, $try + 1, $chain];
        $hasNext = isset(self::WAITS[$try]);
        if ($hasNext) {
            self::book(self::WAITS[$try], $next);
        }
        try {
            ($this->send)($kind, $id);
        } catch (ClientelaException $error) {
            self::log("$kind $id was not sent: {$error->slug} {$error->status} {$error->requestId}");
            if (Sender::isPassing($error)) {
                return;
            }
        }
        if ($hasNext) {
            self::cancel($next);
        }
    }

    public static function log(string $text): void
    {
        if (function_exists('wc_get_logger')) {
            wc_get_logger()->warning($text, ['source' => self::GROUP]);
        }
    }

    private static function book(int $seconds, array $arguments): void
    {
        if (function_exists('as_schedule_single_action')) {
            as_schedule_single_action(time() + $seconds, self::HOOK, $arguments, self::GROUP);
        } else {
            wp_schedule_single_event(time() + $seconds, self::HOOK, $arguments);
        }
    }

    private static function cancel(array $arguments): void
    {
        if (function_exists('as_unschedule_action')) {
            as_unschedule_action(self::HOOK, $arguments, self::GROUP);
        } else {
            wp_clear_scheduled_hook(self::HOOK, $arguments);
        }
    }
}
