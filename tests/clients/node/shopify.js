// Shopify's own library decides whose webhooks are: reads one JSON line of requests, answers with one line of verdicts.
import { createInterface } from 'node:readline'
import '@shopify/shopify-api/adapters/web-api'
import { shopifyApi } from '@shopify/shopify-api'

const shopify = shopifyApi({
  apiKey: 'key',
  apiSecretKey: process.argv[2],
  apiVersion: '2026-04',
  hostName: 'clientela.example',
  isEmbeddedApp: false,
  logger: { level: 0 },
})

for await (const line of createInterface({ input: process.stdin })) {
  const verdicts = []
  for (const { headers, body } of JSON.parse(line)) {
    const rawRequest = new Request('https://clientela.example/', { method: 'POST', headers, body })
    const { valid, reason } = await shopify.webhooks.validate({ rawBody: body, rawRequest })
    verdicts.push({ valid, reason: reason ?? null })
  }
  console.log(JSON.stringify(verdicts))
}
