// What she decides about herself: the banner that asks, and the choices behind the button at the end of every page.
import { call } from './backend.js'
import { ask, device, forgetDevice, nameDevice } from './clientela.js'
import { say, settings } from './settings.js'

const banner = document.getElementById('ask')
const dialog = document.getElementById('choices')
let told = null

/** {id, decision, place, decided_at, url, device, recorded}, or null while she has not decided. */
export const choice = () => JSON.parse(localStorage.getItem('choice'))

/** What the backend has not heard yet. */
export const untold = () => (choice()?.recorded === false ? choice() : null)

/** It has heard it with something else. */
export const wasTold = () => choice() && keep({ ...choice(), recorded: true })

/** Ask her, unless she has decided; and say again to the backend what it has not heard. */
export async function begin(onDecided) {
  for (const button of banner.querySelectorAll('button')) {
    button.addEventListener('click', async () => {
      document.querySelector('h1').focus() // the banner goes, and the focus must not be lost with it
      await decide(button.value, 'banner')
      onDecided()
    })
  }
  document.getElementById('open-choices').addEventListener('click', open)
  dialog.querySelector('form').addEventListener('submit', async () => {
    await save()
    onDecided()
  })
  dialog.querySelector('[type=button]').addEventListener('click', () => dialog.close())
  addEventListener('storage', show) // decided in another tab
  show()
  if (choice() === null && navigator.globalPrivacyControl) await decide('refused', 'gpc')
  else if (untold()) await tell()
}

const show = () => (banner.hidden = choice() !== null)

async function decide(decision, place) {
  const before = device()
  if (decision === 'given') nameDevice()
  else forgetDevice()
  keep({ ...decided(decision, place), device: device() ?? before, recorded: false })
  show()
  await tell()
}

const decided = (decision, place) => ({
  id: crypto.randomUUID(),
  decision,
  place,
  decided_at: new Date().toISOString(),
  url: location.href,
})

const keep = (made) => localStorage.setItem('choice', JSON.stringify(made))

async function tell() {
  const made = choice()
  // A no of somebody of whom nothing is kept stays in her browser, until she logs in.
  if (made.device === null && settings.customer === null) return
  const answer = await call('/api/consent', { ...made, purpose: 'personalisation' })
  if (answer !== null && choice()?.id === made.id) keep({ ...made, recorded: true })
}

function open() {
  dialog.querySelector('[name=personal]').checked = choice()?.decision === 'given'
  dialog.querySelector('#email-choice').hidden = told === null || settings.customer === null
  dialog.querySelector('[name=email]').checked = mayEmail()
  dialog.showModal()
}

const mayEmail = () => told?.consents.some((one) => one.channel === 'email' && one.allowed) ?? false

async function save() {
  const wanted = dialog.querySelector('[name=personal]').checked
  if (wanted !== (choice()?.decision === 'given') || choice() === null) {
    await decide(wanted ? 'given' : choice() === null ? 'refused' : 'withdrawn', 'personal')
  }
  const email = dialog.querySelector('[name=email]').checked
  if (told !== null && settings.customer !== null && email !== mayEmail()) {
    const made = decided(email ? 'given' : 'withdrawn', 'email')
    await call('/api/consent', { ...made, purpose: 'marketing', device: null })
  }
  document.getElementById('news').textContent = say('saved')
}

document.addEventListener('told', ({ detail }) => {
  told = detail
  // Her no counts in every browser where she logs in, her yes only in the one where she has said it.
  if (told.profiling_opt_out && (choice() === null || isOldYes(choice()))) {
    forgetDevice()
    keep({ decision: 'refused', device: null, recorded: true })
    show()
  }
})

/** A yes of just now may not have arrived yet. */
const isOldYes = ({ decision, decided_at }) => decision === 'given' && Date.now() - Date.parse(decided_at) > 60_000
