// What the backend has written into the page: keys, goods, who is logged in, and the texts in her language.

export const settings = JSON.parse(document.getElementById('settings').textContent)

const currency = new Intl.NumberFormat(settings.language, { style: 'currency', currency: 'BRL' })

export const say = (key, values = {}) => settings.words[key].replace(/\{(\w+)\}/g, (_, name) => values[name])

export const money = (amount) => currency.format(amount)

export const shoe = (sku) => settings.goods.find((one) => one.sku === sku)

export const page = document.body.dataset.page
