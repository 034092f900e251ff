<?php

declare(strict_types=1);

namespace Clientela\WooCommerce;

use Clientela\Clientela;
use Clientela\ClientelaException;
use Clientela\Model\ConsentCreate;
use Clientela\Model\CustomerCreate;
use Clientela\Model\EventBatch;

/**
 * Tells the service. Knows no WordPress. All of it may be told again: nothing has two effects.
 *
 * A ClientelaException goes to the caller: `isPassing` says whether to try again.
 */
final class Sender
{
    public function __construct(
        private readonly Clientela $clientela,
        private readonly string $source,
        private readonly string $legalBasis,
    ) {
    }

    /** @return list<string> what was refused, as codes and places: for the shop's log, without personal values */
    public function order(Order $order, ?Consent $consent): array
    {
        $refused = $this->person($order->customer($this->source));
        $events = $order->events($this->source);
        if ($events !== []) {
            $answer = $this->clientela->events->recordEvents(new EventBatch(['events' => $events]));
            foreach ($answer->getRejected() as $one) {
                // An id that is there already, with a body from before the order changed, says nothing new.
                if ($one->getCode() !== 'message_conflict') {
                    $refused[] = "{$one->getCode()} {$one->getPointer()}";
                }
            }
        }
        $decision = $consent?->decision($order, $this->source, $this->legalBasis);
        if ($decision !== null) {
            $this->clientela->consents->recordConsent(new ConsentCreate($decision));
        }
        return $refused;
    }

    /** @return list<string> */
    public function customer(Customer $customer): array
    {
        return $this->person($customer->record($this->source));
    }

    /** Whether the same may succeed later. */
    public static function isPassing(ClientelaException $error): bool
    {
        return in_array($error->status, [0, 401, 403, 408, 409, 429], true) || $error->status >= 500;
    }

    /** @param array<string, mixed> $record */
    private function person(array $record): array
    {
        try {
            $this->clientela->customers->createCustomer(new CustomerCreate($record));
            return [];
        } catch (ClientelaException $error) {
            // An address that is not valid, or somebody else's, must not cost the order.
            if (in_array($error->status, [409, 422], true)) {
                return array_map(fn ($one) => "{$one['code']} {$one['pointer']}", $error->errors) ?: [$error->slug];
            }
            throw $error;
        }
    }
}
