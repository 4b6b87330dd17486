import type { Page } from 'playwright'
import { createProbe, isOpen, type Arrival, type PendingProbe } from './pending.ts'
import type { ProbeMode } from './options.ts'
import { systemClock } from '../page/system.ts'
import type { TakenByAgent } from '../observe/tap.ts'
import { withTimeLimit } from '../page/time-limit.ts'
import { urlOf } from '../page/watch.ts'

/** What is to be told of a probe, and what of one that came too late. Neither may throw. */
export interface ProbeTellers {
  /**
   * Look at the page, for what the agent has not taken of it. Gives the telling of what was seen, which hands it over before it
   * returns.
   */
  look(page: Page, taken: TakenByAgent | undefined): Promise<(late: boolean) => Promise<void>>
  /** Tell what the agent took, and that the page was not seen as it was when `url` was its address. */
  giveUp(url: string, taken: TakenByAgent | undefined): Promise<void>
}

/**
 * Puts what is told in the background in order, and keeps probes before the actions that come after them.
 *
 * Invariant: steps are told in the order they ended; a probe is told after the steps it is for and before the next one. What
 * was looked at while an action ran on that page is marked late. What was still being looked at when an action ended is thrown
 * away, and so is a look at one page that comes after a step on another: a probe is for all steps before it.
 */
export interface ProbeChain {
  /** An action on a page was called. What is asked for from now on belongs to actions that run beside it. */
  arrive(page: Page, options: { isOwn: boolean }): Arrival
  /** Wait until what was asked for before the arrival is told, at most `limitMs`. Gives whether there was anything. */
  barrier(arrival: Arrival, limitMs: number): Promise<boolean>
  /** The action begins. */
  begin(arrival: Arrival): void
  /** The action is over; its step is told next. */
  end(arrival: Arrival): void
  /** Tell something after all that is to be told before it. */
  tell(work: () => Promise<void>): Promise<void>
  /** Look at the page when nothing is going on any more, for the steps told so far. Resolves when that is over. */
  probe(page: Page): Promise<void>
  /**
   * The agent begins to take something of the page itself. Where a look at this very state is still to be taken, that waits
   * until it is given what was taken, and tells it, unless it says that it is over; undefined otherwise.
   */
  claim(): ((taken: TakenByAgent | undefined) => boolean) | undefined
  /** Wait for work that tells something when it is over, before the chain counts as settled. */
  hold(work: Promise<void>): void
  /** Have everything told, at most `limitMs`; a probe that takes longer is given up. Never rejects. */
  settle(limitMs: number): Promise<void>
}

/** For telling what was given up. */
const graceMs = 100
/**
 * How long a look waits for an agent that took something itself the last time, which ends with its next action: twice as long as
 * that took then, within these limits.
 */
const [leastTapMs, mostTapMs] = [500, 10_000]

