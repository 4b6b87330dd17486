import { expect, test } from 'vitest'
import { checkTree } from '../architecture/check-tree.ts'
import { readTree } from '../architecture/tree.ts'
import { toLine } from '../architecture/violation.ts'
import { repositoryRoot } from '../guards.ts'

test('this very workspace keeps its architecture', async () => {
  const tree = await readTree(repositoryRoot)
  expect([...tree.packages.keys()]).toEqual(expect.arrayContaining(['browser', 'contrail', 'core', 'recorder']))
  expect(checkTree(tree).map(toLine)).toEqual([])
})
