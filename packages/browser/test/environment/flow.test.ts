import type { PageEvent } from '@contrail/core'
import { expect, test } from 'vitest'
import { createEventFlow } from '../../src/environment/flow.ts'

const at = '2026-01-01T00:00:00.000Z'
const line = (text: string, level: 'log' | 'error' = 'log'): PageEvent => {
  return { kind: 'console', url: 'http://a/', pageId: 'p1', at, level, text }
}
const flowInto = (): { told: PageEvent[]; flow: ReturnType<typeof createEventFlow> } => {
  const told: PageEvent[] = []
  return { told, flow: createEventFlow((event) => told.push(event)) }
}

test('10,000 equal lines are told as the first and one with the count of the others', () => {
  const { told, flow } = flowInto()
  for (let index = 0; index < 10_000; index += 1) flow.take(line('same'))
  expect(told).toEqual([line('same')])
  flow.take(line('other'))
  expect(told).toEqual([line('same'), { ...line('same'), count: 9_999 }, line('other')])
})

test('of 10,000 different lines 200 are told and the rest is a count; the next step begins anew', () => {
  const { told, flow } = flowInto()
  for (let index = 0; index < 10_000; index += 1) flow.take(line(`line ${index}`))
  flow.flush()
  expect(told).toHaveLength(201)
  expect(told[200]).toEqual({ kind: 'omitted', url: 'http://a/', pageId: 'p1', at, counts: { console: 9_800 } })
  flow.take(line('line 0'))
  expect(told.at(-1)).toEqual(line('line 0'))
})

test('what failed has a room of its own, and few long texts fill one as well as many short ones', () => {
  const { told, flow } = flowInto()
  for (let index = 0; index < 1_000; index += 1) flow.take(line(`line ${index}`))
  flow.take(line('broken', 'error'))
  expect(told.at(-1)).toEqual(line('broken', 'error'))
  for (let index = 0; index < 20; index += 1) flow.take(line(`${index} ${'x'.repeat(8_000)}`, 'error'))
  flow.flush()
  expect(told.filter((event) => event.kind === 'console' && event.level === 'error')).toHaveLength(1 + 8)
  expect(told.at(-1)).toMatchObject({ counts: { console: 800 + 12 } })
})

test('repeats of what was left out are counted as left out', () => {
  const { told, flow } = flowInto()
  for (let index = 0; index < 200; index += 1) flow.take(line(`line ${index}`))
  for (let index = 0; index < 5; index += 1) flow.take(line('again'))
  flow.flush()
  flow.flush()
  expect(told).toHaveLength(201)
  expect(told.at(-1)).toMatchObject({ counts: { console: 5 } })
})
