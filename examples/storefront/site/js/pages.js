// What each page shows, and what it records about itself.
import { call } from './backend.js'
import * as basket from './basket.js'
import { untold, wasTold } from './choices.js'
import { ask, device, recordView } from './clientela.js'
import { element, picture } from './dom.js'
import { money, page, say, settings, shoe } from './settings.js'

const main = document.querySelector('main')
const news = document.getElementById('news')
const find = (selector) => main.querySelector(selector)

export const show = { home, shoe: oneShoe, basket: inBasket, account }

/** What is recorded of this page's view, if she has agreed. */
export function recordPage() {
  recordView('page.viewed', { path: location.pathname, title: document.title })
  const seen = shoe(new URLSearchParams(location.search).get('sku'))
  if (page === 'shoe' && seen) {
    const { sku, name, category, price } = seen
    recordView('product.viewed', { sku, name, category, price, currency: 'BRL' })
  }
  if (page === 'basket' && basket.count()) recordView('checkout.started', basket.asProperties())
}

function home() {
  find('#shoes').replaceChildren(
    ...settings.goods.map((one) =>
      element('li', {}, element('a', { href: `/shoe?sku=${one.sku}` },
        picture(one, ''),
        element('span', { class: 'name' }, one.name),
        element('span', { class: 'kind' }, say(one.category)),
        element('span', { class: 'price' }, money(one.price)))),
    ),
  )
}

function oneShoe() {
  const shown = shoe(new URLSearchParams(location.search).get('sku'))
  if (!shown) {
    find('h1').textContent = say('unknown_shoe')
    return
  }
  document.title = `${shown.name} – Passolume`
  find('h1').textContent = shown.name
  find('#picture').append(picture(shown, say('picture_of', { name: shown.name })))
  find('.kind').textContent = say(shown.category)
  find('.about').textContent = say(`about_${shown.sku}`)
  find('.price').textContent = money(shown.price)
  find('button').hidden = false
  find('button').addEventListener('click', () => {
    const had = basket.lines().find((line) => line.shoe === shown)?.quantity ?? 0
    basket.put(shown.sku, had + 1)
    news.replaceChildren(say('added', { name: shown.name }), ' ',
      element('a', { href: '/basket' }, say('to_basket')))
  })
}

function inBasket() {
  showLines()
  const form = find('form')
  for (const [name, value] of Object.entries(settings.customer ?? {})) {
    form.elements[name].value = value
    form.elements[name].readOnly = true
  }
  form.elements.voucher.addEventListener('input', showPrices)
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    buy(form)
  })
}

function showLines() {
  const isEmpty = basket.count() === 0
  find('#empty').hidden = !isEmpty
  find('#full').hidden = isEmpty
  find('#lines').replaceChildren(...basket.lines().map(basketLine))
  showPrices()
}

function showPrices() {
  const { rebate, delivery, total } = basket.prices(find('[name=voucher]').value)
  for (const part of main.querySelectorAll('.rebate')) part.hidden = rebate === 0
  find('dd.rebate').textContent = money(-rebate)
  find('#delivery').textContent = delivery ? money(delivery) : say('free')
  find('#total').textContent = money(total)
}

function basketLine({ shoe: one, quantity }) {
  const change = (event) => {
    basket.put(one.sku, Math.min(99, Math.max(0, Math.trunc(Number(event.target.value)))))
    showLines()
  }
  const remove = () => {
    basket.put(one.sku, 0)
    showLines()
    find('h1').focus()
  }
  return element('li', {},
    picture(one, ''),
    element('a', { href: `/shoe?sku=${one.sku}`, class: 'name' }, one.name),
    element('input', { type: 'number', min: 0, max: 99, value: quantity, change,
      'aria-label': say('quantity_of', { name: one.name }) }),
    element('span', { class: 'price' }, money(quantity * Number(one.price))),
    element('button', { type: 'button', class: 'quiet', click: remove,
      'aria-label': say('remove_what', { name: one.name }) }, say('remove')))
}

async function buy(form) {
  const button = form.querySelector('button')
  button.disabled = true
  const { first_name, last_name, email, voucher, newsletter } = form.elements
  const answer = await call('/api/orders', {
    id: localStorage.getItem('order'),
    lines: basket.lines().map((line) => [line.shoe.sku, line.quantity]),
    customer: { first_name: first_name.value, last_name: last_name.value, email: email.value },
    voucher: voucher.value.trim(),
    newsletter: newsletter.checked,
    ...ofThisBrowser(),
  })
  button.disabled = false
  if (answer === null) {
    news.textContent = say('order_failed')
    return
  }
  wasTold()
  basket.empty()
  showLines()
  find('#empty').hidden = true
  news.textContent = say('thanks', { order: answer.order_id })
  find('h1').focus()
}

function account() {
  find('.people').append(...settings.people.map((one) =>
    element('form', {},
      element('p', {}, element('strong', {}, one.first_name), ' ', say(one.note)),
      element('input', { type: 'hidden', name: 'email', value: one.email }),
      element('button', {}, say('be', { name: one.first_name })))))
  for (const form of main.querySelectorAll('form')) {
    form.addEventListener('submit', async (event) => {
      event.preventDefault()
      if (settings.customer) await leave()
      const answer = await call('/api/login', { ...Object.fromEntries(new FormData(form)), ...ofThisBrowser() })
      if (answer === null) return
      wasTold()
      location.assign('/')
    })
  }
}

/** What the backend must know to make her of whom this browser was: its id, and a decision that is not told yet. */
const ofThisBrowser = () => ({ device: device(), choice: untold(), url: location.href })

export async function logOut() {
  await leave()
  location.assign('/')
}

/** Nothing of her stays in this browser: the next to use it may be somebody else. */
async function leave() {
  await ask()
  await call('/api/logout')
  localStorage.clear()
}
