<?php

declare(strict_types=1);

namespace Clientela;

use Psr\Http\Message\ResponseInterface;

/**
 * What went wrong, and nothing of what was sent. `slug` says which kind: `invalid`, `unknown-customer`, `version-mismatch`,
 * … of the service, with its `status`; `no-answer` and `unsigned` of our own, with the status 0.
 */
final class ClientelaException extends \RuntimeException
{
    /** @param list<array{pointer: string, code: string, message: string}> $errors */
    public function __construct(
        public readonly string $slug,
        public readonly string $detail,
        public readonly int $status = 0,
        public readonly array $errors = [],
        public readonly ?string $requestId = null,
    ) {
        parent::__construct("$slug: $detail", $status);
        // Its trace holds what was sent as arguments, where PHP is not told to leave them out.
        $bare = array_map(fn ($frame) => array_diff_key($frame, ['args' => null]), $this->getTrace());
        (new \ReflectionProperty(\Exception::class, 'trace'))->setValue($this, $bare);
    }

    public static function of(ResponseInterface $answer): self
    {
        $told = json_decode((string) $answer->getBody(), true);
        $told = isset($told['type'], $told['detail']) ? $told : ['type' => 'unexpected', 'detail' => 'no problem document'];
        $requestId = $told['request_id'] ?? ($answer->getHeaderLine('X-Request-Id') ?: null);
        $status = $answer->getStatusCode();
        return new self(basename($told['type']), $told['detail'], $status, $told['errors'] ?? [], $requestId);
    }
}
