/** What a call may throw: `Unreachable` where no answer came, else an `ApiError`, or its subclass for the status. */
import type { Problem, ProblemError } from './schema.js'

/** Whatever keeps a call from its answer. */
export class ClientelaError extends Error {
  readonly status: number = 0
  /** Seconds after which to try again; 0 where nobody said. */
  readonly retryAfter: number = 0

  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.name
  }
}

/** No answer came, however often it was asked for; `cause` is how the last try ended. */
export class Unreachable extends ClientelaError {}

/** This is no webhook of the service's, or an old one. */
export class WebhookRefused extends ClientelaError {}

/** A problem (RFC 9457) as the service tells it; nothing here repeats a value that was sent. */
export class ApiError extends ClientelaError {
  /** Which one it is: `unknown-customer`, `version-mismatch`, `invalid`, … */
  readonly slug: string
  readonly detail: string
  /** What is wrong and where: `pointer` (RFC 6901, into the body), `code`, `message`. */
  readonly errors: ProblemError[]
  readonly requestId: string

  constructor(
    override readonly status: number,
    { type = '', detail = `HTTP ${status}`, errors = [], request_id = '' }: Partial<Problem>,
    override readonly retryAfter: number = 0,
  ) {
    const slug = type.split('/').pop() ?? ''
    const places = errors.map(({ pointer, message }) => ` [${pointer}: ${message}]`).join('')
    super(`${status} ${slug}: ${detail}${places} (request ${request_id})`)
    this.slug = slug
    this.detail = detail
    this.errors = errors
    this.requestId = request_id
  }
}

export class Unauthenticated extends ApiError {}
export class NotAllowed extends ApiError {}
export class NotFound extends ApiError {}
export class Conflict extends ApiError {}
export class VersionMismatch extends ApiError {}
export class Invalid extends ApiError {}
export class RateLimited extends ApiError {}

const KINDS: Record<number, typeof ApiError> = {
  401: Unauthenticated, 403: NotAllowed, 404: NotFound, 409: Conflict, 412: VersionMismatch, 422: Invalid,
  429: RateLimited,
}

/** What an answer that is no success stands for. */
export async function errorOf(response: Response): Promise<ApiError> {
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json')
  const problem: Partial<Problem> = isProblem ? await response.json() : {}
  const wanted = response.headers.get('retry-after') ?? ''
  return new (KINDS[response.status] ?? ApiError)(response.status, problem, /^\d+$/.test(wanted) ? Number(wanted) : 0)
}
