/**
 * Write the functions of `@contrail/browser` that run in a page down as the texts that go there, in what was built: see `inPage`.
 * Done before that package is packed; what was done before stays as it is, and every line stays in its place.
 */
import { existsSync } from 'node:fs'
import { readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseSync, Visitor } from 'oxc-parser'
import { repositoryRoot } from './guards.ts'

const built = join(repositoryRoot, 'packages/browser/dist')
if (!existsSync(join(built, 'index.js'))) {
  console.error('@contrail/browser is not built, and so cannot be packed: npm run build')
  process.exit(1)
}
/** Not beside what is packed: somebody else may be packing it, too. */
const fresh = join(repositoryRoot, `node_modules/.page-functions-${process.pid}.js`)
for (const name of await readdir(built, { recursive: true })) {
  if (!name.endsWith('.js')) continue
  const path = join(built, name)
  const source = await readFile(path, 'utf8')
  const written = withTexts(name, source)
  if (written === source) continue
  // Somebody may be reading it.
  await writeFile(fresh, written)
  await rename(fresh, path)
}

/** Put the text of each function that is given to `inPage` in its place. @throws {TypeError} for what has no text there */
function withTexts(name: string, source: string): string {
  if (!source.includes('inPage(')) return source
  const found: { start: number; end: number }[] = []
  const visitor = new Visitor({
    CallExpression({ callee, arguments: [given] }) {
      if (callee.type !== 'Identifier' || callee.name !== 'inPage' || given?.type === 'TemplateLiteral') return
      if (!given || !/Function/.test(given.type)) {
        throw new TypeError(
          `${name}: expected a function that is written down where inPage is called, got ${given?.type}`,
        )
      }
      found.push(given)
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
