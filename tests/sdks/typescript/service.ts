// The SDK drives the running service end to end.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { ApiError, Clientela, ClientelaError, Conflict, Invalid, NotFound, Unauthenticated, VersionMismatch } from '@clientela/sdk'
import { baseUrl, everything, paid, shop, somebody } from './shop.js'

// 18 digits are what the service takes; a double keeps 16.
const LONGEST = '98765432109876.5432'

async function failure<E extends ClientelaError>(call: Promise<unknown>, kind: new (...args: never[]) => E): Promise<E> {
  const error = await call.then(() => assert.fail('it did not fail'), (error: unknown) => error)
  assert.ok(error instanceof kind, `${error}`)
  assert.equal(error.name, kind.name)
  return error
}

test('a customer is created, found and read', async () => {
  const email = `${randomUUID()}@example.com`
  const created = await somebody({ emails: [{ value: email }] })
  const again = await shop.post('/v1/customers', { body: { emails: [{ value: email.toUpperCase() }], last_name: 'Silva' } })
  assert.deepEqual([again.id, again.first_name, again.last_name], [created.id, 'Maria', 'Silva'])
  const { data } = await shop.post('/v1/customers/search', { body: { email } })
  assert.deepEqual(data.map(({ id }) => id), [created.id])
  const path = { customer_id: created.id }
  const read = await shop.get('/v1/customers/{customer_id}', { params: { path, query: { include: 'provenance' } } })
  assert.ok(read.provenance?.['first_name'])
})

test('types refuse what the API would', async () => {
  const call = () => {
    // @ts-expect-error there is no such path
    void shop.get('/v1/costumers')
    // @ts-expect-error there is no such field
    void shop.post('/v1/customers', { body: { frist_name: 'Maria' } })
    // @ts-expect-error a path's parameter is left out
    void shop.get('/v1/customers/{customer_id}')
    // @ts-expect-error a body is left out
    void shop.post('/v1/customers')
    // @ts-expect-error there is no such decision
    void shop.post('/v1/consents', { body: { customer: {}, purpose: 'x', channel: 'email', decision: 'perhaps' } })
    // @ts-expect-error money is a string
    void shop.get('/v1/customers/{customer_id}/rfm', { params: { path: { customer_id: '' } } }).then((rfm) => rfm.m?.net.amount + 1 - 1)
  }
  assert.equal(typeof call, 'function')
})

test('events are recorded once, and a batch says what it refuses', async () => {
  const maria = await somebody()
  const event = paid(maria.id, '129.90')
  const first = await shop.post('/v1/events', { body: event })
  const second = await shop.post('/v1/events', { body: event })
  assert.deepEqual([first.status, second.status, second.id], ['stored', 'duplicate', first.id])
  const events = [event, paid(maria.id, '1.00'), paid(maria.id, 'a lot')]
  const batch = await shop.post('/v1/events/batch', { body: { events } })
  assert.deepEqual([batch.received, batch.stored, batch.duplicates], [3, 1, 1])
  assert.deepEqual(batch.rejected.map(({ index, pointer }) => [index, pointer]), [[2, '/events/2/properties/total']])
})

test('a consent is recorded and checked', async () => {
  const maria = await somebody({ emails: [{ value: `${randomUUID()}@example.com` }] })
  const about = { purpose: 'marketing', channel: 'email' } as const
  for (const [decision, allowed] of [['given', true], ['withdrawn', false]] as const) {
    const body = { ...about, customer: { id: maria.id }, decision, legal_basis: 'lgpd.7.I' } as const
    assert.equal((await shop.post('/v1/consents', { body })).state_after, decision)
    const { results } = await shop.post('/v1/consents/check', { body: { ...about, customers: [{ id: maria.id }] } })
    assert.deepEqual(results.map((one) => [one.customer_id, one.allowed]), [[maria.id, allowed]])
  }
})

