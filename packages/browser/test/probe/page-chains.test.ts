import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { captureDom } from '@contrail/browser'
import type { Page } from 'playwright'
import { expect, test } from 'vitest'
import { createProbeChain, type ProbeChain } from '../../src/probe/chain.ts'
import { announceAction } from '../../src/probe/page-chains.ts'
import { keepEvents, useLivePages } from '../support/live-page.ts'

const live = useLivePages()

/** A chain whose looks end at once, with how often it heard of an action, and what it told. */
function openChain() {
  const told: string[] = []
  let heard = 0
  const chain = createProbeChain('overlap', {
    look: () => ({
      done: Promise.resolve(async (late) => void told.push(late ? 'late' : 'look')),
      soFar: () => undefined,
    }),
    giveUp: async () => void told.push('gave up'),
  })
  const hearing: ProbeChain = {
    ...chain,
    arrive: (...action) => {
      heard += 1
      return chain.arrive(...action)
    },
  }
  return { chain: hearing, told, heard: () => heard }
}

async function act(page: Page, chain: ProbeChain, work: Promise<unknown> = Promise.resolve()): Promise<void> {
  const action = announceAction(page, chain)
  await action.barrier(1_000)
  action.begin()
  await work
  action.end()
  void chain.probe(page)
}

test('captures that have told all hear of no more actions, however many were made for a page', async () => {
  const page = { url: () => 'the url' } as unknown as Page
  const captures = Array.from({ length: 50 }, openChain)
  for (const { chain } of captures) {
    await act(page, chain)
    await chain.settle(1_000)
  }
  await act(page, openChain().chain)
  expect(captures.map(({ heard }) => heard())).toEqual(captures.map(() => 1))
  expect(captures.flatMap(({ told }) => told)).toEqual(captures.map(() => 'look'))
})

test('a capture that acts while an action of another one goes on, which it has not heard of, is probed when that is over', async () => {
  const page = { url: () => 'the url' } as unknown as Page
  const [first, second] = [openChain(), openChain()]
  await act(page, first.chain)
  await first.chain.settle(1_000)
  const slow = Promise.withResolvers<void>()
  const going = act(page, second.chain, slow.promise)
  await act(page, first.chain)
  await second.chain.settle(10)
  expect(first.told).toEqual(['look'])
  slow.resolve()
  await going
  await Promise.all([first, second].map(({ chain }) => chain.settle(1_000)))
  expect([first.told, second.told]).toEqual([['look', 'look'], ['look']])
})

test('a page holds none of the captures that were made for it and are over', async () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const page = await live.reopen('/form.html')
  const { sink, settled } = keepEvents()
  const options: WeakRef<object>[] = []
  for (let task = 0; task < 12; task += 1) {
    const images = (): undefined => undefined
    options.push(new WeakRef(images))
    const capture = captureDom(page, sink, { images, probe: { mode: 'off' } })
    await capture.turn(({ step }) => step({ actionName: 'title' }, () => page.title()))
    await settled()
  }
  await expect
    .poll(() => {
      collect()
      return options.filter((one) => one.deref()).length
    })
    .toBeLessThan(3)
})
