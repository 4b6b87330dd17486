import type { ImageReference, JournalEntry, JournalHole, Step } from '@contrail/core'

type Entry = JournalEntry | JournalHole
type EntryOf<T extends JournalEntry['type']> = Extract<JournalEntry, { type: T }>
/** The steps of the run, as far as they say when they began, and of which turn and capture they are. */
type Steps = readonly Pick<Step<ImageReference>, 'startedAt' | 'source' | 'turnId'>[]

/** More entries than these have no step of their own; they are events without end. */
const mostEntries = 200

/**
 * Find the entries of a journal that a step was made of: those that name it, the turn that chose it, what the page did by
 * itself meanwhile, and any other between the end of the step before it and the end of the next.
 *
 * @param steps of the run
 * @param step its index, from 0
 */
export async function entriesOfStep(journal: AsyncIterable<Entry>, steps: Steps, step: number): Promise<Entry[]> {
  const found: Entry[] = []
  for await (const { entry, belongsTo } of entriesWithSteps(journal, steps)) {
    if (belongsTo.includes(step)) found.push(entry)
    if (found.length >= mostEntries) break
  }
  return found
}

/** Find them for all steps in one reading. */
export async function entriesOfSteps(journal: AsyncIterable<Entry>, steps: Steps): Promise<Entry[][]> {
  const found = steps.map((): Entry[] => [])
  for await (const { entry, belongsTo } of entriesWithSteps(journal, steps)) {
    for (const step of belongsTo) if ((found[step]?.length ?? mostEntries) < mostEntries) found[step]!.push(entry)
  }
  return found
}

/** Each entry with the indexes of the steps that it belongs to. */
async function* entriesWithSteps(
  journal: AsyncIterable<Entry>,
  steps: Steps,
): AsyncGenerator<{ entry: Entry; belongsTo: readonly number[] }> {
  const ofTurns = Map.groupBy(steps.keys(), (index) => steps[index]!.turnId)
  const stepDuring = followBeginnings(steps)
  let next = 0
  const stepsOf = (entry: Entry): readonly number[] => {
    if (entry.type === 'hole') return [next - 1, next]
    const { stepIndex } = entry.event as { stepIndex?: unknown }
    if (typeof stepIndex === 'number') return [stepIndex]
    if (entry.type === 'step_finished') return [next]
    if (entry.type === 'turn_finished') return ofTurns.get(entry.event.turnId) ?? [next]
    if (entry.type === 'page_event') return [stepDuring(entry, next)]
    return [next - 1, next]
  }
  for await (const entry of journal) {
    yield { entry, belongsTo: stepsOf(entry) }
    if (entry.type === 'step_finished') next = Math.max(next, entry.step + 1)
  }
}

/**
 * Find the step during which a page did something, as the trajectory does: of its source the one that had begun last. What
 * came before the first step is shown with that.
 *
 * @returns given an event, and the index of the step that ends next, the index of its step
 */
function followBeginnings(steps: Steps): (entry: EntryOf<'page_event'>, next: number) => number {
  const all = steps.map(({ startedAt, source }, index) => ({ index, source, ms: Date.parse(startedAt ?? '') }))
  const timed = all.filter(({ ms }) => !Number.isNaN(ms)).toSorted((a, b) => a.ms - b.ms)
  const untimed = all.filter(({ ms }) => Number.isNaN(ms))
  const sources = new Set(all.map(({ source }) => source))
  return ({ at, event }, next) => {
    const named = sources.has(event.source) ? event.source : undefined
    const isOfAny = event.source === undefined && !sources.has(undefined)
    const isNear = ({ source }: { source: string | undefined }): boolean => isOfAny || source === named
    const ms = Date.parse(event.at ?? at)
    const begun = timed.findLast((one) => one.ms <= ms && isNear(one))
    const ended = untimed.findLast((one) => one.index < next && isNear(one))
    return Math.max(begun?.index ?? 0, ended?.index ?? 0)
  }
}
