import type { Page } from 'playwright'
import type { ProbeMode } from './probe-options.ts'
import { systemClock } from './environment.ts'
import { withTimeLimit } from './time-limit.ts'
import { urlOf } from './watch-page.ts'

/** What is to be told of a probe, and what of one that came too late. Neither may throw. */
export interface ProbeTellers {
  /** Look at the page. Gives the telling of what was seen, which hands it over before it returns. */
  look(page: Page): Promise<(late: boolean) => Promise<void>>
  /** Tell that the page was not seen as it was when `url` was its address. */
  giveUp(url: string): Promise<void>
}

/**
 * Puts what is told in the background in order, and keeps probes before the actions that come after them.
 *
 * Invariant: steps are told in the order they ended; a probe is told after the steps it is for and before the next one. What
 * was looked at while an action ran is marked late. What was still being looked at when an action ended is thrown away.
 */
export interface ProbeChain {
  /** An action was called. What is asked for from now on belongs to actions that run beside it. */
  arrive(): Arrival
  /** Wait until what was asked for before the arrival is told, at most `barrierMs`. Gives whether there was anything. */
  barrier(arrival: Arrival): Promise<boolean>
  /** The action begins. */
  begin(arrival: Arrival): void
  /** An action is over; its step is told next. */
  end(): void
  /** Tell something after all that is to be told before it. */
  tell(work: () => Promise<void>): Promise<void>
  /** Look at the page when nothing is going on any more, for the steps told so far. Resolves when that is over. */
  probe(page: Page): Promise<void>
  /** Wait for work that tells something when it is over, before the chain counts as settled. */
  hold(work: Promise<void>): void
  /** Have everything told, at most `limitMs`; a probe that takes longer is given up. Never rejects. */
  settle(limitMs: number): Promise<void>
}

/** What was still to be told when an action was called. */
interface Arrival {
  readonly told: Promise<void> | undefined
  readonly probe: PendingProbe | undefined
}

interface PendingProbe {
  page: Page
  url: string
  /** `taking`: it is looking now. `over`: told or given up. */
  state: 'asked' | 'starting' | 'taking' | 'over'
  /** An action began after it was asked for. */
  isOvertaken: boolean
  /** An action ran while it was looking. */
  isLate: boolean
  readonly over: PromiseWithResolvers<void>
}

/** For telling what was given up. */
const graceMs = 100

/** Begin with nothing to tell. */
export function createProbeChain(
  { mode, barrierMs }: { mode: ProbeMode; barrierMs: number },
  { look, giveUp }: ProbeTellers,
): ProbeChain {
  let tail = Promise.resolve()
  let toTell = 0
  let running = 0
  let idle: PromiseWithResolvers<void> | undefined
  let pending: PendingProbe | undefined
  const outstanding = new Set<Promise<void>>()

  const hold = (work: Promise<void>): void => {
    outstanding.add(work)
    void work.finally(() => outstanding.delete(work))
  }

  const tell: ProbeChain['tell'] = (work) => {
    toTell += 1
    tail = tail.then(work).finally(() => void (toTell -= 1))
    hold(tail)
    return tail
  }

  const take = async (probe: PendingProbe): Promise<void> => {
    for (let told; told !== tail;) await (told = tail)
    if (probe.state === 'over') return
    probe.state = 'taking'
    probe.isLate ||= running > 0
    const tellSeen = await look(probe.page)
    if (!isOpen(probe)) return
    const telling = tellSeen(probe.isLate)
    close(probe)
    await telling
    probe.over.resolve()
  }

  const start = (probe: PendingProbe): void => {
    if (probe.state !== 'asked') return
    probe.state = 'starting'
    hold(probe.over.promise)
    void take(probe)
  }

  const close = (probe: PendingProbe): void => {
    probe.state = 'over'
    pending = undefined
  }

  const abandon = (probe: PendingProbe): void => {
    close(probe)
    probe.over.resolve()
    void tell(() => giveUp(probe.url))
  }

  const begin: ProbeChain['begin'] = (arrival) => {
    running += 1
    if (!pending) return
    if (pending === arrival.probe) pending.isOvertaken = true
    if (pending.state === 'taking') pending.isLate = true
  }

  const end: ProbeChain['end'] = () => {
    running -= 1
    if (running === 0) {
      idle?.resolve()
      idle = undefined
    }
    if (mode === 'await' || !pending) return
    if (pending.state === 'taking' || pending.isOvertaken) abandon(pending)
    else if (running === 0) start(pending)
  }

  /** Steps that ended while others ran share the probe after them all. */
  const probeLater = (page: Page): Promise<void> => {
    pending ??= createProbe(page)
    pending.page = page
    pending.url = urlOf(page) ?? ''
    if (running === 0) start(pending)
    return pending.over.promise
  }

  const probeNow = (page: Page): Promise<void> =>
    tell(async () => {
      const probe = createProbe(page)
      pending = probe
      probe.state = 'taking'
      probe.isLate = running > 0
      const tellSeen = await look(page)
      close(probe)
      await tellSeen(probe.isLate)
    })

  const probe: ProbeChain['probe'] = async (page) => {
    if (mode === 'off') return
    await (mode === 'await' ? probeNow(page) : probeLater(page))
  }

  const arrive: ProbeChain['arrive'] = () => ({ told: toTell > 0 ? tail : undefined, probe: pending })

  const barrier: ProbeChain['barrier'] = async ({ told, probe: before }) => {
    if (mode === 'await') return false
    // One action has waited for it already, in vain.
    const awaited = before?.isOvertaken ? undefined : before
    if (!told && !awaited) return false
    if (awaited) start(awaited)
    await reached(barrierMs, () => Promise.all([told, awaited?.over.promise]))
    return true
  }

  const settle: ProbeChain['settle'] = async (limitMs) => {
    const deadline = systemClock.monotonicMs() + limitMs
    const isUnsettled = (): boolean => pending !== undefined || outstanding.size > 0
    // Actions that still run are given the half of the time; then the page is seen as it is.
    if (isUnsettled() && running > 0) await reached(limitMs / 2, () => (idle ??= Promise.withResolvers()).promise)
    while (isUnsettled()) {
      if (pending) start(pending)
      const leftMs = deadline - systemClock.monotonicMs()
      if (await reached(leftMs, () => Promise.all(outstanding))) continue
      if (pending && mode === 'overlap') abandon(pending)
      await reached(graceMs, () => tail)
      return
    }
  }

  return { arrive, barrier, begin, end, tell, probe, hold, settle }
}

function createProbe(page: Page): PendingProbe {
  return {
    page,
    url: urlOf(page) ?? '',
    state: 'asked',
    isOvertaken: false,
    isLate: false,
    over: Promise.withResolvers<void>(),
  }
}

/** It may have been given up while it was looking. */
function isOpen({ state }: PendingProbe): boolean {
  return state !== 'over'
}

async function reached(limitMs: number, work: () => Promise<unknown>): Promise<boolean> {
  try {
    await withTimeLimit(limitMs, work)
    return true
  } catch {
    return false // work in the chain contains its own failures, so this is the limit
  }
}
