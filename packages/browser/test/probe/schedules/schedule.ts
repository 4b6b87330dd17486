import {
  captureCua,
  captureDom,
  captureHybrid,
  recordPage,
  type CaptureOptions,
  type DomCapture,
  type ProbeOptions,
} from '@contrail/browser'
import type { EvidenceSink } from '@contrail/core'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright'
import { createDomCapture } from '../../../src/capture/dom.ts'
import { createCaptureSession } from '../../../src/capture/session.ts'
import type { createProbeChain } from '../../../src/probe/chain.ts'

/** A page that changes on every action: its number stands in the aria tree and is the colour of every pixel. */
export const countingPage = `<!doctype html><title>Counting</title><style>* { margin: 0; color: transparent }</style>
<h1></h1><button></button><script>
  const show = () => {
    const [n] = (location.hash.match(/\\d+/) ?? ['0']).map(Number)
    document.querySelector('h1').textContent = 'state ' + n
    document.documentElement.style.background = '#' + n.toString(16).padStart(6, '0')
  }
  const next = () => { history.replaceState(null, '', '#' + (Number(location.hash.slice(1) || 0) + 1)); show() }
  document.querySelector('button').addEventListener('click', next)
  show()
</script>`

/** The course of one random schedule: what each group of actions does at once, and how long the agent thinks after it. */
export interface Schedule {
  readonly mode: 'cua' | 'dom' | 'hybrid' | 'recordPage'
  readonly options: Pick<CaptureOptions, 'probe' | 'mask'>
  readonly groups: readonly { actions: readonly Action[]; thinkMs: number; isTapped: boolean }[]
}

interface Action {
  readonly beforeMs: number
  readonly afterMs: number
  readonly does: 'next' | 'reload' | 'fail'
}

/** The same numbers from 0 to 1 for the same seed. */
export function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/**
 * Draw a schedule.
 *
 * @param options.isSlow some actions go on for as long as a look takes
 */
export function drawSchedule(random: () => number, probes: readonly ProbeOptions[], { isSlow = false } = {}): Schedule {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!
  const mode = pick(['cua', 'dom', 'hybrid', 'cua', 'dom', 'recordPage'] as const)
  const delays = { before: [0, 0, 1, 3], after: isSlow ? [0, 30, 80] : [0, 0, 2] }
  const draw = (isAlone: boolean): Action => ({
    beforeMs: pick(delays.before),
    afterMs: pick(delays.after),
    does: mode === 'recordPage' ? 'next' : isAlone && random() < 0.03 ? 'reload' : random() < 0.1 ? 'fail' : 'next',
  })
  const groups = Array.from({ length: isSlow ? 3 : random() < 0.3 ? 2 : 1 }, () => {
    const isAlone = mode === 'recordPage' || random() < 0.7
    const actions = Array.from({ length: isAlone ? 1 : 2 }, () => draw(isAlone))
    return { actions, thinkMs: pick([0, 0, 0, 1, 4, 8]), isTapped: random() < 0.3 }
  })
  return { mode, options: { probe: pick(probes), mask: random() < 0.4 }, groups }
}

/**
 * Run a schedule on the counting page.
 *
 * @param createChain in place of the real one; then all acts through turns
 * @returns the state of the page when each step was called and after it, in the order the steps were told
 */
export async function runSchedule(
  page: Page,
  sink: EvidenceSink,
  { mode, options, groups }: Schedule,
  createChain?: typeof createProbeChain,
): Promise<{ start: number; end: number }[]> {
  const expected: { start: number; end: number }[] = []
  let state = Number(new URL(page.url()).hash.slice(1))
  const body = createChain
    ? turnBody(createDomCapture(page, createCaptureSession(sink, options, createChain)))
    : bodies[mode](page, sink, options)

  const act = async ({ beforeMs, afterMs, does }: Action): Promise<void> => {
    if (beforeMs > 0) await sleep(beforeMs)
    if (does === 'reload') await page.reload()
    else await page.evaluate('next()')
    if (afterMs > 0) await sleep(afterMs)
    if (does === 'fail') throw new Error('as drawn')
  }
  for (const { actions, thinkMs, isTapped } of groups) {
    const start = state
    await body.act(actions, act)
    state += actions.filter(({ does }) => does !== 'reload').length
    expected.push(...actions.map(() => ({ start, end: state })))
    if (isTapped) await body.screenshot?.()
    if (thinkMs > 0) await sleep(thinkMs)
  }
  return expected
}

interface Body {
  act(actions: readonly Action[], act: (action: Action) => Promise<void>): Promise<unknown>
  screenshot?: () => Promise<unknown>
}

const bodies: Record<Schedule['mode'], (page: Page, sink: EvidenceSink, options: CaptureOptions) => Body> = {
  cua: (page, sink, options) => {
    const capture = captureCua(page, sink, options)
    return {
      screenshot: capture.screenshot,
      act: (actions, act) =>
        Promise.allSettled(actions.map((action) => capture.act({ type: action.does }, () => act(action)))),
    }
  },
  dom: (page, sink, options) => turnBody(captureDom(page, sink, options)),
  hybrid: (page, sink, options) => {
    const capture = captureHybrid(page, sink, options)
    return { ...turnBody(capture), screenshot: () => capture.screenshot() }
  },
  recordPage: (page, sink, options) => {
    const recorded = recordPage(page, sink, options)
    return { act: () => recorded.locator('button').dispatchEvent('click') }
  },
}

function turnBody(capture: DomCapture): Body {
  return {
    act: (actions, act) =>
      capture.turn(({ step }) =>
        Promise.allSettled(actions.map((action) => step({ actionName: action.does }, () => act(action)))),
      ),
  }
}