/** Begin with nothing to tell. */
export function createProbeChain(mode: ProbeMode, { look, giveUp }: ProbeTellers): ProbeChain {
  let tail = Promise.resolve()
  let toTell = 0
  /** The agent takes pictures or trees itself, so a look waits for that. */
  let isTapping = false
  let tapMs = leastTapMs
  /** The page of each action that runs. */
  const running: Page[] = []
  let idle: PromiseWithResolvers<void> | undefined
  let pending: PendingProbe | undefined
  let lastAskedMs: number | undefined
  const outstanding = new Set<Promise<void>>()

  const hold = (work: Promise<void>): void => {
    outstanding.add(work)
    void work.finally(() => outstanding.delete(work))
  }

  const tell: ProbeChain['tell'] = (work) => {
    toTell += 1
    // What need not wait is handed over at once.
    tail = (toTell === 1 ? work() : tail.then(work)).finally(() => void (toTell -= 1))
    hold(tail)
    return tail
  }

  const take = async (probe: PendingProbe): Promise<void> => {
    if (isTapping && !probe.claimed) {
      await reached(tapMs, () => probe.isWanted.promise)
      isTapping = probe.claimed !== undefined
    }
    await probe.claimed
    if (probe.state === 'over') return
    probe.state = 'taking'
    probe.isLate ||= running.includes(probe.page)
    const tellSeen = await look(probe.page, probe.taken).catch(() => undefined)
    if (!isOpen(probe)) return
    if (!tellSeen) return abandon(probe) // never by its own doing: a look that fails has gaps
    close(probe)
    await tell(() => tellSeen(probe.isLate))
    probe.over.resolve()
  }

  const start = (probe: PendingProbe): void => {
    if (probe.state !== 'asked') return
    probe.state = 'starting'
    hold(probe.over.promise)
    void take(probe)
  }

  const want = (probe: PendingProbe): void => {
    probe.isWanted.resolve()
    start(probe)
  }

  const claim: ProbeChain['claim'] = () => {
    isTapping = true
    const afterMs = systemClock.monotonicMs() - (lastAskedMs ?? Infinity)
    tapMs = Math.max(leastTapMs, Math.min(2 * afterMs, mostTapMs))
    const probe = pending
    const isFree = probe && (probe.state === 'asked' || probe.state === 'starting')
    if (mode !== 'overlap' || !isFree || probe.claimed || running.length > 0) return undefined
    const { promise, resolve } = Promise.withResolvers<void>()
    probe.claimed = promise
    return (taken) => {
      if (probe.state === 'over') return false
      probe.taken = taken
      resolve()
      want(probe)
      return true
    }
  }

  const close = (probe: PendingProbe): void => {
    probe.state = 'over'
    pending = undefined
  }

  const abandon = (probe: PendingProbe): void => {
    close(probe)
    probe.over.resolve()
    probe.isWanted.resolve()
    void tell(() => giveUp(probe.url, probe.taken))
  }

  const begin: ProbeChain['begin'] = ({ page, probe: before }) => {
    running.push(page)
    if (!pending) return
    if (pending === before) pending.isOvertaken = true
    if (pending.state === 'taking' && pending.page === page) pending.isLate = true
  }

  const end: ProbeChain['end'] = ({ page, isOwn }) => {
    running.splice(running.indexOf(page), 1)
    if (running.length === 0) {
      idle?.resolve()
      idle = undefined
    }
    if (mode === 'await' || !pending || !(isOwn || pending.page === page)) return
    if (pending.state === 'taking' || pending.isOvertaken || pending.page !== page) abandon(pending)
    else if (!running.includes(page)) start(pending)
  }

  /** Steps that ended while others ran on the page share the probe after them all. */
  const probeLater = (page: Page): Promise<void> => {
    lastAskedMs = systemClock.monotonicMs()
    pending ??= createProbe(page)
    pending.page = page
    pending.url = urlOf(page) ?? ''
    if (!running.includes(page)) start(pending)
    return pending.over.promise
  }

  const probeNow = (page: Page): Promise<void> =>
    tell(async () => {
      const probe = createProbe(page)
      pending = probe
      probe.state = 'taking'
      probe.isLate = running.includes(page)
      const tellSeen = await look(page, undefined)
      close(probe)
      await tellSeen(probe.isLate)
    })

  const probe: ProbeChain['probe'] = async (page) => {
    if (mode === 'off') return
    await (mode === 'await' ? probeNow(page) : probeLater(page))
  }

  const arrive: ProbeChain['arrive'] = (page, { isOwn }) => ({
    page,
    isOwn,
    told: isOwn && toTell > 0 ? tail : undefined,
    probe: isOwn || pending?.page === page ? pending : undefined,
  })

  const barrier: ProbeChain['barrier'] = async ({ told, probe: before }, limitMs) => {
    if (mode === 'await') return false
    // One action has waited for it already, in vain.
    const awaited = before?.isOvertaken ? undefined : before
    if (!told && !awaited) return false
    if (awaited) want(awaited)
    await reached(limitMs, () => Promise.all([told, awaited?.over.promise]))
    return true
  }

  const settle: ProbeChain['settle'] = async (limitMs) => {
    const deadline = systemClock.monotonicMs() + limitMs
    const isUnsettled = (): boolean => pending !== undefined || outstanding.size > 0
    // Actions that still run are given the half of the time; then the page is seen as it is.
    if (isUnsettled() && running.length > 0)
      await reached(limitMs / 2, () => (idle ??= Promise.withResolvers()).promise)
    while (isUnsettled()) {
      if (pending) want(pending)
      const leftMs = deadline - systemClock.monotonicMs()
      if (await reached(leftMs, () => Promise.all(outstanding))) continue
      if (pending && mode === 'overlap') abandon(pending)
      await reached(graceMs, () => tail)
      return
    }
  }

  return { arrive, barrier, begin, end, tell, probe, claim, hold, settle }
}

async function reached(limitMs: number, work: () => Promise<unknown>): Promise<boolean> {
  try {
    await withTimeLimit(limitMs, work)
    return true
  } catch {
    return false // work in the chain contains its own failures, so this is the limit
  }
}
