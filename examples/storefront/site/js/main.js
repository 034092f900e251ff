// The beginning of every page: show it, ask for consent if she has not decided, and hear what the page may know.
import './offers.js'
import { showCount } from './basket.js'
import { begin } from './choices.js'
import { ask } from './clientela.js'
import { logOut, recordPage, show } from './pages.js'
import { page } from './settings.js'

show[page]()
showCount()
document.getElementById('log-out')?.addEventListener('click', logOut)
addEventListener('storage', showCount)

await begin(() => {
  recordPage()
  ask()
})
recordPage()
ask()
