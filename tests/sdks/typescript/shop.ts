// The running service that the tests talk to, and what they send.
import { randomUUID } from 'node:crypto'
import { Clientela, type Customer, type CustomerCreate, type EventCreate } from '@clientela/sdk'

export const { CLIENTELA_URL: baseUrl = '', CLIENTELA_KEY: key = '', CLIENTELA_SLOW_KEY: slowKey = '' } = process.env
export const shop = new Clientela({ key, baseUrl })

/** A customer nobody knows yet. */
export function somebody(more: CustomerCreate = {}): Promise<Customer> {
  const body = { external_ids: [{ source: 'main-shop', id: randomUUID() }], first_name: 'Maria', ...more }
  return shop.post('/v1/customers', { body })
}

export function paid(customer_id: string, total: string): EventCreate {
  const order_id = randomUUID()
  return {
    type: 'order.paid',
    message_id: `paid-${order_id}`,
    occurred_at: '2026-11-01T12:00:00-03:00',
    customer: { id: customer_id },
    properties: { currency: 'BRL', total, order_id },
  }
}

export async function everything<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const item of pages) found.push(item)
  return found
}
