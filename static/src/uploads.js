// Sends files as they are chosen or dropped, each by itself, with its own progress and result: <div data-upload> around
// the form that sends them without a script. All words stand in its data attributes. The list is fetched anew after it.

const AT_ONCE = 2

const area = document.querySelector('[data-upload]')
if (area) {
  const words = area.dataset
  const form = area.querySelector('form')
  const input = form.querySelector('input[type=file]')
  const button = form.querySelector('button[type=submit]')
  const kinds = input.accept.split(',')
  const waiting = []
  let running = 0

  const make = (tag, classes, text = '') => Object.assign(document.createElement(tag), { className: classes, textContent: text })
  const heading = make('h3', 'govuk-heading-s', words.heading)
  const said = make('p', 'govuk-body portal-small')
  said.setAttribute('role', 'status')
  const list = make('ul', 'govuk-list portal-uploads')
  const board = make('div', '')
  board.hidden = true
  board.append(heading, list, said)
  area.append(board)
  button.remove() // choosing sends

  const count = () => {
    const rows = [...list.children]
    const added = rows.filter((row) => row.dataset.outcome === 'added').length
    const open = rows.some((row) => !row.dataset.outcome)
    said.textContent = open ? '' : words.done.replace('{added}', added).replace('{all}', rows.length)
  }

  const settle = (file, outcome, text) => {
    file.row.dataset.outcome = outcome
    file.row.className = `portal-uploads__file portal-uploads__file--${outcome}`
    file.state.textContent = text
    file.bar.remove()
    file.stop.remove()
    if (outcome === 'failed') file.row.append(file.again)
  }

  // What a page says that came instead of an answer: too large, signed out, not possible now.
  const title = (page) => new DOMParser().parseFromString(page, 'text/html').querySelector('h1')?.textContent.trim()

  const refresh = async () => {
    const answer = await fetch(window.location.href, { headers: { Accept: 'text/html' } }).catch(() => null)
    if (!answer?.ok) return
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById(words.list)
    if (fresh) document.getElementById(words.list).replaceWith(fresh)
  }

  const next = () => {
    while (running < AT_ONCE && waiting.length) send(waiting.shift())
    count()
    if (!running) refresh()
  }

  const send = (file) => {
    const body = new FormData(form)
    body.delete(input.name)
    body.append(input.name, file.content, file.content.name)
    const request = new XMLHttpRequest()
    const finish = (outcome, text) => {
      running -= 1
      settle(file, outcome, text)
      next()
    }
    running += 1
    file.stop.onclick = () => request.abort()
    request.open('POST', form.action)
    request.setRequestHeader('Accept', 'application/json')
    request.upload.onprogress = (event) => {
      const percent = Math.floor(100 * event.loaded / event.total)
      file.bar.value = percent
      file.state.textContent = words.sending.replace('{percent}', percent)
    }
    request.upload.onload = () => {
      file.bar.removeAttribute('value')
      file.state.textContent = words.checking
    }
    request.onerror = () => finish('failed', words.failed)
    request.onabort = () => finish('failed', words.stopped)
    request.onload = () => {
      if (!(request.getResponseHeader('content-type') || '').includes('json')) {
        finish('failed', title(request.responseText) || words.failed)
        return
      }
      const answer = JSON.parse(request.responseText)
      const [result] = answer.results
      if (result) finish(result.outcome, result.text)
      else finish('failed', answer.problems.join(' '))
    }
    request.send(body)
  }

  const enter = (file) => {
    delete file.row.dataset.outcome
    file.row.className = 'portal-uploads__file'
    file.state.textContent = words.waiting
    file.bar.value = 0
    file.again.remove()
    file.row.append(file.bar, file.stop)
    waiting.push(file)
  }

  const add = (content) => {
    const file = {
      content,
      row: make('li', 'portal-uploads__file'),
      state: make('span', 'portal-uploads__state'),
      bar: make('progress', 'portal-uploads__bar'),
      stop: make('button', 'govuk-button govuk-button--secondary portal-uploads__button', words.stop),
      again: make('button', 'govuk-button govuk-button--secondary portal-uploads__button', words.again)
    }
    const name = make('bdi', '', content.name)
    for (const one of [file.stop, file.again]) {
      one.type = 'button'
      one.append(make('span', 'govuk-visually-hidden', ` ${content.name}`))
    }
    file.bar.max = 100
    file.bar.setAttribute('aria-label', content.name)
    file.again.onclick = () => { enter(file); next() }
    file.stop.onclick = () => {
      waiting.splice(waiting.indexOf(file), 1)
      settle(file, 'failed', words.stopped)
      count()
    }
    file.row.append(make('strong', 'portal-uploads__name'), file.state)
    file.row.firstChild.append(name)
    list.append(file.row)
    const known = kinds.some((ending) => content.name.toLowerCase().endsWith(ending))
    if (!known) settle(file, 'refused', words.kind)
    else if (content.size > Number(words.most)) settle(file, 'refused', words.large)
    else enter(file)
  }

  input.addEventListener('change', () => {
    const chosen = [...input.files]
    if (!chosen.length) return
    board.hidden = false
    chosen.forEach(add)
    input.value = '' // the same file can be chosen again, and the input says that none is chosen
    input.dispatchEvent(new Event('change'))
    next()
  })

  window.addEventListener('beforeunload', (event) => { if (running || waiting.length) event.preventDefault() })
}
