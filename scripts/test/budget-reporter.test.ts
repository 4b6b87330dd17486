import { expect, test } from 'vitest'
import { weigh } from '../budget-reporter.ts'

const seconds = new Map([
  ['packages/core/test/fold/assemble.test.ts', 4],
  ['packages/core/test/values/base64.test.ts', 31],
  ['packages/core/test/values/fields.test.ts', 29],
  ['packages/images/test/paint.test.ts', 2.54],
  ['scripts/test/guards.test.ts', 8],
  ['packages/new/test/a.test.ts', 1000],
])

test('worker seconds are added up by package and the five slowest files are named', () => {
  const { lines } = weigh(seconds, { core: 60, images: 4, scripts: 18 })
  expect(lines[0]).toContain('new 1000 (none), core 64 (60), scripts 8.0 (18), images 2.5 (4)')
  expect(lines.slice(1)).toHaveLength(5)
  expect(lines[1]).toContain('packages/new/test/a.test.ts')
})

test('a file is over the budget when it alone takes more than three times what its package may', () => {
  expect(weigh(seconds, { core: 60, images: 4, scripts: 18 }).over).toEqual([])
  expect(weigh(seconds, { core: 10, images: 4, scripts: 18 }).over).toEqual([
    'packages/core/test/values/base64.test.ts',
  ])
})
