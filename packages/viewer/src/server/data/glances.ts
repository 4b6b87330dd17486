import { readTrajectory } from '@contrail/recorder'
import { probeFrameOf, agentFrameOf } from '../../view/frames.ts'
import type { RecordingGlance, RecordingRow } from '../../view/protocol.ts'

/** Looks into recordings for rows of the list that are in sight. */
export interface Glances {
  /** @throws {ContrailError} as `readTrajectory` */
  of(row: RecordingRow, directory: string): Promise<RecordingGlance>
}

/** Make glances that read one recording at a time, and each of them once for as long as its row says the same. */
export function createGlances(): Glances {
  const known = new Map<string, { row: string; glance: Promise<RecordingGlance> }>()
  let turn: Promise<unknown> = Promise.resolve()
  return {
    async of(row, directory) {
      const text = JSON.stringify(row)
      const held = known.get(row.key)
      if (held?.row === text) return held.glance
      const glance = turn.then(() => glanceAt(directory))
      // The next one waits for the end of this, whatever the end is.
      turn = glance.catch(() => undefined)
      known.set(row.key, { row: text, glance })
      return glance
    },
  }
}

async function glanceAt(directory: string): Promise<RecordingGlance> {
  const { steps, initialObservation, finalObservation } = await readTrajectory(directory)
  const strip = steps.map(({ toolOutput }) => (toolOutput.ok ? 'g' : 'b')).join('')
  const frames = steps.flatMap((step) => [agentFrameOf(step), probeFrameOf(step.probeEvidence)])
  const last = [probeFrameOf(initialObservation), ...frames, probeFrameOf(finalObservation)].findLast(
    (frame) => frame !== undefined,
  )
  return { strip, ...(last ? { frame: last.sha256 } : {}) }
}
