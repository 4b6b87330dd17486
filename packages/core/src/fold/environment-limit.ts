import { type EnvironmentEntry, isPageFailure } from '../events/page-event.ts'

/** The most events of one step, and the most bytes of their JSON. */
const [mostEvents, mostBytes] = [200, 64 * 1024]

/**
 * Fit what a page did during a step into 200 events and 64 KB. Equal neighbours become one with a `count`, whose time is that of the
 * first. Where that is still too much, what failed is kept before all else, each as it came; the rest is counted in a last
 * entry `omitted`.
 */
export function limitEnvironment(events: readonly EnvironmentEntry[]): EnvironmentEntry[] {
  const counts = new Map<string, number>()
  const omit = (kind: string, count: number): void => void counts.set(kind, (counts.get(kind) ?? 0) + count)
  const merged: Kept[] = []
  for (const event of events) {
    if (event.kind === 'omitted') {
      for (const [kind, count] of Object.entries(event.counts)) omit(kind, count)
      continue
    }
    const text = withoutCount(event)
    const last = merged.at(-1)
    if (last?.text === text) last.count += event.count ?? 1
    else merged.push({ event, text, count: event.count ?? 1 })
  }
  const kept = choose(merged)
  for (const one of merged) if (!kept.has(one)) omit(one.event.kind, one.count)
  const chosen = merged.flatMap((one) =>
    kept.has(one) ? [one.count > 1 ? { ...one.event, count: one.count } : one.event] : [],
  )
  return counts.size > 0 ? [...chosen, { kind: 'omitted', counts: Object.fromEntries(counts) }] : chosen
}

interface Kept {
  readonly event: Exclude<EnvironmentEntry, { kind: 'omitted' }>
  /** The text by which it is equal to another. */
  readonly text: string
  count: number
}

function withoutCount(event: EnvironmentEntry): string {
  return JSON.stringify({ ...event, at: undefined, count: undefined })
}

/** Choose the failures, as far as there is room, and then the rest. */
function choose(merged: readonly Kept[]): ReadonlySet<Kept> {
  const kept = new Set<Kept>()
  let leftBytes = mostBytes
  for (const isFailure of [true, false]) {
    for (const one of merged) {
      if (kept.size >= mostEvents) return kept
      if (isPageFailure(one.event) !== isFailure) continue
      const sizeBytes = new TextEncoder().encode(one.text).length
      if (sizeBytes > leftBytes) continue
      leftBytes -= sizeBytes
      kept.add(one)
    }
  }
  return kept
}