test('a customer is in a segment and in an audience', async () => {
  const tag = randomUUID()
  const maria = await somebody({ tags: [tag] })
  await shop.post('/v1/events', { body: paid(maria.id, '129.90') })
  const path = { customer_id: maria.id }
  const rfm = await shop.get('/v1/customers/{customer_id}/rfm', { params: { path, query: { fresh: true } } })
  assert.deepEqual([rfm.f?.orders, rfm.m?.net], [1, { amount: '129.90', currency: 'BRL' }])
  assert.match(rfm.code ?? '', /^[1-5]{3}$/)
  assert.ok(rfm.segment)
  const rule = { all: [{ trait: { name: 'tags', has: tag } }] }
  assert.equal((await shop.post('/v1/audiences/preview', { body: { rule } })).size, 1)
  const { id: audience_id } = await shop.post('/v1/audiences', { body: { name: tag, rule } })
  const params = { path: { audience_id } }
  const members = await everything(shop.pages('/v1/audiences/{audience_id}/members', { params }))
  assert.deepEqual(members.map(({ id }) => id), [maria.id])
  const exported = await shop.get('/v1/audiences/{audience_id}/export', { params, parseAs: 'text' })
  assert.ok(exported.includes(maria.id))
  assert.equal(await shop.delete('/v1/audiences/{audience_id}', { params }), undefined)
  const picture = await shop.get('/v1/segments/rfm/matrix.svg', { params: { query: { lang: 'pt-BR' } }, parseAs: 'text' })
  assert.ok(picture.startsWith('<svg'))
})

test('problems are errors of their own', async () => {
  const nobody = { path: { customer_id: `cus_${'0'.repeat(32)}` } }
  const gone = await failure(shop.get('/v1/customers/{customer_id}', { params: nobody }), NotFound)
  assert.deepEqual([gone.status, gone.slug, gone.errors], [404, 'unknown-customer', []])
  assert.ok(gone instanceof ApiError && gone.requestId && gone.message.includes(gone.requestId))
  const maria = await somebody()
  const params = { path: { customer_id: maria.id }, header: { 'if-match': `"${maria.version}"` } }
  const changed = await shop.patch('/v1/customers/{customer_id}', { params, body: { first_name: 'Ana' } })
  assert.equal(changed.first_name, 'Ana')
  const change = shop.patch('/v1/customers/{customer_id}', { params, body: { first_name: 'Eva' } })
  assert.equal((await failure(change, VersionMismatch)).status, 412)
  const body = { slug: randomUUID().slice(0, 8), kind: 'shop' } as const
  await shop.post('/v1/sources', { body })
  assert.equal((await failure(shop.post('/v1/sources', { body }), Conflict)).slug, 'source-exists')
  const refused = await failure(somebody({ emails: [{ value: 'maria-at-home' }] }), Invalid)
  assert.deepEqual(refused.errors.map(({ pointer }) => pointer), ['/emails/0/value'])
  assert.ok(!JSON.stringify([refused.message, refused.errors]).includes('maria-at-home'))
  await failure(new Clientela({ key: 'ck_live_nobody', baseUrl }).get('/v1/tenant'), Unauthenticated)
})

test('pages give every item once', async () => {
  const tag = randomUUID()
  const made: string[] = []
  for (let index = 0; index < 7; index += 1) made.push((await somebody({ tags: [tag] })).id)
  const found = await everything(shop.pages('/v1/customers', { params: { query: { tag, limit: 3 } } }))
  assert.equal(found.length, 7)
  assert.deepEqual(found.map(({ id }) => id).sort(), made.sort())
  assert.deepEqual(await everything(shop.pages('/v1/customers', { params: { query: { tag: `not-${tag}` } } })), [])
  for await (const _ of shop.pages('/v1/customers')) break // the options may be left out
})

test('null removes, and what is left out stays', async () => {
  const maria = await somebody({ last_name: 'Silva', gender: 'female' })
  const params = { path: { customer_id: maria.id } }
  const changed = await shop.patch('/v1/customers/{customer_id}', { params, body: { last_name: null } })
  assert.deepEqual([changed.first_name, changed.last_name, changed.gender], ['Maria', null, 'female'])
})

test('money keeps every digit', async () => {
  for (const amount of ['0.10', LONGEST]) {
    const maria = await somebody()
    await shop.post('/v1/events', { body: paid(maria.id, amount) })
    const params = { path: { customer_id: maria.id } }
    const orders = await everything(shop.pages('/v1/customers/{customer_id}/orders', { params }))
    assert.deepEqual(orders.map(({ total }) => total), [amount])
  }
})
