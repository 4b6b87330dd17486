/**
 * Write the functions of `@contrail/browser` that run in a page down as the texts that go there, in what was built: see `inPage`.
 * Done before that package is packed; what was done before stays as it is, and every line stays in its place.
 */
import { readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseSync, Visitor } from 'oxc-parser'
import { repositoryRoot } from './guards.ts'

const built = join(repositoryRoot, 'packages/browser/dist')
for (const name of await readdir(built, { recursive: true })) {
  if (!name.endsWith('.js')) continue
  const path = join(built, name)
  const source = await readFile(path, 'utf8')
  const written = withTexts(source)
  if (written === source) continue
  // Somebody may be reading it.
  await writeFile(`${path}.new`, written)
  await rename(`${path}.new`, path)
}

/** Put the text of each function that is given to `inPage` in its place. */
function withTexts(source: string): string {
  if (!source.includes('inPage(')) return source
  const found: { start: number; end: number }[] = []
  const visitor = new Visitor({
    CallExpression({ callee, arguments: [given] }) {
      const isInPage = callee.type === 'Identifier' && callee.name === 'inPage'
      if (isInPage && given && /Function/.test(given.type)) found.push(given)
    },
  })
  visitor.visit(parseSync('module.js', source).program)
  return found
    .toSorted((one, other) => other.start - one.start)
    .reduce((text, { start, end }) => text.slice(0, start) + quote(text.slice(start, end)) + text.slice(end), source)
}

function quote(text: string): string {
  return `\`${text.replace(/[\\`]|\$(?=\{)/g, '\\$&')}\``
}
