<?php

/* What tests ask of the SDK, a step each: `php steps.php STEP JSON` prints what it found, as JSON. */

declare(strict_types=1);

use Clientela\Clientela;
use Clientela\ClientelaException;
use Clientela\Model\AudienceCreate;
use Clientela\Model\AudiencePreviewRequest;
use Clientela\Model\ConsentCheck;
use Clientela\Model\ConsentCreate;
use Clientela\Model\CustomerBatch;
use Clientela\Model\CustomerCreate;
use Clientela\Model\CustomerSearch;
use Clientela\Model\CustomerUpdate;
use Clientela\Model\EventBatch;
use Clientela\Model\EventCreate;
use Clientela\Model\OrderStatus;

require __DIR__ . '/autoload.php';

[, $step, $json] = $argv;
$told = json_decode($json, true, flags: JSON_THROW_ON_ERROR);
$clientela = new Clientela($told['url'] ?? 'http://127.0.0.1:9', $told['key'] ?? 'ck_none', tries: $told['tries'] ?? 5);

/** What an exception says, and what its string shows. */
function refused(callable $call): array
{
    try {
        $call();
    } catch (ClientelaException $error) {
        return [
            'slug' => $error->slug, 'status' => $error->status, 'detail' => $error->detail, 'errors' => $error->errors,
            'request_id' => $error->requestId, 'shown' => (string) $error, 'dumped' => print_r($error, true),
        ];
    }
    return ['slug' => null];
}

function customer(array $more = []): CustomerCreate
{
    return new CustomerCreate(['emails' => [['value' => 'ana@example.com', 'role' => 'main']], ...$more]);
}

