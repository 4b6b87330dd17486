import { type EnvironmentEntry, isPageEventKind, type PageEvent } from '../events/page-event.ts'
import type { JournalEntry } from '../trajectory/journal-entry.ts'
import { present } from '../values/fields.ts'
import { limitEnvironment } from './environment-limit.ts'
import type { FoldGaps } from './gaps.ts'
import type { StepDraft } from './lost.ts'

type Entry = Extract<JournalEntry, { type: 'page_event' }>
type SourceName = string | undefined

/** Stands for the time before the first step. */
const beforeSteps = -1

/** The events that a page made by itself, by the position of the step during which it did. */
export interface BoundEnvironment {
  readonly initial: readonly EnvironmentEntry[] | undefined
  of(position: number): readonly EnvironmentEntry[] | undefined
}

/**
 * Binds the events of pages to steps, when all steps are known. One with a `stepIndex` belongs to that step, or where it never
 * finished to the one before it. Any other belongs, among the steps of its source, to the one that had begun last when it
 * happened, or to none where that was before the first. A step that does not say when it began has begun when it
 * arrived. Where a source has no steps of its own its events belong to the steps that name no source, and those without a source
 * to all where every step names one. None is lost, whatever stands in it.
 */
export class Environment {
  private readonly entries: Entry[] = []

  /** Keep an event until the steps are known. */
  add(entry: Entry): void {
    this.entries.push(entry)
  }

  /**
   * Bind all events.
   *
   * @param indices of the steps, ascending; a position is that of an index in them
   */
  bind(indices: readonly number[], drafts: ReadonlyMap<number, StepDraft>, gaps: FoldGaps): BoundEnvironment {
    if (this.entries.length === 0) return { initial: undefined, of: () => undefined }
    const beginnings = new Beginnings(indices.map((index) => drafts.get(index)!.entry))
    const bound = new Map<number, EnvironmentEntry[]>()
    const unknown = new Set<string>()
    for (const entry of this.entries) {
      const { event } = entry
      const position =
        event.stepIndex === undefined ? beginnings.last(entry) : indices.findLastIndex((at) => at <= event.stepIndex!)
      const events = bound.get(position) ?? []
      bound.set(position, events)
      const isKnown = isPageEventKind(event.kind)
      const told = isKnown ? event : toUnknown(event)
      const startedIn = event.stepIndex === undefined ? beginnings.whenStarted(entry) : undefined
      const startedInStep = startedIn === position || startedIn === beforeSteps ? undefined : startedIn
      events.push(toEnvironmentEntry({ ...told, ...present({ startedInStep }) }, entry.at))
      const name = `${position} ${event.kind}`
      if (isKnown || unknown.has(name)) continue
      unknown.add(name)
      const stepIndex = position === beforeSteps ? undefined : position
      gaps.add('event', 'unknown_kind', present({ stepIndex, detail: { kind: event.kind } }))
    }
    const of = (position: number): readonly EnvironmentEntry[] | undefined => {
      const events = bound.get(position)
      return events && limitEnvironment(events)
    }
    return { initial: of(beforeSteps), of }
  }
}

/**
 * An event as it belongs to a step.
 *
 * @param at when it was recorded, for one that does not say when it was; `""` where that is not known
 */
export function toEnvironmentEntry({ stepIndex: _, ...event }: PageEvent, at: string): EnvironmentEntry {
  if (event.kind === 'omitted') return { kind: event.kind, counts: event.counts }
  return at === '' || event.at !== undefined ? event : { ...event, at }
}

/** All of an event is kept where its kind says nothing to us. */
function toUnknown(event: PageEvent): PageEvent {
  const { url = '', pageId = '', source, stepIndex, at, count } = event as Partial<PageEvent>
  return { kind: 'unknown', url, pageId, ...present({ source, stepIndex, at, count }), extra: { ...event } }
}

interface Beginning {
  readonly position: number
  /** The `seq` at which it arrived. */
  readonly seq: number
  /** NaN where the step does not say it. */
  readonly ms: number
}

/** The steps of one source, so that the last one before a moment is found at once. */
interface Group {
  readonly timed: readonly Beginning[]
  readonly untimed: readonly Beginning[]
  readonly all: readonly Beginning[]
}

/** When the steps of each source began. */
class Beginnings {
  private readonly groups = new Map<SourceName, Group>()
  private readonly everything: Group

  constructor(steps: readonly StepDraft['entry'][]) {
    const sources = new Map<SourceName, Beginning[]>()
    const all = steps.map(({ seq, event }, position): Beginning => {
      const beginning = { position, seq, ms: msOf(event.startedAt) }
      const known = sources.get(event.source)
      if (known) known.push(beginning)
      else sources.set(event.source, [beginning])
      return beginning
    })
    this.everything = toGroup(all)
    for (const [source, beginnings] of sources) this.groups.set(source, toGroup(beginnings))
  }

  /** The step that had begun last when an event happened. */
  last(entry: Entry): number {
    return this.lastAt(entry, msOf(entry.event.at ?? entry.at))
  }

  /** The step that had begun last when that began of which an event is the end; `undefined` where it is the end of nothing. */
  whenStarted(entry: Entry): number | undefined {
    if (entry.event.kind !== 'response') return undefined
    return this.lastAt(entry, msOf(entry.event.at ?? entry.at) - entry.event.durationMs)
  }

  private lastAt({ seq, event: { source } }: Entry, ms: number): number {
    const group = this.groups.get(source) ?? this.groups.get(undefined) ?? (source ? undefined : this.everything)
    if (!group) return beforeSteps
    if (Number.isNaN(ms)) return lastBelow(group.all, 'seq', seq)?.position ?? beforeSteps
    const timed = lastBelow(group.timed, 'ms', ms)
    const untimed = lastBelow(group.untimed, 'seq', seq)
    const later = timed && untimed ? (timed.seq > untimed.seq ? timed : untimed) : (timed ?? untimed)
    return later?.position ?? beforeSteps
  }
}

function toGroup(all: readonly Beginning[]): Group {
  const byArrival = all.toSorted((a, b) => a.seq - b.seq)
  return {
    timed: all.filter(({ ms }) => !Number.isNaN(ms)).toSorted((a, b) => a.ms - b.ms),
    untimed: byArrival.filter(({ ms }) => Number.isNaN(ms)),
    all: byArrival,
  }
}

/** The last of ascending beginnings that is not above a limit. */
function lastBelow(beginnings: readonly Beginning[], by: 'seq' | 'ms', limit: number): Beginning | undefined {
  let [low, high] = [0, beginnings.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (beginnings[middle]![by] <= limit) low = middle + 1
    else high = middle
  }
  return beginnings[low - 1]
}

function msOf(time: string | undefined): number {
  return time === undefined ? Number.NaN : Date.parse(time)
}
