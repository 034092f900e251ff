<?php

declare(strict_types=1);

namespace Clientela;

use GuzzleHttp\Client;
use GuzzleHttp\Exception\TransferException;
use GuzzleHttp\HandlerStack;
use GuzzleHttp\Middleware;
use Psr\Http\Message\RequestInterface as Request;
use Psr\Http\Message\ResponseInterface as Answer;

/** The service: `$clientela->customers->getCustomer($id)`. What fails is a ClientelaException. */
final class Clientela extends Apis
{
    public const VERSION = '0.1.0';
    private const LONGEST_WAIT = 60; // seconds; who would have to wait longer is told so instead

    /**
     * @param float $timeout seconds that one try may take
     * @param int $tries how often a request is sent at most
     */
    public function __construct(string $url, #[\SensitiveParameter] string $key, float $timeout = 30.0, int $tries = 5)
    {
        // From the outside in, so that every try of a request bears the same key.
        $stack = new HandlerStack(\GuzzleHttp\Utils::chooseHandler());
        $stack->push(Middleware::mapRequest(self::withKey(...)));
        $stack->push(self::raise(...));
        $stack->push(Middleware::retry(
            fn (int $done, $request, ?Answer $answer = null, $error = null) => $done + 1 < $tries
                && ($answer === null ? $error instanceof TransferException : self::isPassing($answer)),
            fn (int $done, ?Answer $answer = null) => self::milliseconds($done, $answer),
        ));
        $stack->push(Middleware::prepareBody());
        $options = ['handler' => $stack, 'timeout' => $timeout, 'connect_timeout' => min(10.0, $timeout)];
        $configuration = (new Configuration())->setHost(rtrim($url, '/'))->setAccessToken($key);
        parent::__construct(new Client($options), $configuration->setUserAgent('clientela-php/' . self::VERSION));
    }

    /** Every item of a listing, page by page: `Clientela::items($clientela->customers->listCustomers(...), tag: 'vip')`. */
    public static function items(callable $list, mixed ...$parameters): \Generator
    {
        do {
            $page = $list(...$parameters);
            foreach ($page->getData() as $item) {
                yield $item;
            }
            $parameters['cursor'] = $page->getNextCursor();
        } while ($page->getHasMore());
    }

    /**
     * The message of a webhook that is signed as Standard Webhooks has it: type, timestamp, data.
     *
     * @param string $body as it came, byte by byte
     * @param array<string, string|string[]> $headers as `getallheaders()` or a PSR-7 request gives them
     * @param string|string[] $secrets several while one is being replaced
     * @param int $tolerance seconds that its time may differ from ours
     */
    public static function verifyWebhook(
        string $body,
        array $headers,
        #[\SensitiveParameter] string|array $secrets,
        int $tolerance = 300,
    ): array {
        $headers = array_map(fn ($value) => implode(' ', (array) $value), array_change_key_case($headers));
        [$id, $at, $signatures] = array_map(fn ($name) => $headers["webhook-$name"] ?? '', ['id', 'timestamp', 'signature']);
        if ($id === '' || !ctype_digit($at) || abs(time() - (int) $at) > $tolerance) {
            throw new ClientelaException('unsigned', 'The message has no id, or is not of now.');
        }
        foreach ((array) $secrets as $secret) {
            $key = base64_decode(preg_replace('/^whsec_/', '', $secret), true);
            if (!$key) {
                throw new \InvalidArgumentException('A secret is whsec_ and base64.'); // anybody has an empty key
            }
            $wanted = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$at.$body", $key, true));
            foreach (explode(' ', $signatures) as $given) {
                if (hash_equals($wanted, $given)) {
                    return json_decode($body, true, flags: JSON_THROW_ON_ERROR | JSON_BIGINT_AS_STRING);
                }
            }
        }
        throw new ClientelaException('unsigned', 'No signature is by a secret of ours.');
    }

    private static function withKey(Request $request): Request
    {
        $lacks = $request->getMethod() === 'POST' && !$request->hasHeader('Idempotency-Key');
        return $lacks ? $request->withHeader('Idempotency-Key', bin2hex(random_bytes(16))) : $request;
    }

    private static function raise(callable $next): callable
    {
        return fn (Request $request, array $options) => $next($request, $options)->then(
            fn (Answer $answer) => $answer->getStatusCode() < 300 ? $answer : throw ClientelaException::of($answer),
            // Not as the previous one: it holds the request, and so personal values.
            fn (\Throwable $error) => throw new ClientelaException('no-answer', $error->getMessage()),
        );
    }

    private static function isPassing(Answer $answer): bool
    {
        return in_array($answer->getStatusCode(), [429, 502, 503, 504], true)
            && (int) $answer->getHeaderLine('Retry-After') <= self::LONGEST_WAIT;
    }

    private static function milliseconds(int $done, ?Answer $answer): int
    {
        $backoff = random_int(50, 100) * min(2 ** $done, 100);
        return max($backoff, 1000 * (int) $answer?->getHeaderLine('Retry-After'));
    }
}
