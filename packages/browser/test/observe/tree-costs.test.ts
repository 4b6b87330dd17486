import { expect, test } from 'vitest'
import { createTreeCosts } from '../../src/observe/tree-costs.ts'

const page = {}
const limitMs = 300
const sizeOf = (elements: number | undefined, documents = 1, navigations = 0) => ({ documents, elements, navigations })

test.each([1, 45, 100, 499])('one slow tree of %i elements says nothing of the next, two in a row do', (elements) => {
  const costs = createTreeCosts()
  const size = sizeOf(elements)
  costs.learn(page, size, 2_000)
  expect(costs.expectedMs(page, size)).toBeLessThan(limitMs)
  costs.learn(page, size, 4)
  costs.learn(page, size, 2_000)
  expect(costs.expectedMs(page, size)).toBeLessThan(limitMs)
  costs.learn(page, size, 900)
  expect(costs.expectedMs(page, size)).toBe(900)
  costs.learn(page, size, 4)
  expect(costs.expectedMs(page, size)).toBe(4)
})

test('what the elements of a large page cost is known by its last tree', () => {
  const costs = createTreeCosts()
  costs.learn(page, sizeOf(1_000), 500)
  expect(costs.expectedMs(page, sizeOf(1_000))).toBe(500)
  expect(costs.expectedMs(page, sizeOf(2_000))).toBe(1_000)
  costs.learn(page, sizeOf(1_000), 100)
  expect(costs.expectedMs(page, sizeOf(2_000))).toBe(200)
  expect(costs.expectedMs(page, sizeOf(2_000, 3))).toBeGreaterThan(200)
})

test('a tree that is not begun is begun again some looks later, and not each time when it is as slow then', () => {
  const costs = createTreeCosts()
  const size = sizeOf(1_000)
  const looksUntilBegun = (): number => {
    let looks = 0
    for (; costs.expectedMs(page, size) > limitMs; looks += 1) costs.pass(page)
    return looks
  }
  for (let round = 0; round < 3; round += 1) {
    costs.learn(page, size, 700)
    expect(looksUntilBegun()).toBe(9)
  }
})

test('another document begins anew: a small one as any, a large one with what elements cost last, but no less than is usual', () => {
  const costs = createTreeCosts()
  const usual = costs.expectedMs(page, sizeOf(1_000))
  costs.learn(page, sizeOf(1_000), 900)
  expect(costs.expectedMs(page, sizeOf(1_000, 1, 1))).toBe(900)
  expect(costs.expectedMs(page, sizeOf(100, 1, 1))).toBeLessThan(limitMs)
  costs.learn({}, sizeOf(1_000), 1)
  expect(costs.expectedMs(page, sizeOf(1_000, 1, 1))).toBeGreaterThan(usual / 2)
  expect(costs.expectedMs(page, sizeOf(undefined))).toBe(Infinity)
})

test('a page that grows is not judged by what it cost when it was small', () => {
  const costs = createTreeCosts()
  for (let round = 0; round < 3; round += 1) costs.learn(page, sizeOf(2), 3)
  expect(costs.expectedMs(page, sizeOf(2_000))).toBeLessThan(limitMs)
})
