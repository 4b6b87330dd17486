import type { ListPatch } from '../../view/protocol.ts'
import type { Recordings } from './recordings.ts'
import { wait } from './wait.ts'

/** The disk is looked at this often while a list is open, and never for more than a tenth of the time. */
const everyMs = 1_000

/** Tell a page how the list of recordings changes, from what it is now on, until `signal` aborts. */
export async function tellList(
  recordings: Recordings,
  send: (patch: ListPatch) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  let told = inTexts(recordings)
  let waitMs = everyMs
  while (!signal.aborted) {
    await wait(waitMs, signal)
    if (signal.aborted) return
    const startedMs = performance.now()
    // A root that cannot be read for a moment keeps the rows it had.
    await recordings.refresh().catch(() => undefined)
    waitMs = Math.max(everyMs, 10 * (performance.now() - startedMs))
    const now = inTexts(recordings)
    const rows = recordings.rows().filter(({ key }) => told.get(key) !== now.get(key))
    const gone = [...told.keys()].filter((key) => !now.has(key))
    told = now
    if (rows.length > 0 || gone.length > 0) await send({ rows, gone })
  }
}

function inTexts(recordings: Recordings): Map<string, string> {
  return new Map(recordings.rows().map((row) => [row.key, JSON.stringify(row)]))
}
