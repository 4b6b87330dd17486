import { createHash } from 'node:crypto'
import { inflateSync } from 'node:zlib'
import {
  assembleTrajectory,
  snapshotEvent,
  type EvidenceEvent,
  type JournalEntry,
  type Observation,
} from '@contrail/core'
import type { ImageReference, Trajectory } from '@contrail/core'

/** A trajectory as a recorder would make it, and the bytes of its pictures. */
export interface Folded {
  readonly trajectory: Trajectory<ImageReference>
  bytesOf(image: ImageReference): Uint8Array
}

/** Fold events as a recorder does. */
export function fold(events: readonly EvidenceEvent[]): Folded {
  const frames = new Map<string, Uint8Array>()
  const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
  let steps = 0
  const entries = events.map((told, seq) => {
    const { type, event, frames: kept } = snapshotEvent(told.type, told, { sha256 })
    for (const frame of kept) frames.set(frame.sha256, frame.bytes)
    const place = { seq, at: '', mono: seq, type, event }
    return (type === 'step_finished' ? { ...place, step: steps++, action: '', ok: true } : place) as JournalEntry
  })
  return { trajectory: assembleTrajectory(entries), bytesOf: (image) => frames.get(image.sha256) ?? new Uint8Array() }
}

/** The state of the page that a look shows, in its picture and in its tree. */
export function statesShown(look: Observation<ImageReference>, bytesOf: Folded['bytesOf']): (number | undefined)[] {
  const tree = /state (\d+)/.exec(look.ariaTree ?? '')?.[1]
  return [look.screenshot && colourOf(bytesOf(look.screenshot)), tree === undefined ? undefined : Number(tree)]
}

/** The first pixel of a PNG as a number. Whatever the filter of the first row, its first pixel stands as it is. */
function colourOf(png: Uint8Array): number {
  const bytes = Buffer.from(png)
  const parts: Buffer[] = []
  for (let at = 8; at < bytes.length;) {
    const size = bytes.readUInt32BE(at)
    if (bytes.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(bytes.subarray(at + 8, at + 8 + size))
    at += 12 + size
  }
  return inflateSync(Buffer.concat(parts)).readUIntBE(1, 3)
}
