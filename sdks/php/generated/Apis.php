<?php

declare(strict_types=1);

namespace Clientela;

use GuzzleHttp\ClientInterface;

/**
 * One API per tag of the specification, each made when it is first asked for.
 *
 * @property-read Api\ApiKeysApi $apiKeys
 * @property-read Api\AudiencesApi $audiences
 * @property-read Api\ConsentsApi $consents
 * @property-read Api\CustomersApi $customers
 * @property-read Api\EventsApi $events
 * @property-read Api\JobsApi $jobs
 * @property-read Api\OperationApi $operation
 * @property-read Api\PrivacyRequestsApi $privacyRequests
 * @property-read Api\SegmentsApi $segments
 * @property-read Api\ShopsApi $shops
 * @property-read Api\SourcesApi $sources
 * @property-read Api\StatisticsApi $statistics
 * @property-read Api\StorefrontApi $storefront
 * @property-read Api\TenantsApi $tenants
 * @property-read Api\WebhookEndpointsApi $webhookEndpoints
 */
abstract class Apis
{
    /** @var array<string, object> */
    private array $apis = [];

    public function __construct(private readonly ClientInterface $http, private readonly Configuration $configuration)
    {
    }

    public function __get(string $name): object
    {
        $class = __NAMESPACE__ . '\\Api\\' . ucfirst($name) . 'Api';
        return $this->apis[$name] ??= new $class($this->http, $this->configuration);
    }
}
