// Narrows the rows of a table to those that hold every word typed above it.

function apply(box) {
  const input = box.querySelector('input')
  const table = box.nextElementSibling?.querySelector('table')
  if (!input || !table) return
  const words = input.value.toLowerCase().split(/\s+/).filter(Boolean)
  let shown = 0
  const rows = table.tBodies[0]?.rows ?? []
  for (const row of rows) {
    const text = row.textContent.toLowerCase()
    row.hidden = !words.every(word => text.includes(word))
    if (!row.hidden) shown += 1
  }
  box.querySelector('output').textContent = words.length > 0 ? `${shown} of ${rows.length}` : ''
}

/** Shows the boxes, which do nothing without this, and keeps what was typed in them. */
export function refreshFilters(typed = new Map()) {
  for (const box of document.querySelectorAll('.filter')) {
    const input = box.querySelector('input')
    if (typed.has(input.id)) input.value = typed.get(input.id)
    box.hidden = false
    apply(box)
  }
}

/** What is typed in each box, by its id. */
export function typedFilters() {
  const typed = new Map()
  for (const input of document.querySelectorAll('.filter input')) typed.set(input.id, input.value)
  return typed
}

export function startFilters() {
  refreshFilters()
  document.addEventListener('input', event => {
    const box = event.target.closest('.filter')
    if (box) apply(box)
  })
}
