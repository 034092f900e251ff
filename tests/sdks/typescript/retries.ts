// When things go wrong on the way: waits, further tries under one key, and when the SDK gives up.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { ApiError, Clientela, NotFound, RateLimited, Unreachable } from '@clientela/sdk'
import { baseUrl, slowKey } from './shop.js'

type Answer = 'lost' | 'cut' | 'never' | { status: number; headers?: Record<string, string>; body?: unknown }
type Asked = { key: string | undefined; body: string; at: number }

const RECEIPT: Answer = { status: 201, body: { id: 'evt_1', customer_id: 'cus_1', status: 'stored' } }
const PAGE: Answer = { status: 200, body: { data: [], has_more: false, next_cursor: null } }
const EVENT = { type: 'note.taken', message_id: '1', occurred_at: '2026-11-01T12:00:00Z', customer: { id: 'cus_1' } }

function problem(status: number, headers: Record<string, string> = {}): Answer {
  const body = { type: '/problems/unavailable', title: '…', status, detail: 'Later.', errors: [], request_id: 'r1' }
  return { status, headers: { 'content-type': 'application/problem+json', ...headers }, body }
}

/** A server that gives `answers` in turn, the last one for ever, and what it was asked. */
async function failing(...answers: Answer[]): Promise<{ url: string; asked: Asked[] }> {
  const asked: Asked[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    asked.push({ key: request.headers['idempotency-key'] as string | undefined, body, at: performance.now() })
    const answer = answers[Math.min(asked.length, answers.length) - 1] as Answer
    if (answer === 'never') return
    if (answer === 'lost') return void request.socket.destroy()
    if (answer === 'cut') {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 100 })
      return void response.write('{"id":', () => request.socket.destroy())
    }
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers })
    response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body))
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  after(() => server.closeAllConnections())
  after(() => server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

// Signals that nobody holds are collected: an end that depends on one must not.
setInterval(() => globalThis.gc?.(), 50).unref()
const options = { concurrency: true, timeout: 60_000 }

test('retries', options, async (all) => {
  const tests = [
    all.test('a real rate limit is waited for', async () => {
      const patient = new Clientela({ key: slowKey, baseUrl })
      const begun = performance.now()
      for (let call = 0; call < 4; call += 1) assert.equal((await patient.get('/v1/tenant')).currency, 'BRL')
      assert.ok(performance.now() - begun > 1000)
      const impatient = new Clientela({ key: slowKey, baseUrl, retries: 0 })
      const calls = Array.from({ length: 4 }, () => impatient.get('/v1/tenant'))
      const refused = (await Promise.allSettled(calls)).filter((one) => one.status === 'rejected')
      assert.ok(refused.length > 0)
      for (const { reason } of refused) assert.ok(reason instanceof RateLimited && reason.retryAfter >= 1)
    }),

    all.test('every try of a POST has the same key, and every call another', async () => {
      const { url, asked } = await failing(problem(503, { 'retry-after': '1' }), 'lost', 'cut', RECEIPT)
      const shop = new Clientela({ key: 'ck', baseUrl: url })
      for (let call = 0; call < 2; call += 1) assert.equal((await shop.post('/v1/events', { body: EVENT })).id, 'evt_1')
      const keys = asked.map((one) => one.key)
      assert.equal(keys.length, 5)
      assert.ok(keys[0] && keys[4])
      assert.deepEqual(new Set(keys.slice(0, 4)).size, 1)
      assert.notEqual(keys[0], keys[4])
      assert.equal(new Set(asked.map((one) => one.body)).size, 1)
      const waits = asked.slice(1, 4).map(({ at }, index) => at - (asked[index]?.at ?? 0))
      // Timers of Node may be a little early; a busy machine is slow, but not that slow.
      for (const [index, least] of [1250, 500, 1000].entries()) assert.ok((waits[index] ?? 0) >= least - 20, `${waits}`)
      assert.ok(waits.reduce((sum, wait) => sum + wait) < 15_000, `${waits}`)
    }),

    all.test("a key of the caller's own is kept", async () => {
      const { url, asked } = await failing('lost', RECEIPT)
      const params = { header: { 'Idempotency-Key': 'order-1001' } }
      await new Clientela({ key: 'ck', baseUrl: url }).post('/v1/events', { body: EVENT, params })
      assert.deepEqual(asked.map((one) => one.key), ['order-1001', 'order-1001'])
    }),

    ...[429, 502, 503, 504].map((status) =>
      all.test(`${status} is tried again`, async () => {
        const { url, asked } = await failing(problem(status), PAGE)
        assert.deepEqual((await new Clientela({ key: 'ck', baseUrl: url }).get('/v1/customers')).data, [])
        assert.deepEqual(asked.map((one) => one.key), [undefined, undefined]) // only a POST has one
      }),
    ),

    ...[400, 404, 409, 422, 500, 501].map((status) =>
      all.test(`${status} is told at once`, async () => {
        const { url, asked } = await failing(problem(status))
        await assert.rejects(new Clientela({ key: 'ck', baseUrl: url }).get('/v1/customers'), (error: unknown) => {
          return error instanceof ApiError && error.status === status && error.requestId === 'r1'
        })
        assert.equal(asked.length, 1)
      }),
    ),

    all.test('who has no tries left is told why', async () => {
      const busy = await failing(problem(503))
      await assert.rejects(new Clientela({ key: 'ck', baseUrl: busy.url, retries: 1 }).get('/v1/customers'), { status: 503, detail: 'Later.' })
      const lost = await failing('lost')
      await assert.rejects(new Clientela({ key: 'ck', baseUrl: lost.url, retries: 1 }).get('/v1/customers'), Unreachable)
      assert.deepEqual([busy.asked.length, lost.asked.length], [2, 2])
    }),

    all.test('nobody is made to wait longer than a minute', async () => {
      const { url, asked } = await failing(problem(503, { 'retry-after': '61' }))
      await assert.rejects(new Clientela({ key: 'ck', baseUrl: url }).get('/v1/customers'), { retryAfter: 61 })
      assert.equal(asked.length, 1)
    }),

    all.test('an answer that is no problem says nothing of what it held', async () => {
      const { url } = await failing({ status: 404, headers: { 'content-type': 'text/html' }, body: 'maria@example.com' })
      await assert.rejects(new Clientela({ key: 'ck', baseUrl: url }).get('/v1/customers'), (error: unknown) => {
        return error instanceof NotFound && error.slug === '' && error.detail === 'HTTP 404'
      })
    }),

    all.test('the timeout is that of one try', async () => {
      const { url } = await failing('never')
      const begun = performance.now()
      await assert.rejects(new Clientela({ key: 'ck', baseUrl: url, timeout: 200, retries: 1 }).get('/v1/customers'), Unreachable)
      const [least, most] = [400 + 250 - 20, 20_000] // two tries and the pause between them
      assert.ok(performance.now() - begun > least && performance.now() - begun < most)
    }),

    all.test('a caller may end a call and its tries', async () => {
      const { url, asked } = await failing('never')
      const call = new Clientela({ key: 'ck', baseUrl: url }).get('/v1/customers', { signal: AbortSignal.timeout(200) })
      await assert.rejects(call, { name: 'TimeoutError' })
      assert.ok(asked.length <= 1)
    }),
  ]
  await Promise.all(tests)
})
