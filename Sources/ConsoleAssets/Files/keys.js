// The keyboard. Single letters do nothing while something is typed, nor with a modifier, so that they
// take nothing from the browser or a screen reader.

const rows = () => [...document.querySelectorAll('[data-key="row"]')].filter(row => !row.hidden)
let chosenID = null
let awaitsSection = false

function choose(row) {
  document.querySelector('.chosen')?.classList.remove('chosen')
  chosenID = row?.id ?? null
  if (!row) return
  row.classList.add('chosen')
  row.scrollIntoView({ block: 'nearest' })
  row.querySelector('a')?.focus({ preventScroll: true })
}

function move(step) {
  const all = rows()
  if (all.length === 0) return
  const at = all.findIndex(row => row.id === chosenID)
  choose(all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1)])
}

/** Marks the chosen row again after a page was renewed. */
export function keepChosen() {
  const row = chosenID === null ? null : document.getElementById(chosenID)
  row?.classList.add('chosen')
}

/** Opens a question of the chosen row, or of the page, and puts the cursor on its answer. */
function ask(key) {
  const chosen = chosenID === null ? null : document.getElementById(chosenID)
  const summary = (chosen ?? document.querySelector('main')).querySelector(`summary[data-key="${key}"]`)
  if (!summary) return
  summary.parentElement.open = true
  summary.parentElement.querySelector('button')?.focus()
}

function go(key) {
  for (const link of document.querySelectorAll('.sections a')) {
    if (link.dataset.key === `g ${key}`) link.click()
  }
}

function leave() {
  const open = document.activeElement?.closest('details.order[open]')
  if (!open) return false
  open.open = false
  open.querySelector('summary').focus()
  return true
}

function isTyping(target) {
  return target.closest?.('input, select, textarea, [contenteditable]') != null
}

function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
  if (event.key === 'Escape') {
    if (leave()) event.preventDefault()
    else if (isTyping(event.target)) event.target.blur()
    return
  }
  if (isTyping(event.target) || document.querySelector('dialog[open]')) return
  if (awaitsSection) {
    awaitsSection = false
    go(event.key)
    event.preventDefault()
    return
  }
  switch (event.key) {
    case 'g':
      awaitsSection = true
      setTimeout(() => { awaitsSection = false }, 1500)
      break
    case '/': {
      const box = [...document.querySelectorAll('input[data-key="/"]')].find(input => input.offsetParent)
      if (!box) return
      box.focus()
      box.select()
      break
    }
    case 'j': move(1); break
    case 'k': move(-1); break
    case 'a':
    case 'r': ask(event.key); break
    case '?': document.getElementById('keys')?.showModal(); break
    case 'Enter': {
      // Whatever has the cursor does what it does; otherwise the chosen row opens.
      if (event.target !== document.body || chosenID === null) return
      document.getElementById(chosenID)?.querySelector('a')?.click()
      break
    }
    default: return
  }
  event.preventDefault()
}

export function startKeys() {
  document.addEventListener('keydown', press)
}
