// The basket lives in the browser: the shop could not work without it, so it asks for no consent.
import { ask, record } from './clientela.js'
import { settings, shoe } from './settings.js'

const { voucher, rebate, delivery, free_from } = settings.prices

/** [{shoe, quantity}] */
export function lines() {
  const kept = JSON.parse(localStorage.getItem('basket') ?? '{}')
  return Object.entries(kept)
    .filter(([sku]) => shoe(sku))
    .map(([sku, quantity]) => ({ shoe: shoe(sku), quantity }))
}

export const count = () => lines().reduce((sum, line) => sum + line.quantity, 0)

const goodsTotal = () => lines().reduce((sum, line) => sum + line.quantity * Number(line.shoe.price), 0)

/** What the backend will reckon too, for whom alone it counts. */
export function prices(code) {
  const goods = goodsTotal()
  const found = {
    rebate: code.trim() === voucher ? Math.round(goods * Number(rebate) * 100) / 100 : 0,
    delivery: goods >= Number(free_from) ? 0 : Number(delivery),
  }
  return { ...found, total: goods - found.rebate + found.delivery }
}

export function put(sku, quantity) {
  const kept = JSON.parse(localStorage.getItem('basket') ?? '{}')
  kept[sku] = quantity
  if (quantity < 1) delete kept[sku]
  localStorage.setItem('basket', JSON.stringify(kept))
  // The order's id, from its first pair on: buying twice by mistake is buying once.
  localStorage.setItem('order', localStorage.getItem('order') ?? crypto.randomUUID())
  showCount()
  record('cart.updated', asProperties())
  ask()
}

export function empty() {
  localStorage.removeItem('basket')
  localStorage.removeItem('order')
  showCount()
}

export function showCount() {
  document.getElementById('basket-count').textContent = count() || ''
}

export const asProperties = () => ({
  total: goodsTotal().toFixed(2),
  currency: 'BRL',
  items: lines().map(({ shoe, quantity }) => ({
    sku: shoe.sku,
    name: shoe.name,
    category: shoe.category,
    quantity,
    unit_price: shoe.price,
  })),
})
