// What the script adds to pages that work without it.

import { initAll } from 'govuk-frontend'

// Told here, because the content security policy allows no script inside the page.
document.body.classList.add('js-enabled')
if ('noModule' in HTMLScriptElement.prototype) document.body.classList.add('govuk-frontend-supported')
initAll()

// A question before a change that is hard to take back: <form data-confirm="…">.
document.addEventListener('submit', (event) => {
  const question = event.target.dataset.confirm
  if (question && !window.confirm(question)) event.preventDefault()
})

// A warning before typed text is left behind: <form data-keep-text>.
for (const form of document.querySelectorAll('form[data-keep-text]')) {
  let changed = false
  form.addEventListener('input', () => { changed = true })
  form.addEventListener('submit', () => { changed = false })
  window.addEventListener('beforeunload', (event) => { if (changed) event.preventDefault() })
}

// Saves a form while it is written: <form data-autosave="id of the line that says so">. It posts the form as the button
// would, with then=autosave, and takes the new version of the row from the answer. Refused for a colleague's text (409),
// it stops: the button shows both texts.
for (const form of document.querySelectorAll('form[data-autosave]')) {
  const line = document.getElementById(form.dataset.autosave)
  let timer, waiting
  let changed = false
  let busy = false
  let stopped = false

  const say = (words) => { line.textContent = words }
  const save = async () => {
    clearTimeout(timer)
    if (!changed || busy || stopped) return
    busy = true
    changed = false
    try {
      const body = new URLSearchParams(new FormData(form))
      body.set('then', 'autosave')
      const answer = await fetch(form.action, { method: 'POST', body, headers: { Accept: 'application/json' } })
      const found = (answer.headers.get('content-type') || '').includes('json') ? await answer.json() : {}
      if (found.saved) {
        form.elements.version.value = found.version
        say(line.dataset.saved.replace('{time}', new Date().toTimeString().slice(0, 5)))
      } else {
        changed = true
        stopped = answer.status === 409
        say(stopped ? line.dataset.conflict : line.dataset.failed)
      }
    } catch {
      changed = true
      say(line.dataset.failed)
    }
    busy = false
    if (waiting !== undefined) form.requestSubmit(waiting)
  }

  form.addEventListener('input', () => {
    changed = true
    clearTimeout(timer)
    timer = setTimeout(save, 4000)
  })
  form.addEventListener('focusout', save)
  form.addEventListener('submit', (event) => {
    clearTimeout(timer)
    if (busy) { // the version that comes back is the one to send
      event.preventDefault()
      waiting = event.submitter
    } else {
      changed = false
      stopped = true
    }
  })
  window.addEventListener('beforeunload', (event) => { if (changed) event.preventDefault() })
}

// Printing opens what is folded, so that paper shows all of it.
window.addEventListener('beforeprint', () => {
  for (const details of document.querySelectorAll('details')) details.open = true
})
