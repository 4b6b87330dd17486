import type { Page } from 'playwright'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createProbeChain } from '../../src/probe/chain.ts'
import type { ProbeMode } from '../../src/probe/options.ts'

const page = { url: () => 'the url' } as unknown as Page

/** A chain whose looks end when the test says so, and what it told. */
function openChain({
  mode = 'overlap',
  barrierMs = 5_000,
  hasParts = false,
}: { mode?: ProbeMode; barrierMs?: number; hasParts?: boolean } = {}) {
  const told: string[] = []
  const looks: (() => void)[] = []
  const chain = createProbeChain(mode, {
    look: (of) => {
      const number = looks.length + 1
      const { promise, resolve } = Promise.withResolvers<void>()
      looks.push(resolve)
      const where = of === page ? '' : ` at ${of.url()}`
      const telling = (what: string) => async (late: boolean) =>
        void told.push(`${what} ${number}${where}${late ? ' late' : ''}`)
      return {
        done: promise.then(() => telling('look')),
        soFar: () => (hasParts ? telling('parts of look') : undefined),
      }
    },
    giveUp: async (url) => void told.push(`gave up at ${url}`),
  })
  const act = async (name: string, work: Promise<unknown> = Promise.resolve(), on = page): Promise<void> => {
    const arrival = chain.arrive(on, { isOwn: true, acts: true })
    await chain.barrier(arrival, barrierMs)
    chain.begin(arrival)
    await work
    chain.end(arrival)
    void chain.tell(async () => void told.push(name))
    void chain.probe(on)
  }
  return { chain, told, looks, act, until: (ready: () => boolean) => expect.poll(ready).toBe(true) }
}

test('an action ends at once, and the next one waits for the look after it', async () => {
  const { told, looks, act, until } = openChain()
  await act('a')
  await until(() => looks.length === 1)
  const next = act('b')
  await sleep(30)
  expect(told).toEqual(['a'])
  looks[0]!()
  await next
  await until(() => told.length === 3)
  expect(told).toEqual(['a', 'look 1', 'b'])
})

test('a look that comes after the barrier but before the action ended is told as late', async () => {
  const { chain, told, looks, act, until } = openChain({ barrierMs: 10 })
  await act('a')
  const { promise, resolve } = Promise.withResolvers<void>()
  const next = act('b', promise)
  await sleep(40)
  looks[0]!()
  await until(() => told.length === 2)
  resolve()
  await next
  await until(() => looks.length === 2)
  looks[1]!()
  await chain.settle(1_000)
  expect(told).toEqual(['a', 'look 1 late', 'b', 'look 2'])
})

test('when the time to wait is up the parts that are there are told, and the rest of that look is not', async () => {
  const { chain, told, looks, act, until } = openChain({ barrierMs: 10, hasParts: true })
  await act('a')
  await act('b')
  await until(() => looks.length === 2)
  looks[0]!()
  looks[1]!()
  await chain.settle(1_000)
  expect(told).toEqual(['a', 'parts of look 1', 'b', 'look 2'])
})

test('a look that is not there when the next action ended is given up before that step, and thrown away when it comes', async () => {
  const { chain, told, looks, act, until } = openChain({ barrierMs: 10 })
  await act('a')
  await act('b')
  await until(() => looks.length === 2)
  looks[0]!()
  looks[1]!()
  await chain.settle(1_000)
  expect(told).toEqual(['a', 'gave up at the url', 'b', 'look 2'])
})

test('the barrier is waited for once: of two actions that a hanging look holds only the first waits', async () => {
  const { act } = openChain({ barrierMs: 200 })
  await act('a')
  const never = new Promise(() => {})
  const startedMs = performance.now()
  void act('b', never)
  await sleep(250)
  await act('c')
  expect(performance.now() - startedMs).toBeLessThan(400)
})

