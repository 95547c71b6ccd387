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

// Printing opens what is folded, so that paper shows all of it.
window.addEventListener('beforeprint', () => {
  for (const details of document.querySelectorAll('details')) details.open = true
})
