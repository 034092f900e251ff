/** Webhooks as the service signs them: Standard Webhooks (https://www.standardwebhooks.com), scheme v1. */
import { WebhookRefused } from './errors.js'
import type * as known from './schema.js'

/** What subscribers are told; `type` says which of them it is. */
export type WebhookMessage = known.CustomerMessage | known.OrderMessage | known.ConsentMessage | known.SegmentMessage
  | known.PrivacyRequestMessage | known.PingMessage

type Given = Headers | Record<string, string | string[] | undefined>

/**
 * The message in `body`, once it is known to be signed with one of `secrets` (`whsec_…`; two while one is replaced).
 * `body`: the text as it came. `tolerance`: seconds between its timestamp and now. Throws WebhookRefused.
 */
export async function verifyWebhook(body: string, headers: Given, secrets: string | string[], tolerance = 300) {
  const given = new Headers(headers as HeadersInit)
  const [id, timestamp] = [given.get('webhook-id'), given.get('webhook-timestamp') ?? '']
  if (!id || !/^\d+$/.test(timestamp)) throw new WebhookRefused('webhook-id or webhook-timestamp cannot be read')
  if (!(Math.abs(Date.now() / 1000 - Number(timestamp)) <= tolerance)) throw new WebhookRefused('too old, or too new')
  const signed = new TextEncoder().encode(`${id}.${timestamp}.${body}`)
  const signatures = (given.get('webhook-signature') ?? '').split(' ').filter((one) => one.startsWith('v1,'))
  for (const secret of [secrets].flat()) {
    const hmac = { name: 'HMAC', hash: 'SHA-256' }
    const key = await crypto.subtle.importKey('raw', bytes(secret.replace(/^whsec_/, '')), hmac, false, ['verify'])
    for (const one of signatures) {
      // `verify` compares in constant time.
      if (await crypto.subtle.verify(hmac, key, bytes(one.slice(3)), signed)) return JSON.parse(body) as WebhookMessage
    }
  }
  throw new WebhookRefused('no signature is by any of the secrets')
}

/** What a base64 text stands for; nothing where it is none. */
function bytes(text: string) {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
  } catch {
    return new Uint8Array()
  }
}
