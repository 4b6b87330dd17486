import { setTimeout as sleep } from 'node:timers/promises'
import type { ListPatch } from '../../view/protocol.ts'
import type { Recordings } from './recordings.ts'

/** The disk is looked at when a list is opened, then this often while it is open, and never for more than a tenth of the time. */
const everyMs = 1_000

/**
 * Tell a page how the list of recordings changes, until `signal` aborts.
 *
 * @param since the version of the list that the page has. Where the list is another by now, all of it is told first, so that
 *   no change falls between the two
 */
export async function tellList(
  recordings: Recordings,
  since: string,
  send: (patch: ListPatch) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const version = recordings.version()
  let told = recordings.texts()
  if (version !== since) await send({ version, rows: recordings.rows(), gone: [], whole: true })
  let waitMs = 0
  while (!signal.aborted) {
    // It fails only when the signal aborts, and that is asked next.
    await sleep(waitMs, undefined, { signal }).catch(() => undefined)
    if (signal.aborted) return
    const startedMs = performance.now()
    // A root that cannot be read for a moment keeps the rows it had.
    await recordings.refresh().catch(() => undefined)
    waitMs = Math.max(everyMs, 10 * (performance.now() - startedMs))
    const [before, now] = [told, recordings.texts()]
    told = now
    const rows = recordings.rows().filter(({ key }) => before.get(key) !== now.get(key))
    const gone = [...before.keys()].filter((key) => !now.has(key))
    if (rows.length > 0 || gone.length > 0) await send({ version: recordings.version(), rows, gone, whole: false })
  }
}
