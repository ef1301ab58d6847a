// Runs the times down that a page was made with, by the server's clock and not this machine's.

let ahead = 0

/** Takes the server's time from a page, as milliseconds since 1970. */
export function setClock(page) {
  const server = Number(page.body.dataset.now)
  if (Number.isFinite(server) && server > 0) ahead = server - Date.now()
}

/** As the server words it: at most two units. */
function words(seconds) {
  if (seconds <= 0) return 'over'
  const whole = Math.floor(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  if (whole < 86400) return `${Math.floor(whole / 3600)} h ${Math.floor(whole / 60) % 60} min`
  return `${Math.floor(whole / 86400)} d ${Math.floor(whole / 3600) % 24} h`
}

function tick() {
  for (const time of document.querySelectorAll('time[data-until]')) {
    const left = (Number(time.dataset.until) - Date.now() - ahead) / 1000
    const text = words(left)
    if (time.textContent !== text) time.textContent = text
    const bar = time.closest('.lease')?.querySelector('progress')
    if (bar) bar.value = Math.max(0, left)
  }
}

export function startCountdowns() {
  setClock(document)
  tick()
  setInterval(tick, 1000)
}
