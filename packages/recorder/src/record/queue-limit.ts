import { present, type EventSnapshot } from '@contrail/core'

/**
 * The gap `queue_full` in the place of a probe frame; undefined for every other event, of which none is refused.
 *
 * @param queuedBytes what waits for the disk
 */
export function withoutProbeFrame(snapshot: EventSnapshot, queuedBytes: number): EventSnapshot | undefined {
  const { type, event, frames } = snapshot
  const role = event['evidenceRole'] ?? 'probe'
  if (type !== 'screenshot' || role !== 'probe') return undefined
  const sizeBytes = frames.reduce((total, frame) => total + frame.bytes.byteLength, 0)
  const { stepIndex, source, url = null } = event
  const detail = { url, sizeBytes, queuedBytes }
  return {
    type: 'gap',
    frames: [],
    event: { ...present({ stepIndex, source }), what: 'screenshot', reason: 'queue_full', detail },
  }
}
