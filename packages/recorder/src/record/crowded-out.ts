import { present } from '@contrail/core'
import { z } from 'zod'
import type { Ack } from './recording.ts'

/** The share of the queue's limit above which events of pages are counted instead of queued. */
export const pageEventShare = 1 / 4

/** Events of pages that found no room, of one source and one step. */
interface Crowd {
  readonly source: string | undefined
  readonly stepIndex: number | undefined
  /** When the last one was, as it says. */
  at: string | undefined
  readonly counts: Map<string, number>
}

/**
 * Counts the events of pages that find no room in the queue. A page may do more than a disk can take, and what it does must not cost
 * any other evidence.
 */
export class CrowdedOut {
  private readonly crowds = new Map<string, Crowd>()
  private acked = Promise.withResolvers<Ack>()

  get isEmpty(): boolean {
    return this.crowds.size === 0
  }

  /** @returns the ack of the event that will tell how many there were */
  count(payload: unknown): Promise<Ack> {
    const { source, stepIndex, at, kind, counts, count } = readPageEvent(payload)
    const name = JSON.stringify([source, stepIndex])
    const crowd = this.crowds.get(name) ?? { source, stepIndex, at, counts: new Map<string, number>() }
    this.crowds.set(name, crowd)
    crowd.at = at ?? crowd.at
    // What was only counted before it came here has its own counts.
    for (const [counted, times] of Object.entries(counts ?? { [kind]: count ?? 1 })) {
      crowd.counts.set(counted, (crowd.counts.get(counted) ?? 0) + times)
    }
    return this.acked.promise
  }

  /** Tell how many there were, if there were any, and begin anew. */
  tell(store: (payload: object) => Promise<Ack>): void {
    if (this.isEmpty) return
    const told = [...this.crowds.values()].map(({ source, stepIndex, at, counts }) =>
      store({
        kind: 'omitted',
        url: '',
        pageId: '',
        ...present({ source, stepIndex, at }),
        counts: Object.fromEntries(counts),
      }),
    )
    this.crowds.clear()
    const { resolve, reject } = this.acked
    this.acked = Promise.withResolvers()
    Promise.all(told).then((acks) => resolve(acks.at(-1)!), reject)
  }
}

const whole = z.number().int().nonnegative()
/** The few fields that say where an event belongs, and how many it stands for. */
const Counted = z.object({
  source: z.string().optional().catch(undefined),
  stepIndex: whole.optional().catch(undefined),
  at: z.string().optional().catch(undefined),
  kind: z.string().catch('unknown'),
  count: whole.optional().catch(undefined),
  counts: z.record(z.string(), whole).optional().catch(undefined),
})
type Counted = z.infer<typeof Counted>

function readPageEvent(payload: unknown): Counted {
  try {
    return Counted.parse(payload)
  } catch {
    // What is no object, or has a getter that throws, is an event all the same.
    return { kind: 'unknown' }
  }
}
