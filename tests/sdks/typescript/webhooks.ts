// Webhooks: those that the service's worker sends, and a list of forged ones with the verdicts of an oracle.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { verifyWebhook, WebhookRefused } from '@clientela/sdk'
import { shop } from './shop.js'

const ANOTHER = `whsec_${btoa('another secret of the same kind')}`

/** A message as the worker delivers it, and the secret of the endpoint. */
async function delivered(): Promise<{ body: string; headers: IncomingHttpHeaders; secret: string }> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const got = new Promise<{ body: string; headers: IncomingHttpHeaders }>((resolve) => {
    server.once('request', async (request, response) => {
      let body = ''
      for await (const chunk of request.setEncoding('utf8')) body += chunk
      response.writeHead(204).end(() => resolve({ body, headers: request.headers }))
    })
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`
  const { id, secret } = await shop.post('/v1/webhook-endpoints', { body: { url, event_types: ['customer.created'] } })
  await shop.post('/v1/customers', { body: { anonymous_ids: ['webhook-2'], first_name: 'São' } })
  const { body, headers } = await got
  await shop.delete('/v1/webhook-endpoints/{webhook_endpoint_id}', { params: { path: { webhook_endpoint_id: id } } })
  server.close()
  server.closeAllConnections()
  return { body, headers, secret }
}

test('what the worker delivers is verified, and what is not its own is refused', { timeout: 60_000 }, async () => {
  const { body, headers, secret } = await delivered()
  const message = await verifyWebhook(body, headers, secret)
  assert.ok(message.type === 'customer.created')
  assert.match(message.data.customer_id, /^cus_/)
  const asFetchHasThem = new Headers(headers as Record<string, string>)
  assert.deepEqual(await verifyWebhook(body, asFetchHasThem, [ANOTHER, secret]), message)
  const refused: [string, IncomingHttpHeaders, string | string[], number?][] = [
    [`${body} `, headers, secret],
    [body.replace('created', 'deleted'), headers, secret],
    [body, { ...headers, 'webhook-id': 'msg_other' }, secret],
    [body, { ...headers, 'webhook-timestamp': String(Number(headers['webhook-timestamp']) - 1) }, secret],
    [body, headers, ANOTHER],
    [body, headers, []],
    [body, headers, secret, -1],
  ]
  for (const one of refused) await assert.rejects(verifyWebhook(...one), WebhookRefused)
})

test('a secret that is none verifies nothing', async () => {
  const stamp = String(Math.floor(Date.now() / 1000))
  const signature = createHmac('sha256', '').update(`msg_1.${stamp}.{}`).digest('base64')
  const headers = { 'webhook-id': 'msg_1', 'webhook-timestamp': stamp, 'webhook-signature': `v1,${signature}` }
  for (const secret of ['', 'whsec_', 'no secret']) await assert.rejects(verifyWebhook('{}', headers, secret))
})

test('the oracle takes and refuses the same', async () => {
  const file = JSON.parse(await readFile(process.env.CLIENTELA_FORGED ?? '', 'utf8'))
  const verdicts: boolean[] = []
  for (const { body, headers } of file.requests) {
    verdicts.push(await verifyWebhook(body, headers, file.secret).then(() => true, (error) => {
      assert.ok(error instanceof WebhookRefused)
      return false
    }))
  }
  assert.deepEqual(verdicts, file.verdicts)
  assert.ok(verdicts.includes(true) && verdicts.includes(false))
})
