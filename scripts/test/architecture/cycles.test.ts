import { expect, test } from 'vitest'
import { checkWith } from './bad-tree.ts'

test('a circle of imports is named in full, at the import that closes it', async () => {
  const lines = await checkWith({
    'packages/core/src/a.ts': `import { b } from './b.ts'`,
    'packages/core/src/b.ts': `import { c } from './deep/c.ts'`,
    'packages/core/src/deep/c.ts': `\nimport { a } from '../a.ts'`,
  })
  expect(lines).toEqual([
    'packages/core/src/deep/c.ts:2 cycle: move what both need into a third file: ' +
      'packages/core/src/a.ts -> packages/core/src/b.ts -> packages/core/src/deep/c.ts -> packages/core/src/a.ts',
  ])
})

test('a circle of types alone, of a late import, of an export or of one file counts too', async () => {
  const lines = await checkWith({
    'packages/core/src/a.ts': `import type { B } from './b.ts'`,
    'packages/core/src/b.ts': `import type { A } from './a.ts'`,
    'packages/core/src/late.ts': `await import('./later.ts')`,
    'packages/core/src/later.ts': `import './late.ts'`,
    'packages/core/src/self.ts': `import './self.ts'`,
    'scripts/c.ts': `import './d.mjs'`,
    'scripts/d.mjs': `import './c.ts'`,
  })
  expect(lines.map((line) => line.split(': ')[0])).toEqual([
    'packages/core/src/b.ts:1 cycle',
    'packages/core/src/later.ts:1 cycle',
    'packages/core/src/self.ts:1 cycle',
    'scripts/d.mjs:1 cycle',
  ])
})

test('two ways to one file are no circle', async () => {
  const lines = await checkWith({
    'packages/core/src/top.ts': `import './left.ts'\nimport './right.ts'`,
    'packages/core/src/left.ts': `import './bottom.ts'`,
    'packages/core/src/right.ts': `import './bottom.ts'\nimport './left.ts'`,
    'packages/core/src/bottom.ts': `export const bottom = 1`,
  })
  expect(lines).toEqual([])
})
