// Talks to Clientela with the publishable key. Events wait in the browser, each under an id of its own, until it has
// them: a second try, another tab or a reload doubles nothing. The same call tells what the page may know.
import { call } from './backend.js'
import { settings } from './settings.js'

const WAITING = 'event:'
const EVENTS_PER_CALL = 20
const MOST_WAITING = 200
const PATIENCE_MS = 1500
const LONGEST_PAUSE_S = 60
const underway = new Set()
let token = settings.token
let failures = 0

/** The id of this browser; null unless she has agreed to have one. */
export const device = () => localStorage.getItem('device')

export const nameDevice = () => localStorage.setItem('device', device() ?? crypto.randomUUID())

/** Forget the browser's id, and what was not sent yet. */
export function forgetDevice() {
  localStorage.removeItem('device')
  for (const event of waiting()) localStorage.removeItem(WAITING + event.message_id)
}

/** Keep an event until it is sent; nothing without consent. */
export function record(type, properties = {}) {
  if (device() === null || waiting().length >= MOST_WAITING) return
  const event = {
    type,
    message_id: crypto.randomUUID(),
    customer: { anonymous_id: device() }, // of now: who logs in or out before it is sent changes nothing
    occurred_at: new Date().toISOString(),
    properties,
  }
  // One entry each, so that two tabs never overwrite each other's.
  localStorage.setItem(WAITING + event.message_id, JSON.stringify(event))
}

/** Once for each entry of the tab's history: a reload, or coming back, is no second view. */
export function recordView(type, properties) {
  if (device() === null || history.state?.[type]) return
  record(type, properties)
  history.replaceState({ ...history.state, [type]: true }, '')
}

/** Send what waits, and tell the page ('told') what it may know; without an answer, again a little later. */
export async function ask() {
  const events = waiting().filter((event) => !underway.has(event.message_id)).slice(0, EVENTS_PER_CALL)
  if (settings.customer && token === null) token = (await call('/api/token'))?.token ?? null
  if (device() === null && token === null) return
  for (const event of events) underway.add(event.message_id)
  let answer = await post(events)
  if (answer?.status === 422 && token !== null) {
    token = (await call('/api/token'))?.token ?? null // the old one has ended
    answer = await post(events)
  }
  for (const event of events) underway.delete(event.message_id)
  if (!answer?.ok) return askLater(answer)
  failures = 0
  for (const event of events) localStorage.removeItem(WAITING + event.message_id) // those that it refused, too
  document.dispatchEvent(new CustomEvent('told', { detail: await answer.json() }))
  if (events.length === EVENTS_PER_CALL) await ask()
}

function waiting() {
  const keys = Object.keys(localStorage).filter((key) => key.startsWith(WAITING))
  const events = keys.map((key) => JSON.parse(localStorage.getItem(key))).filter(Boolean)
  return events.sort((one, other) => one.occurred_at.localeCompare(other.occurred_at))
}

async function post(events) {
  const visitor = { customer: device() ? { anonymous_id: device() } : null, identity_token: token }
  try {
    return await fetch(`${settings.api}/v1/storefront/context`, {
      method: 'POST',
      keepalive: true, // goes on when the page is left
      headers: { Authorization: `Bearer ${settings.key}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ ...visitor, events }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    })
  } catch {
    return null
  }
}

function askLater(answer) {
  const wanted = Number(answer?.headers.get('Retry-After'))
  setTimeout(ask, 1000 * Math.min(LONGEST_PAUSE_S, wanted || 2 ** ++failures))
}

addEventListener('pagehide', () => {
  if (waiting().some((event) => !underway.has(event.message_id))) ask()
})
