// Runs one Chromium and does what lines of JSON say: {"call", "page", "arguments"} in, {"answer"} or {"error"} out.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { chromium } from 'playwright-core'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

const browser = await chromium.launch({
  executablePath: process.argv[2],
  args: [
    '--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync',
  ],
})
const pages = new Map()
const heard = new Map() // by context: what its pages asked for, and what they complained of
const QUIET_MS = 120

function listen(context) {
  const all = { requests: [], errors: [], open: new Set() }
  heard.set(context, all)
  context.on('request', (request) => {
    all.requests.push({ url: request.url(), body: request.postData() })
    // Of what a page leaves behind nothing is heard any more.
    if (request.isNavigationRequest()) all.open.clear()
    all.open.add(request)
  })
  for (const end of ['requestfinished', 'requestfailed']) context.on(end, (request) => all.open.delete(request))
  context.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) all.errors.push(message.text())
  })
  context.on('weberror', (error) => all.errors.push(String(error.error().stack)))
}

const calls = {
  /** A page of a new visitor, or (`beside` the id of a page) another tab of the same one. */
  async open(id, options, beside, script) {
    const context = beside ? pages.get(beside).context() : await browser.newContext(options)
    if (!beside) listen(context)
    if (script) await context.addInitScript(script)
    const page = await context.newPage()
    page.setDefaultTimeout(10_000)
    pages.set(id, page)
  },
  heard(id) {
    const { requests, errors } = heard.get(pages.get(id).context())
    return { requests, errors }
  },
  /** Wait until nothing has been asked for a moment, and all is answered. */
  async settled(id) {
    const { requests, open } = heard.get(pages.get(id).context())
    let before
    do {
      before = requests.length
      await new Promise((resolve) => setTimeout(resolve, QUIET_MS))
    } while (open.size > 0 || requests.length > before)
  },
  /** Wait until something is asked of this address, and not answered yet. */
  async waits(id, url) {
    const { open } = heard.get(pages.get(id).context())
    while (![...open].some((request) => request.url().startsWith(url))) {
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  },
  /** Answers from this address are lost on their way from now on, or come through again. */
  lose: (id, url) =>
    pages.get(id).context().route(`${url}/**`, async (route) => {
      await route.fetch()
      await route.abort()
    }),
  mend: (id) => pages.get(id).context().unrouteAll({ behavior: 'wait' }),
  press: (id, key) => pages.get(id).keyboard.press(key),
  async judge(id) {
    const page = pages.get(id)
    await page.evaluate(AXE)
    const found = await page.evaluate((values) => axe.run({ runOnly: { type: 'tag', values } }), RULES)
    return {
      violations: found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(' ')}`),
      passes: found.passes.map((one) => one.id),
    }
  },
  /** As with the cross of the tab. */
  leave: (id) => pages.get(id).close({ runBeforeUnload: true }),
  close: (id) => pages.get(id).context().close(),
}

for await (const line of createInterface({ input: process.stdin })) {
  const { call, page, given } = JSON.parse(line)
  let told
  try {
    const answer = await (calls[call] ? calls[call](page, ...given) : pages.get(page)[call](...given))
    told = { answer: ['goto', 'reload', 'goBack', 'waitForSelector', 'screenshot'].includes(call) ? null : (answer ?? null) }
  } catch (error) {
    told = { error: String(error.stack) }
  }
  console.log(JSON.stringify(told))
}
await browser.close()
