// Runs one real library for Node: reads one JSON line per task, answers with one JSON line when all of it was flushed.
import { createInterface } from 'node:readline'
import { Analytics } from '@segment/analytics-node'
import RudderAnalytics from '@rudderstack/rudder-sdk-node'

const given = JSON.parse(process.argv[2])
const errors = []

function segment() {
  const analytics = new Analytics({
    writeKey: given.key,
    host: given.host,
    maxEventsInBatch: given.size,
    flushInterval: 200,
    maxRetries: 30,
  })
  analytics.on('error', (error) => errors.push(String(error.reason ?? error.message ?? error.code)))
  return {
    call: (method, message) => analytics[method](message),
    flush: () => analytics.flush({ timeout: 60_000 }),
    close: () => analytics.closeAndFlush({ timeout: 5_000 }),
  }
}

function rudder() {
  const analytics = new RudderAnalytics(given.key, {
    dataPlaneUrl: given.host,
    flushAt: given.size,
    flushInterval: 200,
    retryCount: 30,
    gzip: given.gzip,
    logLevel: 'silly',
    errorHandler: (error) => errors.push(String(error.message)),
  })
  analytics.logger = { debug() {}, info() {}, error() {}, warn() {}, silly() {} }
  return {
    call: (method, message) => analytics[method](message),
    // A flush sends one batch, and resolves at once while another is under way and nothing is waiting.
    flush: async () => {
      do {
        await analytics.flush()
        await analytics.pendingFlush
      } while (analytics.queue.length > 0)
    },
    close: async () => {
      clearTimeout(analytics.timer)
      clearTimeout(analytics.flushTimer)
    },
  }
}

const library = given.library === 'segment' ? segment() : rudder()
for await (const line of createInterface({ input: process.stdin })) {
  for (const { method, ...message } of JSON.parse(line)) library.call(method, message)
  await library.flush()
  console.log(JSON.stringify({ errors: errors.splice(0) }))
}
await library.close()
