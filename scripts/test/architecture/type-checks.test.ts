import { expect, test } from 'vitest'
import { checkWith } from './bad-tree.ts'

test('a package and its tests are both type-checked, or the root tsconfig.json is at fault', async () => {
  const lines = await checkWith({
    'packages/images/package.json': { name: '@contrail/images' },
    'packages/images/src/a.ts': 'export const a = 1',
    'packages/images/test/a.test.ts': 'const a = 1',
  })
  expect(lines).toEqual([
    'tsconfig.json:1 unchecked-types: add { "path": "packages/images" } to its references, and a tsconfig.json there',
    'tsconfig.json:1 unchecked-types: add { "path": "packages/images/test" } to its references, and a tsconfig.json there',
  ])
})
