// What the script adds to pages that work without it.

import { createAll, initAll } from 'govuk-frontend'
import { forgetAll, forgetOld, forgetPath } from './kept.js'
import { enterQuestion, startQuestions } from './questions.js'
import { startSaving } from './saving.js'
import { WordCount } from './words.js'

// Told here, because the content security policy allows no script inside the page.
document.body.classList.add('js-enabled')
if ('noModule' in HTMLScriptElement.prototype) document.body.classList.add('govuk-frontend-supported')
initAll()
// A name put together by ids leaves out what the button shows (WCAG 2.5.3): its text names it, the label describes it.
for (const button of document.querySelectorAll('.govuk-file-upload-button[aria-labelledby]')) {
  const [label] = button.getAttribute('aria-labelledby').split(' ')
  button.setAttribute('aria-describedby', `${label} ${button.getAttribute('aria-describedby') || ''}`.trim())
  button.removeAttribute('aria-labelledby')
}

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

// What the portal has saved need not be kept in the browser any more; nor anything of somebody who signs out.
forgetOld()
for (const line of document.querySelectorAll('[data-forget]')) forgetPath(line.dataset.forget)
for (const form of document.querySelectorAll('form[action$="/sign-out"]')) form.addEventListener('submit', forgetAll)

for (const link of document.querySelectorAll('[data-drop-typed]')) {
  link.addEventListener('click', () => forgetPath(new URL(link.href).pathname))
}

startQuestions()
enterQuestion()
window.addEventListener('hashchange', enterQuestion)
createAll(WordCount)
startSaving()

// A form that leads on by itself: <form data-send-at-once>.
document.querySelector('form[data-send-at-once]')?.requestSubmit()

// Printing opens what is folded, so that paper shows all of it.
window.addEventListener('beforeprint', () => {
  for (const details of document.querySelectorAll('details')) details.open = true
})

for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false
  button.addEventListener('click', () => window.print())
}
