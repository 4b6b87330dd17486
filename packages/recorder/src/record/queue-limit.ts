import { present, type EventSnapshot } from '@contrail/core'

/**
 * Above the limit of the queue a probe frame becomes a gap `queue_full` at once; nothing else is refused.
 *
 * @returns the snapshot as it is, or the gap in its place
 */
export function withinQueue(snapshot: EventSnapshot, queuedBytes: number, limitBytes: number): EventSnapshot {
  const { type, event, frames } = snapshot
  const role = event['evidenceRole'] ?? 'probe'
  if (type !== 'screenshot' || role !== 'probe') return snapshot
  const frameBytes = frames.reduce((total, frame) => total + frame.bytes.byteLength, 0)
  if (queuedBytes + frameBytes <= limitBytes) return snapshot
  const { stepIndex, source, url = null } = event
  const detail = { url, sizeBytes: frameBytes, queuedBytes }
  return {
    type: 'gap',
    frames: [],
    event: { what: 'screenshot', reason: 'queue_full', ...present({ stepIndex, source }), detail },
  }
}
