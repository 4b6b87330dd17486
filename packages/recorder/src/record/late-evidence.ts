import { settleBus, withTimeLimit, type EvidenceBus } from '@contrail/core'

/** Longer than one probe may take by default. */
const limitMs = 11_000

/** Who tells evidence in the background, and is waited for before a recording ends. */
export interface LateEvidence {
  /** Note whom to ask. Each is asked once. */
  readonly ask: (settle: () => PromiseLike<unknown>) => void
  /**
   * Have all of them tell what is still to come, for 11 s at most. Never rejects.
   *
   * @returns undefined when there is nobody to wait for
   */
  settle(): Promise<void> | undefined
}

/** Begin with nobody but those who tell a bus. */
export function createLateEvidence(bus: EvidenceBus | undefined): LateEvidence {
  let waiting: (() => PromiseLike<unknown>)[] = []

  const settle = (): Promise<void> | undefined => {
    const asked = waiting.map(async (one) => one())
    waiting = []
    const onBus = bus && settleBus(bus)
    if (!onBus && asked.length === 0) return undefined
    // Who is not done by then is not waited for.
    return withTimeLimit(limitMs, () => Promise.allSettled([onBus, ...asked])).then(ignore, ignore)
  }

  return { ask: (one) => void waiting.push(one), settle }
}

function ignore(): void {}
