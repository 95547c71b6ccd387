// Builds static/dist from static/src and the front-end packages: style sheet, script, icon, fonts.
// Every file is named by its content, so that it may be cached for ever; manifest.json maps plain names to these.
// The fonts that documents are set in keep their plain names beside them.

import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { compile } from 'sass'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const source = join(root, 'static', 'src')
const packages = join(root, 'node_modules')
const target = join(root, 'static', 'dist')
const building = join(root, 'static', `dist-${process.pid}`)
const manifest = {}

const FONTS = {
  'public-sans': 'public-sans-latin-wght-normal',
  'public-sans-italic': 'public-sans-latin-wght-italic',
  'public-sans-ext': 'public-sans-latin-ext-wght-normal',
  'public-sans-ext-italic': 'public-sans-latin-ext-wght-italic'
}

function put (name, content) {
  const bytes = Buffer.from(content)
  const digest = createHash('sha256').update(bytes).digest('hex').slice(0, 12)
  const extension = extname(name)
  const named = `${name.slice(0, -extension.length)}.${digest}${extension}`
  writeFileSync(join(building, named), bytes)
  if (extension !== '.woff2') writeFileSync(join(building, `${named}.gz`), gzipSync(bytes, { level: 9 }))
  manifest[name] = named
  return named
}

function putFonts () {
  const folder = join(packages, '@fontsource-variable', 'public-sans')
  for (const [name, file] of Object.entries(FONTS)) {
    const path = join(folder, 'files', `${file}.woff2`)
    put(`fonts/${name}.woff2`, readFileSync(path))
    cpSync(path, join(building, 'fonts', `${name}.woff2`))
  }
  cpSync(join(folder, 'LICENSE'), join(building, 'fonts', 'LICENSE'))
}

function putStyle () {
  const { css } = compile(join(source, 'portal.scss'), { loadPaths: [packages], style: 'compressed', quietDeps: true })
  put('portal.css', css.replace(/fonts\/[a-z-]+\.woff2/g, (name) => {
    if (!manifest[name]) throw new Error(`The style sheet asks for an unknown font: ${name}`)
    return manifest[name]
  }))
}

// Modules may import govuk-frontend and the modules beside them that are put before them; portal.js is the last.
function putScripts () {
  const library = readFileSync(join(packages, 'govuk-frontend/dist/govuk/govuk-frontend.min.js'), 'utf8')
  put('govuk-frontend.js', library.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, '\n'))
  const modules = readdirSync(source).filter((name) => name.endsWith('.js') && name !== 'portal.js').sort()
  for (const name of [...modules, 'portal.js']) {
    put(name, readFileSync(join(source, name), 'utf8').replace(/(?<=from )'(?:\.\/)?([a-z-]+)(?:\.js)?'/g, (_words, other) => {
      if (!manifest[`${other}.js`]) throw new Error(`${name} asks for an unknown module: ${other}`)
      return `'./${manifest[`${other}.js`]}'`
    }))
  }
}

rmSync(building, { recursive: true, force: true })
mkdirSync(join(building, 'fonts'), { recursive: true })
try {
  putFonts()
  putStyle()
  putScripts()
  put('icon.svg', readFileSync(join(source, 'icon.svg')))
  writeFileSync(join(building, 'manifest.json'), JSON.stringify(manifest, null, 1) + '\n')
  rmSync(target, { recursive: true, force: true })
  renameSync(building, target)
} finally {
  rmSync(building, { recursive: true, force: true })
}
