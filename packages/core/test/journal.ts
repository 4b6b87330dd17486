import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import {
  snapshotEvent,
  type EvidenceEvent,
  type EventSnapshot,
  type ImageReference,
  type JournalEntry,
  type JournalHole,
} from '../src/index.ts'
import type { FrameReference } from '../src/trajectory/frame-reference.ts'

/** An event as a test writes it; where `at` is given, the entry has it too. */
export type Event = EvidenceEvent & { at?: string }

export const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex')

/** The bytes of a picture that differs from every other name's. */
export const picture = (name: string): Uint8Array => Uint8Array.from(Buffer.from(`\x89PNG\r\n\x1a\n ${name}`, 'latin1'))

/** The image that the fold makes of `picture(name)`. */
export const imageOf = (name: string, mediaType = 'image/png'): ImageReference => ({
  sha256: sha256(picture(name)),
  mediaType,
  sizeBytes: picture(name).byteLength,
})

export const frameOf = (name: string): FrameReference => {
  const { sha256: $frame, ...rest } = imageOf(name)
  return { $frame, ...rest }
}

export const step = (actionName: string, more: Partial<Extract<Event, { type: 'step_finished' }>> = {}): Event => ({
  type: 'step_finished',
  actionName,
  actionArgs: {},
  reasoning: '',
  toolOutput: { ok: true, result: undefined },
  ...more,
})

export const agentFrame = (name: string, more: Partial<Extract<Event, { type: 'screenshot' }>> = {}): Event => ({
  type: 'screenshot',
  screenshot: picture(name),
  url: `http://site/${name}`,
  evidenceRole: 'agent',
  ...more,
})

export const probeFrame: typeof agentFrame = (name, more) => agentFrame(name, { evidenceRole: 'probe', ...more })

export const observed = (name: string, more: Partial<Extract<Event, { type: 'step_observed' }>> = {}): Event => ({
  type: 'step_observed',
  url: `http://site/${name}`,
  ariaTree: `- heading "${name}"`,
  ...more,
})

export const hole: JournalHole = { type: 'hole', offset: 100, sizeBytes: 7, reason: 'checksum' }

export const runStarted: JournalEntry = {
  seq: 0,
  at: '2026-01-01T00:00:00.000Z',
  mono: 0,
  type: 'run_started',
  event: { formatVersion: 1, runId: 'run', taskSpec: { id: 'task', instruction: 'do it' } },
}

export const runFinished = (event: Extract<JournalEntry, { type: 'run_finished' }>['event']): JournalEntry => ({
  seq: 0,
  at: '2026-01-01T01:00:00.000Z',
  mono: 3_600_000,
  type: 'run_finished',
  event,
})

/** The snapshot of an event, as a recorder takes it. */
export function snapshot(
  type: string,
  payload: unknown,
  options: Partial<Parameters<typeof snapshotEvent>[2]> = {},
): EventSnapshot {
  return snapshotEvent(type, payload, { sha256, ...options })
}

/** Write events as a recorder would: snapshot, `seq`, clock, and the index of a step that has none of its own. */
export function journal(...items: (Event | JournalEntry | JournalHole)[]): (JournalEntry | JournalHole)[] {
  let nextStep = 0
  return items.map((item, seq) => {
    if (item.type === 'hole') return item
    if ('seq' in item) return { ...item, seq }
    const { at = new Date(Date.UTC(2026, 0, 1, 0, 0, seq)).toISOString(), ...rest } = item
    // Of all events those of a page alone say themselves when they were.
    const { type, event: stored } = snapshot(item.type, item.type === 'page_event' ? item : rest)
    const common = { seq, at, mono: seq * 1000 }
    if (type !== 'step_finished') return { ...common, type, event: stored } as unknown as JournalEntry
    const index = typeof stored['stepIndex'] === 'number' ? stored['stepIndex'] : nextStep
    nextStep = Math.max(nextStep, index + 1)
    const { actionName, toolOutput } = stored as { actionName: string; toolOutput: { ok: boolean } }
    return {
      ...common,
      type,
      step: index,
      action: actionName,
      ok: toolOutput.ok,
      event: stored,
    } as unknown as JournalEntry
  })
}
