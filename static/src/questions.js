// Questions that follow from answers on the same page, and tables whose rows are added and taken away.
// The portal decides what is asked; the script only spares a round to it.

// <div data-when='[{"name": "activities", "any": ["custody"]}]'>: shown while all rows hold. What was typed in a question
// that is hidden again is sent all the same: the portal keeps it, and submits only what is asked.
function followsAnswers (form) {
  const blocks = [...form.querySelectorAll('[data-when]')].map((block) => ({
    block,
    rows: JSON.parse(block.dataset.when),
    names: () => [...block.querySelectorAll('[name]')].map((field) => field.name)
  }))
  const show = () => {
    const answers = new FormData(form)
    for (const { block, rows, names } of blocks) { // in their order: an answer that is not asked says nothing
      const holds = ({ name, any, none }) => {
        const given = answers.getAll(name)
        return any ? any.some((code) => given.includes(code)) : !none.some((code) => given.includes(code))
      }
      block.hidden = !rows.every(holds)
      if (block.hidden) for (const name of names()) if (name !== 'asked') answers.delete(name)
    }
  }
  if (!blocks.length) return
  form.addEventListener('change', show)
  form.addEventListener('input', show)
  show()
}

// <div data-rows>: fieldsets, a template of one, and a button; without the script the buttons save and come back.
function keepsRows (table) {
  const template = table.querySelector('template')
  const add = table.querySelector('[data-add-row]')
  const most = Number(table.dataset.most)
  const first = Number(table.dataset.first)
  let next = Number(table.dataset.next)

  const rows = () => table.querySelectorAll('[data-row]')
  const tell = () => {
    add.hidden = rows().length >= most
    rows().forEach((row, place) => {
      const number = row.querySelector('[data-number]')
      if (number) number.textContent = place + first
    })
    table.closest('form').dispatchEvent(new Event('input', { bubbles: true }))
  }
  add.addEventListener('click', (event) => {
    event.preventDefault()
    template.insertAdjacentHTML('beforebegin', template.innerHTML.replaceAll('__n__', String(next)))
    next += 1
    tell()
    const made = rows()[rows().length - 1]
    made.querySelector('input, select, textarea').focus()
  })
  table.addEventListener('click', (event) => {
    const drop = event.target.closest('[data-drop-row]')
    if (!drop) return
    event.preventDefault()
    drop.closest('[data-row]').remove()
    tell()
    if (!add.hidden) add.focus()
  })
}

export function startQuestions () {
  document.querySelectorAll('form').forEach(followsAnswers)
  document.querySelectorAll('[data-rows]').forEach(keepsRows)
}

// A link to a question leads into its first field.
export function enterQuestion () {
  const target = window.location.hash.startsWith('#question-') && document.getElementById(window.location.hash.slice(1))
  if (target) target.querySelector('input:not([type=hidden]), textarea, select')?.focus()
}