test('actions that run together share one look, taken when the last of them is over', async () => {
  const { chain, told, looks, act, until } = openChain()
  const { promise, resolve } = Promise.withResolvers<void>()
  const [slow, quick] = [act('slow', promise), act('quick')]
  await quick
  await sleep(20)
  expect(looks).toEqual([])
  resolve()
  await slow
  await until(() => looks.length === 1)
  looks[0]!()
  await chain.settle(1_000)
  expect(told).toEqual(['quick', 'slow', 'look 1'])
})

test('an action that was called with another and begins after that has ended shares the look after it', async () => {
  const { chain, told, looks, act, until } = openChain()
  const later = chain.arrive(page, { isOwn: true, acts: true })
  await act('quick')
  await sleep(20)
  expect(looks).toEqual([])
  chain.begin(later)
  chain.end(later)
  await until(() => looks.length === 1)
  looks[0]!()
  await chain.settle(1_000)
  expect(told).toEqual(['quick', 'look 1'])
})

test('an action that comes later has the look taken before it, marked late for what still runs', async () => {
  const { chain, told, looks, act, until } = openChain()
  const { promise, resolve } = Promise.withResolvers<void>()
  const [slow, quick] = [act('slow', promise), act('quick')]
  await quick
  const later = act('later')
  await until(() => looks.length === 1)
  looks[0]!()
  await later
  resolve()
  await slow
  await until(() => looks.length === 2)
  looks[1]!()
  await chain.settle(1_000)
  expect(told).toEqual(['quick', 'look 1 late', 'later', 'slow', 'look 2'])
})

test('of two pages that are acted on at once each is looked at for its own step, or the first is given up', async () => {
  const popup = { url: () => 'the popup' } as unknown as Page
  const inTime = openChain()
  const slow = Promise.withResolvers<void>()
  const both = [inTime.act('a'), inTime.act('b', slow.promise, popup)]
  await inTime.until(() => inTime.looks.length === 1)
  inTime.looks[0]!()
  await inTime.until(() => inTime.told.length === 2)
  slow.resolve()
  await Promise.all(both)
  await inTime.until(() => inTime.looks.length === 2)
  inTime.looks[1]!()
  await inTime.chain.settle(1_000)
  expect(inTime.told).toEqual(['a', 'look 1', 'b', 'look 2 at the popup'])

  const tooSlow = openChain()
  await Promise.all([tooSlow.act('a'), tooSlow.act('b', sleep(20), popup)])
  await tooSlow.until(() => tooSlow.looks.length === 2)
  tooSlow.looks[0]!()
  tooSlow.looks[1]!()
  await tooSlow.chain.settle(1_000)
  expect(tooSlow.told).toEqual(['a', 'gave up at the url', 'b', 'look 2 at the popup'])
})

test('settling takes what is still to be taken, and gives up what takes too long', async () => {
  const { chain, told, looks, act } = openChain()
  void act('runs for ever', new Promise(() => {}))
  await act('a')
  const settling = chain.settle(300)
  await expect.poll(() => looks.length).toBe(1)
  looks[0]!()
  await settling
  expect(told).toEqual(['a', 'look 1 late'])
  await act('b')
  await chain.settle(20)
  expect(told).toEqual(['a', 'look 1 late', 'b', 'gave up at the url'])
})

test('who awaits is told after each look, one after the other; off looks at nothing', async () => {
  const awaiting = openChain({ mode: 'await' })
  await awaiting.act('a')
  await awaiting.act('b')
  await awaiting.until(() => awaiting.looks.length === 1)
  awaiting.looks[0]!()
  await awaiting.until(() => awaiting.looks.length === 2)
  awaiting.looks[1]!()
  await awaiting.chain.settle(1_000)
  expect(awaiting.told).toEqual(['a', 'look 1', 'b', 'look 2'])

  const off = openChain({ mode: 'off' })
  await off.act('a')
  await off.chain.settle(1_000)
  expect([off.told, off.looks]).toEqual([['a'], []])
})
