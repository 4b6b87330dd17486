import { expect, test } from 'vitest'
import { houses } from '../../architecture/layout.ts'
import { checkWith } from './bad-tree.ts'

const house = {
  core: ['.', 'values', 'redact/text', 'redact', 'fold'].map((folder) => ({ folder, meaning: 'a meaning' })),
}
const rules = (lines: readonly string[]): string[] => lines.map((line) => line.split(': ')[0] as string)

test('a file imports from its own folder and from those before it; an arrow that goes up is named with both its ends', async () => {
  const lines = await checkWith(
    {
      'packages/core/src/errors.ts': `export const errors = 1`,
      'packages/core/src/values/plain.ts': `import { errors } from '../errors.ts'\nimport './fields.ts'`,
      'packages/core/src/values/fields.ts': `\nimport type { Step } from '../fold/step.ts'`,
      'packages/core/src/redact/text/cut.ts': `import '../redactor.ts'`,
      'packages/core/src/redact/redactor.ts': `import { errors } from '../errors.ts'`,
      'packages/core/src/fold/step.ts': `import '../errors.ts'\nimport '../redact/text/cut.ts'`,
    },
    house,
  )
  expect(lines).toEqual([
    'packages/core/src/redact/text/cut.ts:1 arrow-up: redact/text stands before redact, ' +
      'so it may not import packages/core/src/redact/redactor.ts: move what both need down',
    'packages/core/src/values/fields.ts:2 arrow-up: values stands before fold, ' +
      'so it may not import packages/core/src/fold/step.ts: move what both need down',
  ])
})

test('the door imports from every folder, a late import counts, tests and other packages are not asked', async () => {
  const lines = await checkWith(
    {
      'packages/core/src/index.ts': `export { fold } from './fold/fold.ts'`,
      'packages/core/src/fold/fold.ts': `export const fold = 1`,
      'packages/core/src/values/late.ts': `await import('../fold/fold.ts')`,
      'packages/core/test/values/plain.test.ts': `import '../../src/fold/fold.ts'`,
      'packages/recorder/src/anywhere/write.ts': `import '../elsewhere/read.ts'`,
    },
    house,
  )
  expect(rules(lines)).toEqual(['packages/core/src/values/late.ts:1 arrow-up'])
})

test('a folder that the layout does not name has no place and no meaning', async () => {
  const lines = await checkWith({ 'packages/core/src/misc/a.ts': `export const a = 1` }, house)
  expect(rules(lines)).toEqual(['packages/core/src/misc/a.ts:1 unknown-folder'])
})

test('a folder of 16 files is one too full, in sources and in tests', async () => {
  const many = (folder: string, count: number): Record<string, string> =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`${folder}/f${index}.ts`, 'export const a = 1']))
  const lines = await checkWith(
    {
      ...many('packages/core/src/values', 16),
      ...many('packages/core/src/fold', 15),
      ...many('packages/core/test/values', 16),
      ...many('scripts/bench', 16),
    },
    house,
  )
  expect(rules(lines)).toEqual(['packages/core/src/values:1 full-folder', 'packages/core/test/values:1 full-folder'])
})

test('every folder of the layout has a meaning of its own', () => {
  const meanings = Object.values(houses).flatMap((rooms) => rooms.map(({ meaning }) => meaning))
  expect(new Set(meanings).size).toBe(meanings.length)
})
