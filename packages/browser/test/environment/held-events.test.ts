import type { PageEvent } from '@contrail/core'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { holdEvents } from '../../src/environment/held-events.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const line = (text: string): PageEvent => {
  return { kind: 'console', url: 'http://a/', pageId: 'p1', level: 'error', text }
}
function holdIn(isSeen: () => boolean = () => true) {
  const told: string[] = []
  const looks: number[] = []
  const typed: unknown[] = []
  const held = holdEvents((event, secrets) => {
    told.push((event as { text: string }).text)
    typed.push(...secrets)
  })
  const step = {
    look: async () => {
      looks.push(Date.now())
      return isSeen()
    },
    isInDoubt: (event: PageEvent) => JSON.stringify(event).includes('typed'),
  }
  return { told, looks, typed, held, step }
}

test('where no step is going on events are told at once; those of a step when it is over', () => {
  const { told, held, step } = holdIn()
  held.take(line('before'))
  const end = held.begin(step)
  held.take(line('during'))
  expect(told).toEqual(['before'])
  end()
  end()
  expect(told).toEqual(['before', 'during'])
})

test('an event of a long step waits for a look after it, and no more looks are taken than there are events for', async () => {
  const { told, looks, held, step } = holdIn()
  held.begin(step)
  held.take(line('first'))
  await vi.advanceTimersByTimeAsync(900)
  expect(told).toEqual([])
  await vi.advanceTimersByTimeAsync(200)
  expect(told).toEqual(['first'])
  await vi.advanceTimersByTimeAsync(60_000)
  expect(looks).toHaveLength(1)
})

test('what came while a look was going on waits for the next one', async () => {
  const { told, held, step } = holdIn()
  held.begin({
    ...step,
    look: async () => {
      if (told.length === 0) held.take(line('meanwhile'))
      return true
    },
  })
  held.take(line('first'))
  await vi.advanceTimersByTimeAsync(1_000)
  expect(told).toEqual(['first'])
  await vi.advanceTimersByTimeAsync(1_000)
  expect(told).toEqual(['first', 'meanwhile'])
})

test('what has in it what the step was given waits for its end, and so does all after it', async () => {
  const { told, typed, looks, held, step } = holdIn()
  const end = held.begin(step)
  for (const text of ['first', 'typed', 'last']) held.take(line(text))
  await vi.advanceTimersByTimeAsync(60_000)
  expect(told).toEqual(['first'])
  expect(looks).toHaveLength(1)
  end([{ value: 'typed', kind: 'password' }])
  expect(told).toEqual(['first', 'typed', 'last'])
  expect(typed).toEqual(Array.from({ length: 2 }, () => ({ value: 'typed', kind: 'password' })))
})

test('a page that does not answer is looked at ever less often, and nothing of it is told before the step is over', async () => {
  let isSeen = false
  const { told, looks, held, step } = holdIn(() => isSeen)
  held.begin(step)
  held.take(line('first'))
  await vi.advanceTimersByTimeAsync(60_000)
  expect(told).toEqual([])
  expect(looks.length).toBeLessThan(7)
  isSeen = true
  await vi.advanceTimersByTimeAsync(64_000)
  expect(told).toEqual(['first'])
})

test('two steps at the same time hold what both do until the last is over', () => {
  const { told, held, step } = holdIn()
  const [one, other] = [held.begin({ ...step }), held.begin({ ...step })]
  held.take(line('of either'))
  one()
  expect(told).toEqual([])
  other()
  expect(told).toEqual(['of either'])
})
