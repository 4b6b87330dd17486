import {
  isContrailError,
  type JournalEntry,
  type JournalHole,
  type LastEvent,
  type TrajectoryStatus,
} from '@contrail/core'
import { readJournal } from '@contrail/recorder'

/** The work of a run that has not said its end, as far as its journal shows. */
export interface InFlight {
  /** When the last event was written, ISO, UTC: whatever was under way had begun by then. */
  readonly since: string
  /** The last event that was acknowledged. */
  readonly lastEvent: LastEvent
  /** The work that comes after such an event: a conclusion, since nothing was recorded of it. */
  readonly underWay: string
}

/**
 * Read what was under way when the last event of a journal was written.
 *
 * @returns null where the run has said its end, or there is no journal that says it
 */
export async function readInFlight(directory: string, status: TrajectoryStatus): Promise<InFlight | null> {
  if (!isUnfinished(status)) return null
  let last: JournalEntry | undefined
  let step: number | null = null
  try {
    for await (const entry of readJournal(directory)) {
      if (entry.type === 'hole') continue
      last = entry
      if (entry.type === 'step_finished') step = entry.step
    }
  } catch (error) {
    // Who reads the recording itself says what is wrong with its journal.
    if (isContrailError(error)) return null
    throw error
  }
  return last ? toInFlight(last, step) : null
}

/** Say the same of entries that are there. */
export function inFlightOf(
  entries: readonly (JournalEntry | JournalHole)[],
  status: TrajectoryStatus,
): InFlight | null {
  if (!isUnfinished(status)) return null
  const last = entries.findLast((entry) => entry.type !== 'hole')
  return last ? toInFlight(last, entries.findLast((entry) => entry.type === 'step_finished')?.step ?? null) : null
}

function isUnfinished(status: TrajectoryStatus): boolean {
  return status === 'killed' || status === 'recording'
}

function toInFlight(last: JournalEntry, step: number | null): InFlight {
  const { seq, at, type } = last
  return { since: at, lastEvent: { seq, at, type, step }, underWay: describeNext(last, step) }
}

function describeNext(entry: JournalEntry, step: number | null): string {
  const after = step === null ? 'before step 1' : `after step ${step + 1}`
  switch (entry.type) {
    case 'run_started':
      return 'nothing had happened yet'
    case 'screenshot':
      return entry.event.evidenceRole === 'agent'
        ? `the model was being asked, ${after}, with a frame`
        : `the look at the page ${after}`
    case 'step_finished':
      return `the look at the page ${after}, or the next action`
    case 'step_observed':
    case 'page_event':
    case 'gap':
      return `the model was being asked, or acting, ${after}`
    case 'turn_finished':
      return `the action that the model had chosen, ${after}`
    case 'final_answer':
    case 'run_finished':
      return 'the end of the run'
  }
}
