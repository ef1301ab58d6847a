// Follows the loop: when something happens the same page is fetched again, and those of its parts that
// differ are replaced. Open folds, the cursor, what was typed and the place on the page stay.
import { setClock } from './countdown.js'
import { refreshFilters, typedFilters } from './filter.js'
import { keepChosen } from './keys.js'

const shortest = 400
const longest = 15000
let timer = null
let isFetching = false

/** Whether somebody is answering a question in it: then it must not change under the hand. */
function isBusy(part) {
  return part.querySelector('details.order[open]') !== null
    || (part.contains(document.activeElement) && document.activeElement.matches('input, select'))
}

function openFolds(part) {
  return new Set([...part.querySelectorAll('details[open][id]')].map(fold => fold.id))
}

/** Puts the new part in place of the old one; false where both say the same. */
function replace(old, fresh) {
  const folds = openFolds(old)
  const scrolled = [...old.querySelectorAll('.scroll, pre')].map(box => [box.scrollLeft, box.scrollTop])
  const focused = old.contains(document.activeElement) ? document.activeElement : null
  const key = focused?.id || focused?.closest('[id]')?.id
  const selector = focused?.tagName.toLowerCase()
  const next = document.importNode(fresh, true)
  for (const fold of next.querySelectorAll('details[id]')) fold.open = folds.has(fold.id)
  old.replaceWith(next)
  next.querySelectorAll('.scroll, pre').forEach((box, index) => {
    if (scrolled[index]) [box.scrollLeft, box.scrollTop] = scrolled[index]
  })
  if (key) {
    const place = document.getElementById(key)
    const target = place?.matches(selector) ? place : place?.querySelector(selector)
    target?.focus({ preventScroll: true })
  }
}

function comparable(part) {
  const copy = part.cloneNode(true)
  for (const time of copy.querySelectorAll('time')) time.textContent = ''
  for (const bar of copy.querySelectorAll('progress')) bar.removeAttribute('value')
  for (const fold of copy.querySelectorAll('details')) fold.open = false
  for (const row of copy.querySelectorAll('.chosen')) row.classList.remove('chosen')
  for (const row of copy.querySelectorAll('[class=""]')) row.removeAttribute('class')
  for (const box of copy.querySelectorAll('.filter')) box.hidden = true
  for (const row of copy.querySelectorAll('tr[hidden]')) row.hidden = false
  for (const output of copy.querySelectorAll('output')) output.textContent = ''
  return copy.outerHTML
}

function say(text) {
  const place = document.getElementById('said')
  if (place && text && place.textContent !== text) place.textContent = text
}

async function renew() {
  if (isFetching || document.hidden) return
  isFetching = true
  try {
    // The answer to a refused order names the page that it shows: at its own address nothing can be asked.
    const address = document.querySelector('link[rel="canonical"]')?.href ?? location.href
    const answer = await fetch(address, { credentials: 'same-origin' })
    // The session is over: the page stays as it is, and says so.
    if (answer.redirected && new URL(answer.url).pathname === '/login') {
      say('You are logged out: this page no longer follows.')
      document.body.dataset.stale = 'true'
      return
    }
    if (!answer.ok) return
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
    const typed = typedFilters()
    let changed = false
    for (const old of document.querySelectorAll('[data-live][id]')) {
      const fresh = page.getElementById(old.id)
      if (!fresh || isBusy(old) || comparable(old) === comparable(fresh)) continue
      replace(old, fresh)
      changed = true
    }
    setClock(page)
    if (changed) {
      document.title = page.title
      const counter = page.querySelector('.sections')
      if (counter) document.querySelector('.sections')?.replaceWith(document.importNode(counter, true))
      refreshFilters(typed)
      keepChosen()
      say(document.querySelector('.headline')?.textContent.trim().replace(/\s+/g, ' ') ?? 'This page was renewed.')
    }
  } catch {
    // The daemon is not there for the moment: the next event or tick asks again.
  } finally {
    isFetching = false
  }
}

/** Many events at once are one renewal. */
function soon() {
  if (timer !== null) return
  timer = setTimeout(() => {
    timer = null
    renew()
  }, shortest)
}

export function startLive() {
  if (!document.querySelector('[data-live][id]') || !document.querySelector('.sections')) return
  const events = new EventSource('/v1/events')
  for (const kind of ['action', 'status', 'alert']) events.addEventListener(kind, soon)
  setInterval(soon, longest)
  document.addEventListener('visibilitychange', () => { if (!document.hidden) soon() })
}
