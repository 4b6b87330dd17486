import { expect, test } from 'vitest'
import { checkWith } from './bad-tree.ts'

test('a file of 400 lines passes and one of 401 does not, in src, test and scripts', async () => {
  const lines = await checkWith({
    'packages/core/src/full.ts': 'const a = 1\n'.repeat(400),
    'packages/core/src/over.ts': 'const a = 1\n'.repeat(401),
    'packages/core/test/over.test.ts': 'const a = 1\n'.repeat(401),
    'scripts/over.mjs': 'const a = 1\n'.repeat(401),
    'packages/core/test/fixtures/big.js': 'const a = 1\n'.repeat(401),
  })
  expect(lines).toEqual([
    'packages/core/src/over.ts:401 too-long: 401 lines, 400 are allowed: give its second concept a file',
    'packages/core/test/over.test.ts:401 too-long: 401 lines, 400 are allowed: give its second concept a file',
    'scripts/over.mjs:401 too-long: 401 lines, 400 are allowed: give its second concept a file',
  ])
})

test('only the entry of a package exports what another file defines', async () => {
  const lines = await checkWith({
    'packages/core/src/a.ts': `export const a = 1\nexport type A = 1`,
    'packages/core/src/index.ts': `export { a, type A } from './a.ts'`,
    'packages/core/src/from.ts': `\nexport { a } from './a.ts'`,
    'packages/core/src/types.ts': `export type { A } from './a.ts'`,
    'packages/core/src/again.ts': `import { a } from './a.ts'\nexport const b = a\nexport { a }`,
    'packages/core/src/deep/index.ts': `export { a } from '../a.ts'`,
  })
  expect(lines.map((line) => line.split(': ')[0])).toEqual([
    'packages/core/src/again.ts:3 re-export',
    'packages/core/src/deep/index.ts:1 re-export',
    'packages/core/src/from.ts:2 re-export',
    'packages/core/src/types.ts:1 re-export',
  ])
})

test('nobody exports a star, not even the entry', async () => {
  const lines = await checkWith({
    'packages/core/src/a.ts': `export const a = 1`,
    'packages/core/src/index.ts': `export * from './a.ts'\nexport * as all from './a.ts'\nexport type * from './a.ts'`,
  })
  expect(lines).toEqual([
    'packages/core/src/index.ts:1 export-star: list the names that are exported',
    'packages/core/src/index.ts:2 export-star: list the names that are exported',
    'packages/core/src/index.ts:3 export-star: list the names that are exported',
  ])
})

test('nothing is exported by default, however it is written, but the settings of a tool', async () => {
  const lines = await checkWith({
    'packages/core/src/a.ts': `export default function a() {}`,
    'packages/core/src/b.ts': `const b = 1\nexport { b as default }`,
    'vitest.config.ts': `export default {}`,
    'packages/viewer/vite.config.ts': `export default {}`,
  })
  expect(lines).toEqual([
    'packages/core/src/a.ts:1 default-export: export it by its name',
    'packages/core/src/b.ts:2 default-export: export it by its name',
  ])
})

test('an enum is found wherever it stands', async () => {
  const lines = await checkWith({
    'packages/core/src/a.ts': `export enum A { x }\nfunction f() {\n  const enum B { y }\n}`,
  })
  expect(lines.map((line) => line.split(':', 2).join(':'))).toEqual([
    'packages/core/src/a.ts:1 enum',
    'packages/core/src/a.ts:3 enum',
  ])
})

test('words in strings and comments are no code', async () => {
  const lines = await checkWith({
    'packages/core/src/a.ts': [
      `// import { readFile } from 'node:fs'`,
      `/* export * from './b.ts' */`,
      'export const a = `import x from "lodash"; export default x; enum E {}`',
    ].join('\n'),
  })
  expect(lines).toEqual([])
})

test('a file that cannot be parsed is reported, not skipped', async () => {
  const lines = await checkWith({ 'packages/core/src/a.ts': `export const a = 1\nimport {` })
  expect(lines).toEqual([expect.stringMatching(/^packages\/core\/src\/a\.ts:2 syntax: /)])
})

test('what goes to a page is marked for it: a function as it is, by name or imported is not', async () => {
  const lines = await checkWith({
    'packages/browser/src/marked.ts': `
      import { functionOf, inPage, type InPage } from './in-page.ts'
      const title = inPage(() => document.title)
      export const read = (page: P, run: InPage<() => string>) => [page.evaluate(title), page.evaluateHandle(run)]
      export const text = (page: P) => [page.evaluate('1'), page.$eval('a', functionOf(\`(a) => a\`) as never)]`,
    'packages/browser/src/unmarked.ts': `
      import { title } from './title.ts'
      const size = () => innerWidth
      export const read = (page: P) => [
        page.evaluate(() => document.title),
        page.mainFrame().waitForFunction(size),
        page.addInitScript(title),
        page.$$eval('a', (all) => all.length),
        page.locator('a').evaluateAll(function (all) { return all.length }),
      ]`,
    'packages/core/src/other.ts': `export const read = (rule: R) => rule.evaluate(() => 1)`,
  })
  expect(lines.map((line) => line.split(': ')[0])).toEqual(
    [5, 6, 7, 8, 9].map((line) => `packages/browser/src/unmarked.ts:${line} unmarked-in-page`),
  )
})
