import {
  assembleTrajectory,
  type EvidenceEvent,
  type ImageReference,
  type JournalEntry,
  type Trajectory,
} from '@contrail/core'

/** An event as it is stored; a picture stands in it as the number that makes its hash. */
export type Told = Record<string, unknown> & { type: EvidenceEvent['type'] }

const beginMs = Date.UTC(2026, 10, 28, 16)

/** The time so many ms after the run began. */
export const at = (ms: number): string => new Date(beginMs + ms).toISOString()

/** The hash of a picture by its number. */
export const hashOf = (picture: number): string => String(picture).padStart(64, '0')

/** Fold events as a recorder would have stored them. */
export function fold(...events: Told[]): Trajectory<ImageReference> {
  return assembleTrajectory(journalOf(...events))
}

/** The journal of events as a recorder would have stored them. */
export function journalOf(...events: Told[]): JournalEntry[] {
  const started = { formatVersion: 1, runId: 'run', taskSpec: { id: 'task', instruction: 'Buy a lamp.' } }
  let steps = 0
  const entries = [
    { type: 'run_started', event: started },
    ...events.map((event) => store(event, event.type === 'step_finished' ? steps++ : undefined)),
  ]
  return entries.map((entry, seq) => {
    // An event is written when it is over.
    const { finishedAt = at(seq) } = (entry as { event: { finishedAt?: string } }).event
    return { seq, at: finishedAt, mono: seq, ...entry } as unknown as JournalEntry
  })
}

function store({ type, ...event }: Told, index: number | undefined): object {
  if (index === undefined) return { type, event }
  const { actionName, toolOutput } = event as { actionName: string; toolOutput: { ok: boolean } }
  return { type, step: index, action: actionName, ok: toolOutput.ok, event }
}

/** A picture of the page, 1280 x 800 at scale 1. */
export function frame(picture: number, more: Record<string, unknown> = {}): Told {
  const screenshot = { $frame: hashOf(picture), mediaType: 'image/png', sizeBytes: 100 }
  return {
    type: 'screenshot',
    screenshot,
    url: 'http://shop.test/',
    viewport: { width: 1280, height: 800 },
    scale: 1,
    ...more,
  }
}

/** What the model was given. */
export const given = (picture: number, more: Record<string, unknown> = {}): Told =>
  frame(picture, { evidenceRole: 'agent', ...more })

/** A look after a step. */
export function observed(more: Record<string, unknown> = {}): Told {
  return { type: 'step_observed', url: 'http://shop.test/cart', ariaTree: '- main', ...more }
}

/** A step that went well unless it is told otherwise. */
export function step(more: Record<string, unknown> = {}): Told {
  return {
    type: 'step_finished',
    actionName: 'click',
    actionArgs: {},
    reasoning: '',
    toolOutput: { ok: true },
    ...more,
  }
}
