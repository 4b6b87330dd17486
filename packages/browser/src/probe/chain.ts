// Long, since the order of probes and actions is a promise: one state, which no other file may touch.
import { withTimeLimit } from '@contrail/core'
import type { Page } from 'playwright'
import { createProbe, isOpen, type Arrival, type PendingProbe } from './pending.ts'
import type { ProbeMode } from './options.ts'
import { systemClock } from '../page/system.ts'
import type { LookDemand } from '../picture/rest.ts'
import type { TakenByAgent } from '../observe/seen-by-model.ts'
import { urlOf } from '../page/watch.ts'

/** Tells what a look saw; handed over before it returns. */
type Telling = (late: boolean) => Promise<void>

/** Looks at pages for a chain, and tells what was seen, and what of it came too late. None of it may throw. */
export interface ProbeTellers {
  /** Begin to look at the page, for what the agent has not taken of it. */
  look(
    page: Page,
    taken: TakenByAgent | undefined,
    demand?: LookDemand,
  ): {
    readonly done: Promise<Telling>
    /** The parts that are there by now; undefined where there are none. */
    soFar(): Telling | undefined
  }
  /** Tell what the agent took, and that the page was not seen as it was when `url` was its address. */
  giveUp(url: string, taken: TakenByAgent | undefined, page: Page): Promise<void>
}

/**
 * Puts what is told in the background in order, and keeps probes before the actions that come after them.
 *
 * Invariant: steps are told in the order they ended; a probe is told after the steps it is for and before the next one. What
 * was looked at while an action ran on that page is marked late. When the time to wait for a look is up, the parts of it that are
 * there are told. What was still being looked at when an action ended is thrown away, and so is a look at one page that comes after a step on another: a probe is for all steps before it.
 */
export interface ProbeChain {
  /**
   * An action on a page was called. What is asked for from now on belongs to actions that run beside it.
   *
   * @param options.acts it will begin; else it only waits
   */
  arrive(page: Page, options: { isOwn: boolean; acts: boolean }): Arrival
  /**
   * Wait until what was asked for before the arrival is told, at most `limitMs`; then the parts that are there are told.
   *
   * @returns whether there was anything
   */
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
  /** Nothing is to be told, no action goes on, and none was called. */
  isIdle(): boolean
  /** Have everything told, at most `limitMs`; a probe that takes longer is given up. Never rejects. */
  settle(limitMs: number): Promise<void>
}

/** For telling what was given up. */
const graceMs = 100
/**
 * The time that a look waits for an agent that took something itself the last time, which ends with its next action:
 * twice as long as that took then, within these limits.
 */
const [leastWaitMs, mostWaitMs] = [500, 10_000]

/** Begin with nothing to tell. */
export function createProbeChain(mode: ProbeMode, { look, giveUp }: ProbeTellers): ProbeChain {
  let tail = Promise.resolve()
  let toTell = 0
  /** The agent takes pictures or trees itself, so a look waits for that. */
  let isHandingOver = false
  let handOverMs = leastWaitMs
  /** The page of each action that runs, and the actions that were called and have not begun. */
  const running: Page[] = []
  const called = new Set<Arrival>()
  let idle: PromiseWithResolvers<void> | undefined
  let pending: PendingProbe | undefined
  let lastAskedMs: number | undefined
  const outstanding = new Set<Promise<void>>()

  /** Actions that were called together share the look after the last of them. */
  const isBusy = (page: Page): boolean =>
    running.includes(page) || [...called].some((arrival) => arrival.page === page && arrival.probe !== pending)

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
    if (isHandingOver && !probe.claimed) {
      await reached(handOverMs, () => probe.isWanted.promise)
      isHandingOver = probe.claimed !== undefined
    }
    await probe.claimed
    if (probe.state === 'over') return
    probe.state = 'taking'
    probe.isLate ||= running.includes(probe.page)
    const looking = look(probe.page, probe.taken, {
      isWanted: probe.isWanted.promise,
      isOver: () => probe.isLate || !isOpen(probe),
    })
    probe.soFar = looking.soFar
    const tellSeen = await looking.done.catch(() => undefined)
    if (!isOpen(probe)) return
    if (!tellSeen) return abandon(probe) // never by its own doing: a look that fails has gaps
    await finish(probe, () => tellSeen(probe.isLate))
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
    isHandingOver = true
    const afterMs = systemClock.monotonicMs() - (lastAskedMs ?? Infinity)
    handOverMs = Math.max(leastWaitMs, Math.min(2 * afterMs, mostWaitMs))
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

  const finish = async (probe: PendingProbe, telling: () => Promise<void>): Promise<void> => {
    close(probe)
    const told = tell(telling)
    probe.over.resolve(told)
    await told
  }

  const abandon = (probe: PendingProbe): void => {
    close(probe)
    probe.over.resolve()
    probe.isWanted.resolve()
    void tell(() => giveUp(probe.url, probe.taken, probe.page))
  }

  const begin: ProbeChain['begin'] = (arrival) => {
    const { page, probe: before } = arrival
    called.delete(arrival)
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
    else if (!isBusy(page)) start(pending)
  }

  /** Steps that ended while others ran on the page share the probe after them all. */
  const probeLater = (page: Page): Promise<void> => {
    lastAskedMs = systemClock.monotonicMs()
    pending ??= createProbe(page)
    pending.page = page
    pending.url = urlOf(page) ?? ''
    if (!isBusy(page)) start(pending)
    return pending.over.promise
  }

  const probeNow = (page: Page): Promise<void> =>
    tell(async () => {
      const probe = createProbe(page)
      pending = probe
      probe.state = 'taking'
      probe.isLate = running.includes(page)
      const tellSeen = await look(page, undefined).done
      close(probe)
      await tellSeen(probe.isLate)
    })

  const probe: ProbeChain['probe'] = async (page) => {
    if (mode === 'off') return
    await (mode === 'await' ? probeNow(page) : probeLater(page))
  }

  const arrive: ProbeChain['arrive'] = (page, { isOwn, acts }) => {
    const arrival: Arrival = {
      page,
      isOwn,
      told: isOwn && toTell > 0 ? tail : undefined,
      probe: isOwn || pending?.page === page ? pending : undefined,
    }
    if (acts) called.add(arrival)
    return arrival
  }

  const barrier: ProbeChain['barrier'] = async ({ told, probe: before }, limitMs) => {
    if (mode === 'await') return false
    // One action has waited for it already, in vain.
    const awaited = before?.isOvertaken ? undefined : before
    if (!told && !awaited) return false
    if (awaited) want(awaited)
    const isInTime = await reached(limitMs, () => Promise.all([told, awaited?.over.promise]))
    const tellSoFar = !isInTime && awaited?.state === 'taking' && !awaited.isLate ? awaited.soFar?.() : undefined
    if (awaited && tellSoFar) void finish(awaited, () => tellSoFar(false))
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

  const isIdle = (): boolean => !pending && outstanding.size === 0 && running.length === 0 && called.size === 0

  return { arrive, barrier, begin, end, tell, probe, claim, hold, isIdle, settle }
}

async function reached(limitMs: number, work: () => Promise<unknown>): Promise<boolean> {
  try {
    await withTimeLimit(limitMs, work)
    return true
  } catch {
    return false // work in the chain contains its own failures, so this is the limit
  }
}
