// What her segment is worth to her: a word of thanks for the best customers, a voucher for those who stay away.
import { element } from './dom.js'
import { say, settings } from './settings.js'

const AWAY = new Set(['at_risk', 'cannot_lose', 'hibernating', 'lost'])

document.addEventListener('told', ({ detail }) => {
  const offer = offerFor(detail)
  const place = document.getElementById('offer')
  place.className = offer ?? ''
  place.replaceChildren()
  if (offer === null) return
  const values = { name: settings.customer.first_name, voucher: settings.prices.voucher }
  place.append(
    element('strong', {}, say(`${offer}_title`, values)),
    element('span', {}, say(`${offer}_text`, values)),
  )
})

function offerFor({ tier, segment }) {
  if (settings.customer === null) return null
  if (tier === 'vip') return 'vip'
  return AWAY.has(segment?.name) ? 'win_back' : null
}
