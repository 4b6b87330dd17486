import type { PageEvent, WithheldSecret } from '@contrail/core'

/** A step that is going on. */
interface RunningStep {
  /** Learn the secrets that stand on its page now. @returns false where not all of it could be seen */
  look(): Promise<boolean>
  /** Tells whether an event has in it what the step was given, of which only its end tells whether it is a secret. */
  isInDoubt(event: PageEvent): boolean
}

/** Holds what pages do during steps until it is known what of it is secret. */
export interface HeldEvents {
  /** Hold an event, or emit it where no step is going on. */
  take(event: PageEvent): void
  /** @returns a function that tells that the step is over and what it typed; once is enough */
  begin(step: RunningStep): (typed?: readonly WithheldSecret[]) => void
  /** Emit all. */
  letGo(): void
}

/**
 * The time until an event is emitted although the step is still going on: a process that is killed in a long step loses
 * no more than that of what the page did. Twice as long after each look that did not see the page.
 */
const lookAfterMs = 1_000

/**
 * Begin with nothing held. A form may send what was typed into it, so an event waits for a look at the fields after it; one that
 * has in it what the step was given, and all after that, for the end of the step.
 *
 * @param emit takes the secrets that steps are known to have typed, beside those that were looked for
 */
export function holdEvents(emit: (event: PageEvent, typed: readonly WithheldSecret[]) => void): HeldEvents {
  const running = new Set<RunningStep>()
  let held: PageEvent[] = []
  let typed: readonly WithheldSecret[] = []
  let timer: NodeJS.Timeout | undefined
  let waitMs = lookAfterMs

  const letGo = (): void => {
    const [events, secrets] = [held, typed]
    held = []
    typed = []
    clearTimeout(timer)
    timer = undefined
    for (const event of events) emit(event, secrets)
  }

  const lookSoon = (): void => {
    timer ??= setTimeout(() => void lookNow(), waitMs).unref()
  }

  const lookNow = async (): Promise<void> => {
    const [events, count, steps] = [held, held.length, [...running]]
    const isInDoubt = (event: PageEvent): boolean => steps.some((step) => step.isInDoubt(event))
    const looks = await Promise.all(steps.map((step) => step.look().catch(() => false)))
    // Everything was let go of meanwhile.
    if (events !== held) return
    timer = undefined
    const isSeen = looks.every(Boolean)
    waitMs = isSeen ? lookAfterMs : 2 * waitMs
    if (isSeen) {
      const first = events.findIndex((event, index) => index >= count || isInDoubt(event))
      for (const event of events.splice(0, first < 0 ? count : first)) emit(event, typed)
    }
    if (events[0] && !isInDoubt(events[0])) lookSoon()
  }

  return {
    take: (event) => {
      if (running.size === 0) return emit(event, typed)
      held.push(event)
      if (held.length === 1) lookSoon()
    },
    begin: (step) => {
      running.add(step)
      waitMs = lookAfterMs
      return (secrets = []) => {
        if (!running.delete(step)) return
        typed = [...typed, ...secrets]
        if (running.size === 0) letGo()
      }
    },
    letGo,
  }
}
