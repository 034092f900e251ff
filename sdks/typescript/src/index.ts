/** The client of Clientela, the headless customer base for online shops. */
import createClient, { type FetchResponse, type MaybeOptionalInit, type ParseAs } from 'openapi-fetch'
import type { HttpMethod, MediaType, PathsWithMethod } from 'openapi-typescript-helpers'
import { type ClientelaError, errorOf, Unreachable } from './errors.js'
import type { paths } from './schema.js'

export * from './errors.js'
export type * from './schema.js'
export { verifyWebhook, type WebhookMessage } from './webhooks.js'

export interface Options {
  key: string
  baseUrl: string
  /** Milliseconds that one try may take. */
  timeout?: number
  /** How many tries may follow the first. */
  retries?: number
  fetch?: typeof globalThis.fetch
}

// How the answer is read is all that is inferred from `init`, so that fields which are not there are refused.
type Init<M extends HttpMethod, P extends keyof paths, A> =
  NonNullable<MaybeOptionalInit<paths[P], M>> & { parseAs?: A }
type Args<I> = {} extends I ? [init?: I] : [init: I]
type Answer<M extends HttpMethod, P extends keyof paths, A> = Extract<
  FetchResponse<NonNullable<paths[P][M]>, { parseAs: A }, MediaType>, { error?: never }
>['data']
type Call<M extends HttpMethod> = <P extends PathsWithMethod<paths, M>, A extends ParseAs = 'json'>(
  path: P,
  ...init: Args<Init<M, P, A>>
) => Promise<Answer<M, P, A>>
type Item<A> = A extends { data: (infer T)[] } ? T : never

/** The API with one key, by path: `shop.get('/v1/customers/{customer_id}', { params: { path: { customer_id } } })`. */
export class Clientela {
  readonly #client

  constructor({ key, baseUrl, timeout = 10_000, retries = 4, fetch = globalThis.fetch }: Options) {
    const headers = { Authorization: `Bearer ${key}` }
    this.#client = createClient<paths>({ baseUrl, headers, fetch: (one) => send(one, timeout, retries, fetch) })
  }

  readonly get = this.#call('get')
  readonly post = this.#call('post')
  readonly put = this.#call('put')
  readonly patch = this.#call('patch')
  readonly delete = this.#call('delete')

  /** Every item on every page: `for await (const customer of shop.pages('/v1/customers'))`. */
  async *pages<P extends PathsWithMethod<paths, 'get'>>(
    path: P,
    ...[init]: Args<Init<'get', P, 'json'>>
  ): AsyncGenerator<Item<Answer<'get', P, 'json'>>> {
    const given: any = init
    for (let cursor = given?.params?.query?.cursor; cursor !== null; ) {
      const params = { ...given?.params, query: { ...given?.params?.query, cursor } }
      const page: any = (await this.#client.request('get', path, { ...given, params })).data
      yield* page.data
      cursor = page.next_cursor
    }
  }

  #call<M extends HttpMethod>(method: M): Call<M> {
    return async (path, ...[init]) => (await this.#client.request(method, path, init as never)).data as never
  }
}

const TEMPORARY = [0, 429, 502, 503, 504] // 0: no answer
const LONGEST_WAIT = 60 // seconds; who is asked to wait longer gets the error at once

/** The answer to `request`, with further tries where that helps. Throws the failure where it does not. */
async function send(request: Request, timeout: number, retries: number, fetch: typeof globalThis.fetch) {
  // The same for every try: what was done is answered again, not done twice.
  if (request.method === 'POST' && !request.headers.has('Idempotency-Key')) {
    request.headers.set('Idempotency-Key', crypto.randomUUID())
  }
  for (let left = retries, backoff = 500; ; left -= 1, backoff = Math.min(2 * backoff, 8000)) {
    let failure: ClientelaError
    // Named, and asked below: Node forgets a limit that only `any` knows of, and then nothing ends the try.
    const limit = AbortSignal.timeout(timeout)
    try {
      const signal = AbortSignal.any([request.signal, limit])
      const response = await fetch(request.clone(), { signal })
      await response.clone().arrayBuffer() // a connection that is lost half-way is lost too
      if (response.ok) return response
      failure = await errorOf(response)
    } catch (cause) {
      if (request.signal.aborted) throw cause
      failure = new Unreachable(limit.aborted ? `no answer in ${timeout} ms` : 'no answer came', { cause })
    }
    if (left === 0 || !TEMPORARY.includes(failure.status) || failure.retryAfter > LONGEST_WAIT) throw failure
    await new Promise((resolve) => setTimeout(resolve, 1000 * failure.retryAfter + backoff * (0.5 + Math.random() / 2)))
  }
}
