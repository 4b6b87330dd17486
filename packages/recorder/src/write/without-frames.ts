import type { JournalEntry } from '@contrail/core'

/**
 * The entry as it must be written when some of its frames could not be: a line never names a frame that is not there.
 * A screenshot that is lost altogether is a gap; elsewhere the frame is marked as cut.
 *
 * @param failed errno by sha256
 */
export function withoutFrames(entry: JournalEntry, failed: ReadonlyMap<string, string>): JournalEntry {
  if (entry.type === 'screenshot' && '$frame' in entry.event.screenshot) {
    const { $frame: sha256, sizeBytes } = entry.event.screenshot
    const errno = failed.get(sha256)
    if (errno === undefined) return entry
    const { seq, at, mono, event } = entry
    return {
      seq,
      at,
      mono,
      type: 'gap',
      event: {
        what: 'screenshot',
        reason: 'frame_write_failed',
        ...(event.stepIndex === undefined ? {} : { stepIndex: event.stepIndex }),
        ...(event.source === undefined ? {} : { source: event.source }),
        detail: { errno, sha256, sizeBytes, evidenceRole: event.evidenceRole ?? 'probe', url: event.url },
      },
    }
  }
  if (entry.type === 'final_answer' && entry.event.observation?.screenshot) {
    const { screenshot, ...observation } = entry.event.observation
    const sha256 = '$frame' in screenshot ? screenshot.$frame : ''
    if (!failed.has(sha256)) return entry
    return { ...entry, event: { ...entry.event, observation: { ...observation, ...mark(failed.get(sha256), sha256) } } }
  }
  return { ...entry, event: marked(entry.event, failed) } as JournalEntry
}

function marked(value: unknown, failed: ReadonlyMap<string, string>): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item) => marked(item, failed))
  const frame = (value as { $frame?: unknown }).$frame
  if (typeof frame === 'string' && failed.has(frame)) return mark(failed.get(frame), frame)
  return Object.fromEntries(Object.entries(value).map(([key, nested]) => [key, marked(nested, failed)]))
}

function mark(errno: string | undefined, sha256: string): Record<string, unknown> {
  return { $truncated: 'frame_write_failed', errno, sha256 }
}