$steps = [
    'person' => function () use ($clientela, $told) {
        [$made, $status, $headers] = $clientela->customers->createCustomerWithHttpInfo(new CustomerCreate($told['person']));
        $email = $told['person']['emails'][0]['value'];
        $found = $clientela->customers->searchCustomers(new CustomerSearch(['email' => strtoupper($email)]))->getData();
        $again = $clientela->customers->createCustomer($told['person']); // an array does as well
        return [
            'status' => $status,
            'etag' => array_change_key_case($headers)['etag'],
            'ids' => [$made->getId(), $found[0]->getId(), $again->getId()],
            'name' => $found[0]->getFirstName(), 'registered_at' => $found[0]->getRegisteredAt()?->format(DATE_RFC3339),
            'attributes' => $found[0]->getAttributes(),
        ];
    },
    'events' => function () use ($clientela, $told) {
        $one = new EventCreate($told['events'][0]);
        $receipts = [$clientela->events->recordEvent($one), $clientela->events->recordEvent($one)];
        $batch = $clientela->events->recordEvents(new EventBatch(['events' => $told['events']]));
        $orders = $clientela->customers->listCustomerOrders($receipts[0]->getCustomerId())->getData();
        return [
            'statuses' => array_map(fn ($receipt) => $receipt->getStatus(), $receipts),
            'batch' => $batch,
            'refused' => array_map(fn ($one) => [$one->getCode(), $one->getPointer()], $batch->getRejected()),
            'totals' => array_column(array_map(fn ($one) => [$one->getOrderId(), $one->getTotal()], $orders), 1, 0),
            'is_paid' => $orders[0]->getStatus() === OrderStatus::PAID,
            'net' => $clientela->segments->getCustomerRfm($receipts[0]->getCustomerId())->getM()->getNet()->getAmount(),
            'segment' => $clientela->segments->getCustomerRfm($receipts[0]->getCustomerId())->getSegment(),
        ];
    },
    'customers batch' => fn () => $clientela->customers->upsertCustomers(new CustomerBatch(['customers' => $told['customers']])),
    'consent' => function () use ($clientela, $told) {
        $check = fn () => $clientela->consents->checkConsents(new ConsentCheck([
            'purpose' => 'marketing', 'channel' => 'email', 'customers' => [['email' => $told['consent']['customer']['email']]],
        ]))->getResults()[0];
        $said = [];
        foreach (['given', 'withdrawn'] as $decision) {
            $clientela->consents->recordConsent(new ConsentCreate([...$told['consent'], 'decision' => $decision]));
            $said[] = [$check()->getAllowed(), $check()->getReason()];
        }
        return $said;
    },
    'audience' => function () use ($clientela, $told) {
        $preview = $clientela->audiences->previewAudience(new AudiencePreviewRequest(['rule' => $told['rule']]));
        $audience = $clientela->audiences->createAudience(new AudienceCreate(['name' => 'Buyers', 'rule' => $told['rule']]));
        $members = iterator_to_array(Clientela::items($clientela->audiences->listAudienceMembers(...), $audience->getId()));
        return ['size' => $preview->getSize(), 'members' => array_map(fn ($member) => $member->getId(), $members)];
    },
    'problems' => function () use ($clientela, $told) {
        $patch = new CustomerUpdate(['first_name' => 'Zoe']);
        return [
            'unknown' => refused(fn () => $clientela->customers->getCustomer('cus_' . str_repeat('0', 32))),
            'changed' => refused(fn () => $clientela->customers->updateCustomer($told['id'], $patch, '"999"')),
            'invalid' => refused(fn () => $clientela->customers->createCustomer($told['person'])),
            'forbidden' => refused(fn () => (new Clientela($told['url'], 'ck_live_nobodys'))->tenants->getTenant()),
        ];
    },
    'pages' => function () use ($clientela, $told) {
        $list = $clientela->customers->listCustomers(...);
        $ids = fn (iterable $found) => array_map(fn ($one) => $one->getId(), iterator_to_array($found));
        return [
            'all' => $ids(Clientela::items($list, source: $told['source'], limit: 3)),
            'since' => $ids(Clientela::items($list, updated_since: $told['since'], source: $told['source'], limit: 200)),
        ];
    },
    'clear' => function () use ($clientela, $told) {
        $update = fn (array $patch) => $clientela->customers->updateCustomer($told['id'], new CustomerUpdate($patch));
        $before = $clientela->customers->getCustomer($told['id']);
        $update([]);
        $kept = $clientela->customers->getCustomer($told['id']);
        $update(['last_name' => null, 'attributes' => ['plan' => null]]);
        $after = $clientela->customers->getCustomer($told['id']);
        $shown = fn ($one) => [$one->getFirstName(), $one->getLastName(), (array) $one->getAttributes()];
        return array_map($shown, [$before, $kept, $after]);
    },
    'many' => function () use ($clientela, $told) {
        for ($done = 0; $done < $told['times']; $done++) {
            $clientela->customers->searchCustomers(new CustomerSearch(['email' => 'nobody@example.com']));
        }
        return $done;
    },
    'one' => fn () => refused(fn () => $clientela->customers->createCustomer(customer(['first_name' => 'Secretive']))),
    'orders' => fn () => array_map(
        fn ($order) => [$order->getOrderId(), $order->getStatus()],
        $clientela->customers->listCustomerOrders('cus_1')->getData(),
    ),
    'masked' => function () use ($clientela, $told) {
        $found = $clientela->customers->getCustomer($told['id']);
        [$email, $address] = [$found->getEmails()[0], $found->getAddresses()[0]];
        return [$email->getValue(), $found->getDocument()->getValue(), $address->getPostalCode()];
    },
    'own key' => fn () => refused(fn () => $clientela->customers->createCustomer(customer(), idempotency_key: 'mine')),
    'webhook' => fn () => array_map(fn ($one) => refused(
        fn () => Clientela::verifyWebhook($one['body'], $one['headers'], $one['secrets'], ...$one['more'] ?? [])
    )['slug'], $told['given']),
    'webhook message' => fn () => Clientela::verifyWebhook($told['body'], $told['headers'], $told['secrets']),
];

echo json_encode($steps[$step](), JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE | JSON_PRESERVE_ZERO_FRACTION);
