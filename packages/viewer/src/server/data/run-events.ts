import { setTimeout as sleep } from 'node:timers/promises'
import type { RunView } from '../../view/model.ts'
import { tailOf, type RunPatch } from '../../view/protocol.ts'
import type { OpenedRun } from './opened-run.ts'

/** The lists of a run as they were told last, item by item. */
interface Told {
  readonly steps: readonly string[]
  readonly turns: readonly string[]
  readonly cells: readonly string[]
  readonly gaps: readonly string[]
}

/** At least this long lies between two patches, and at least as long as one takes to make. */
const restMs = 40

/**
 * Tell a page how a run grows, beginning with all of it. What comes within a moment is told together.
 *
 * @param send resolves when the page can take more
 * @returns when the run is over, or `signal` aborts
 */
export async function tellRun(
  run: OpenedRun,
  send: (patch: RunPatch) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const { followed } = run
  let told: Told = { steps: [], turns: [], cells: [], gaps: [] }
  let isNew = true
  let wake: () => void = () => undefined
  const stop = followed?.listen(() => {
    isNew = true
    wake()
  })
  const onAbort = (): void => wake()
  signal.addEventListener('abort', onAbort)
  try {
    while (!signal.aborted) {
      if (isNew) {
        isNew = false
        const startedMs = performance.now()
        const view = run.view()
        const now = inTexts(view)
        await send(patchOf(view, told, now))
        told = now
        // It fails only when the signal aborts, and the loop asks for that next.
        await sleep(Math.max(restMs, performance.now() - startedMs), undefined, { signal }).catch(() => undefined)
        continue
      }
      if (!followed || followed.over) return
      await new Promise<void>((resolve) => {
        wake = resolve
        if (isNew || followed.over || signal.aborted) resolve()
      })
    }
  } finally {
    stop?.()
    signal.removeEventListener('abort', onAbort)
  }
}

function inTexts({ steps, turns, cells, gaps }: RunView): Told {
  const texts = (items: readonly unknown[]): string[] => items.map((item) => JSON.stringify(item))
  return { steps: texts(steps), turns: texts(turns), cells: texts(cells), gaps: texts(gaps) }
}

function patchOf({ steps, turns, cells, gaps, ...head }: RunView, told: Told, now: Told): RunPatch {
  return {
    head,
    steps: tailOf(told.steps, now.steps, steps),
    turns: tailOf(told.turns, now.turns, turns),
    cells: tailOf(told.cells, now.cells, cells),
    gaps: tailOf(told.gaps, now.gaps, gaps),
  }
}
