// What was typed into a form and is not saved yet, kept in the browser for the person who typed it.
// It goes when the form is saved and when the person signs out, and after three days.

const PREFIX = 'typed:'
const LONGEST = 3 * 24 * 60 * 60 * 1000
const OWN = new Set(['csrf_token', 'version', 'opened', 'whose', 'then'])

// A browser may refuse to keep anything; then the page keeps the text as far as it can.
const quietly = (act) => { try { return act() } catch { return undefined } }
const keys = () => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX))
const path = (form) => new URL(form.action).pathname
const keyOf = (form) => form.dataset.keeper && `${PREFIX}${form.dataset.keeper}:${path(form)}`

export const answers = (form) => [...new FormData(form)].filter(([name]) => !OWN.has(name))

export const keep = (form) => quietly(() => {
  if (!keyOf(form)) return
  const { version, opened } = form.elements
  const kept = { at: Date.now(), version: version?.value, opened: opened?.value, fields: answers(form) }
  localStorage.setItem(keyOf(form), JSON.stringify(kept))
  return true
})

export const forget = (form) => quietly(() => { localStorage.removeItem(keyOf(form)) })

export const forgetPath = (which) => quietly(() => {
  for (const key of keys()) if (key.endsWith(`:${which}`)) localStorage.removeItem(key)
})

export const forgetAll = () => quietly(() => { for (const key of keys()) localStorage.removeItem(key) })

export const forgetOld = () => quietly(() => {
  for (const key of keys()) {
    const { at } = JSON.parse(localStorage.getItem(key))
    if (!(Date.now() - at < LONGEST)) localStorage.removeItem(key)
  }
})

// Asks the portal for the form with what was typed in it; nothing is saved by that.
export const showAgain = (form) => quietly(() => {
  const kept = JSON.parse(localStorage.getItem(keyOf(form)))
  if (!kept || 'unsaved' in form.dataset) return
  if (JSON.stringify(kept.fields) === JSON.stringify(answers(form))) return forget(form)
  const again = document.createElement('form')
  again.method = 'post'
  again.action = form.action
  again.hidden = true
  const token = form.elements.csrf_token.value
  const { whose } = form.elements
  const own = [['csrf_token', token], ['whose', whose?.value], ['version', kept.version], ['opened', kept.opened], ['then', 'show']]
  for (const [name, value] of [...own, ...kept.fields]) {
    const field = document.createElement('textarea')
    field.name = name
    field.value = value ?? ''
    again.append(field)
  }
  document.body.append(again)
  again.submit()
})
