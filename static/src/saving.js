// Saves a form while it is written: <form data-autosave="id of the line that says so">.
// It posts the form as the button would, with then=autosave, and takes the new version of the row from the answer.
// What is not saved stays in the page, and for the person who typed it in the browser (data-keeper).

import { forget, keep, showAgain } from './kept.js'

const AFTER = 3000 // ms after the last key
const AGAIN = 30000 // ms after a failure
const HEADERS = { Accept: 'application/json' }

// The token of somebody who signed in again in another tab; undefined when that is somebody else, or nobody.
async function freshToken (form) {
  const answer = await fetch(window.location.href)
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
  const same = page.querySelector(`form[data-keeper="${CSS.escape(form.dataset.keeper || '')}"]`)
  return same?.elements.csrf_token.value
}

function savesWhileWritten (form) {
  const line = document.getElementById(form.dataset.autosave)
  let timer, waiting, keeping
  let changed = 'unsaved' in form.dataset
  let busy = false
  let stopped = false

  const say = (words, state = '') => {
    line.style.minHeight = `${line.offsetHeight}px` // a page that shrinks moves the button away from under a click
    line.textContent = words || ''
    line.dataset.state = state
    if (state === 'signed-out' && line.dataset.signIn) {
      const link = document.createElement('a')
      link.className = 'govuk-link'
      link.href = line.dataset.signIn
      link.textContent = line.dataset.signInText
      line.append(' ', link)
    }
  }
  const send = () => {
    const body = new URLSearchParams(new FormData(form))
    body.set('then', 'autosave')
    const keepalive = body.toString().length < 60000 // goes on when the page is left; browsers allow no more
    return fetch(form.action, { method: 'POST', body, headers: HEADERS, keepalive })
  }
  const saved = (found) => {
    form.elements.version.value = found.version
    if (found.opened && form.elements.opened) form.elements.opened.value = found.opened
    say(found.said || line.dataset.saved.replace('{time}', new Date().toTimeString().slice(0, 5)), found.state || 'saved')
    if (!changed && !found.refused?.length) forget(form)
    if (!found.refused?.length) document.querySelectorAll('[data-until-saved]').forEach((words) => words.remove())
  }
  const failed = (words, state) => {
    changed = true
    say(words || line.dataset.failed, state)
    clearTimeout(timer)
    if (!stopped) timer = setTimeout(save, AGAIN)
  }
  const heard = async (answer) => {
    const json = (answer.headers.get('content-type') || '').includes('json')
    const found = json ? await answer.json() : {}
    if (found.saved) return saved(found)
    stopped = answer.status === 409
    if (stopped) return failed(found.said || line.dataset.conflict, 'conflict')
    if (answer.status === 401 || answer.status === 400) return failed(line.dataset.signedOut, 'signed-out')
    failed(found.said, 'failed')
  }
  async function save () {
    clearTimeout(timer)
    if (!changed || busy || stopped) return
    busy = true
    changed = false
    keep(form) // until the answer is there: the page may be left before
    if (line.dataset.state !== 'signed-out') say(line.dataset.saving, 'saving') // its link is still to be followed
    try {
      let answer = await send()
      if (answer.status === 400 && form.dataset.keeper) { // signed in again elsewhere: another token, the same person
        const token = await freshToken(form)
        if (token) {
          form.elements.csrf_token.value = token
          answer = await send()
        }
      }
      await heard(answer)
    } catch {
      failed(line.dataset.offline, 'offline')
    }
    busy = false
    if (waiting !== undefined) form.requestSubmit(waiting)
    else if (changed && line.dataset.state === 'saved') timer = setTimeout(save, AFTER) // typed meanwhile
  }

  form.addEventListener('input', () => {
    changed = true
    clearTimeout(timer)
    clearTimeout(keeping)
    keeping = setTimeout(() => { if (changed || busy) keep(form) }, 300)
    timer = setTimeout(save, AFTER)
  })
  form.addEventListener('focusout', () => { if (line.dataset.state !== 'signed-out') save() })
  window.addEventListener('online', save)
  document.addEventListener('visibilitychange', () => {
    if (changed) keep(form)
    save()
  })
  form.addEventListener('submit', (event) => {
    clearTimeout(timer)
    if (busy) { // the version that comes back is the one to send
      event.preventDefault()
      waiting = event.submitter
    } else {
      if (changed) keep(form)
      changed = false
      stopped = true
    }
  })
  // Somebody who comes back by the browser's button finds the form as it was left: it is saved again.
  window.addEventListener('pageshow', (event) => { if (event.persisted) stopped = false })
  window.addEventListener('beforeunload', (event) => { if (changed && !keep(form)) event.preventDefault() })
  if (changed) timer = setTimeout(save, AFTER)
  else showAgain(form)
}

export const startSaving = () => document.querySelectorAll('form[data-autosave]').forEach(savesWhileWritten)
